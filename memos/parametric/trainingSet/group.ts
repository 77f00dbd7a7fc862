import { entityKey } from "../../../graph/extraction/index.js";
import type { CubeId } from "../../../memcube/index.js";
import { filled, type Relation } from "../phrasings.js";
import { listed } from "./listed.js";
import type { Reading } from "./reading.js";

/** All that is known of one subject and one relation: what one question asks for. */
export interface Group {
  readonly relation: Relation;
  /** Undefined for the person whose memory it is. */
  readonly subject: string | undefined;
  readonly objects: readonly { readonly object: string; readonly cube: CubeId }[];
}

/** In the order in which they were first stated. */
export function groupsOf(readings: readonly Reading[]): Group[] {
  const groups = new Map<string, { group: Group; objects: Map<string, Group["objects"][number]> }>();
  for (const { cube, stated } of readings)
    for (const { relation, subject, object } of stated) {
      const key = JSON.stringify([relation.name, subject === undefined ? null : entityKey(subject)]);
      const known = groups.get(key) ?? { group: { relation, subject, objects: [] }, objects: new Map() };
      groups.set(key, known);
      const name = entityKey(object);
      if (!known.objects.has(name)) known.objects.set(name, { object, cube: cube.id });
    }
  return [...groups.values()].map(({ group, objects }) => ({ ...group, objects: [...objects.values()] }));
}

/** The forms in which a subject is spoken of, or speaks of itself. */
export function formsFor({ relation, subject }: Pick<Group, "relation" | "subject">) {
  const own = subject === undefined;
  return {
    statements: own ? relation.ownStatements : relation.statements,
    heldStatements: own ? relation.heldOwnStatements : relation.heldStatements,
    questions: own ? relation.ownQuestions : relation.questions,
    heldQuestions: own ? relation.heldOwnQuestions : relation.heldQuestions,
  };
}

/** All objects in one phrase. */
export function objectsOf({ objects }: Group): string {
  return listed(objects.map(({ object }) => object));
}

export function answerOf(group: Group): string {
  return filled(group.relation.answer, { o: objectsOf(group) });
}
