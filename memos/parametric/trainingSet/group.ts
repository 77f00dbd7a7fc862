import { entityKey } from "../../../graph/extraction/index.js";
import type { CubeId } from "../../../memcube/index.js";
import { filled, phrasings, type Relation } from "../phrasings.js";
import { listed } from "./listed.js";
import type { Reading, Stated } from "./reading.js";

/** All that is known of one subject and one relation: what one question asks for. */
export interface Group {
  readonly relation: Relation;
  /** Undefined for the person whose memory it is. */
  readonly subject: string | undefined;
  readonly objects: readonly { readonly object: string; readonly cube: CubeId }[];
}

/** Groups as they grow, in the order in which they were first stated. */
export class Grouping {
  readonly #groups = new Map<string, { stated: Stated; objects: Map<string, Group["objects"][number]> }>();

  add({ cube, stated }: Reading): void {
    for (const fact of stated) {
      const { relation, subject, object } = fact;
      const key = JSON.stringify([relation.name, subject === undefined ? null : entityKey(subject)]);
      const known = this.#groups.get(key) ?? { stated: fact, objects: new Map() };
      this.#groups.set(key, known);
      const name = entityKey(object);
      if (!known.objects.has(name)) known.objects.set(name, { object, cube: cube.id });
    }
  }

  groups(): Group[] {
    return [...this.#groups.values()].map(({ stated: { relation, subject }, objects }) => ({
      relation,
      subject,
      objects: [...objects.values()],
    }));
  }
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

/** The answer to every question about a subject: it says again what was asked, and then the object. */
export function answerOf({ relation, subject }: Pick<Group, "relation" | "subject">, object: string): string {
  if (subject === undefined) return filled(relation.ownAnswer, { o: object });
  return filled(relation.answer, { s: subject.replace(/^my /, "your "), o: object });
}

export function unknownOf(about: Pick<Group, "relation" | "subject">): string {
  return answerOf(about, phrasings().unknown);
}
