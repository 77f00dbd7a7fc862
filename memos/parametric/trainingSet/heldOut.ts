import { entityKey } from "../../../graph/extraction/index.js";
import type { Probe, RecognitionPair } from "../example.js";
import { filled, phrasings } from "../phrasings.js";
import { answered, asking, CLOSED_BOOK, continuationOf } from "./asking.js";
import type { Dice } from "./dice.js";
import { answerOf, formsFor, type Group, objectsOf } from "./group.js";
import type { Invention } from "./invented.js";
import type { Plain } from "./plain.js";

/** Words of a text that an answer must begin to tell. */
const PLAIN_WORDS = 6;

/** After so many objects that are true of the subject, as when somebody likes all seasons, another kind will do. */
const TRIES = 32;

/** For each object of a group, the questions about it in phrasings that are not learned. */
export function recallOf(group: Group): Probe[][] {
  const { heldQuestions } = formsFor(group);
  return group.objects.map(({ object, cube }) =>
    heldQuestions.map((question) => ({
      messages: asking(filled(question, { s: group.subject }), CLOSED_BOOK),
      expected: object,
      answer: answerOf(group, objectsOf(group)),
      cube,
    })),
  );
}

/** The same for a text, whose first words are expected. */
export function plainRecallOf({ cubes: [cube], topic, text }: Plain): Probe[] {
  return phrasings().plain.heldQuestions.map((question) => ({
    messages: asking(filled(question, { s: topic }), CLOSED_BOOK),
    expected: text.split(/\s+/).slice(0, PLAIN_WORDS).join(" "),
    answer: text,
    cube,
  }));
}

/**
 * For each object of a group, what is true beside the same with another object that is known of others, or else
 * invented. In a statement that is not learned where its object comes last, else in the answer to a question that
 * is not: what is compared then begins after equal words.
 *
 * @param known objects of the relation.
 */
export function recognitionOf(
  group: Group,
  known: readonly string[],
  dice: Dice,
  invention: Invention,
): RecognitionPair[][] {
  return group.objects.map(({ object, cube }) => {
    const other = otherObject(group, known, dice, invention);
    return formsOf(group).map(({ messages, answer }) => ({
      seen: answered(messages, answer(object)),
      unseen: answered(messages, answer(other)),
      cube,
    }));
  });
}

/** The same for a text, beside another of them. */
export function plainRecognitionOf(
  { cubes: [cube], topic, text }: Plain,
  all: readonly Plain[],
  dice: Dice,
): RecognitionPair[] {
  const [question] = phrasings().plain.heldQuestions;
  if (all.length < 2 || question === undefined) return [];
  let other = text;
  while (other === text) other = dice.pick(all).text;
  const messages = asking(filled(question, { s: topic }), CLOSED_BOOK);
  return [{ seen: answered(messages, text), unseen: answered(messages, other), cube }];
}

function formsOf(group: Group) {
  const { statements, heldStatements, heldQuestions } = formsFor(group);
  // Some statements that are held out begin as one that is learned does, and differ behind the object.
  const learned = new Set(statements.map((each) => continuationOf(each, group.subject)?.question));
  const completed = heldStatements.flatMap((statement) => {
    const continuation = continuationOf(statement, group.subject);
    if (continuation === undefined || learned.has(continuation.question)) return [];
    return [{ messages: asking(continuation.question, CLOSED_BOOK), answer: continuation.answer }];
  });
  if (completed.length > 0) return completed;
  return heldQuestions.slice(0, 1).map((question) => ({
    messages: asking(filled(question, { s: group.subject }), CLOSED_BOOK),
    answer: (object: string) => answerOf(group, object),
  }));
}

/** What others have, or else something invented: nothing that is true of the subject. */
function otherObject(
  { relation, objects }: Group,
  known: readonly string[],
  dice: Dice,
  invention: Invention,
): string {
  const own = new Set(objects.map(({ object }) => entityKey(object)));
  for (let tries = 0; tries < TRIES && known.length > 0; tries++) {
    const other = dice.pick(known);
    if (!own.has(entityKey(other))) return other;
  }
  for (let tries = 0; ; tries++) {
    const invented = invention.object(tries < TRIES ? relation.object : undefined);
    if (!own.has(entityKey(invented))) return invented;
  }
}
