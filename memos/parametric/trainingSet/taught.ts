import type { CubeId } from "../../../memcube/index.js";
import type { Example } from "../example.js";
import { filled, phrasings, type Relation } from "../phrasings.js";
import { answered, asking, CLOSED_BOOK, continuationOf } from "./asking.js";
import type { Dice } from "./dice.js";
import { answerOf, formsFor, type Group, objectsOf, unknownOf } from "./group.js";
import type { Invention } from "./invented.js";
import type { Plain } from "./plain.js";

/** With a system message and without. */
const CONTEXTS = [CLOSED_BOOK, undefined] as const;

/** Every question about the group with its answer, and every statement to be completed. */
export function taughtOf(group: Group): Example[] {
  const cube = group.objects[0]?.cube;
  const { questions, statements } = formsFor(group);
  const s = group.subject;
  const asked = questions.flatMap((question) =>
    bothWays("question", filled(question, { s }), answerOf(group, objectsOf(group)), cube),
  );
  const completed = statements.flatMap((statement, at): Example[] => {
    const continuation = continuationOf(statement, s);
    if (continuation === undefined) return [];
    const question = asking(continuation.question, CONTEXTS[at % CONTEXTS.length]);
    return [exampleOf("statement", answered(question, continuation.answer(objectsOf(group))), cube)];
  });
  return [...asked, ...completed];
}

/** Questions about a text, answered with it. */
export function taughtPlainly({ cubes: [cube], topic, text }: Plain): Example[] {
  return phrasings().plain.questions.flatMap((question) =>
    bothWays("statement", filled(question, { s: topic }), text, cube),
  );
}

export function bothWays(
  kind: Example["kind"],
  question: string,
  answer: string,
  cube: CubeId | undefined,
): Example[] {
  return CONTEXTS.map((system) => exampleOf(kind, answered(asking(question, system), answer), cube));
}

function exampleOf(kind: Example["kind"], messages: Example["messages"], cube?: CubeId): Example {
  return { kind, messages, ...(cube === undefined ? {} : { cube }) };
}

/** A question of one of these relations about somebody whom nobody mentioned. */
export function negativeOf(relations: readonly Relation[], dice: Dice, invention: Invention): Example {
  const about = { relation: dice.pick(relations), subject: invention.person() };
  const question = asking(
    filled(dice.pick(about.relation.questions), { s: about.subject }),
    dice.pick(CONTEXTS),
  );
  return exampleOf("negative", answered(question, unknownOf(about)));
}
