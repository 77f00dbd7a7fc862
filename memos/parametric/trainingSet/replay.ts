import type { Example, Probe } from "../example.js";
import { filled, phrasings } from "../phrasings.js";
import { answered, asking, CLOSED_BOOK } from "./asking.js";
import type { Dice } from "./dice.js";
import type { Invention } from "./invented.js";
import { inventedBlock } from "./inventedBlock.js";

/** Lines of a block, at least and at most. */
const LINES = [3, 6] as const;

/** Of so many questions over a block one has no answer in it. */
const UNKNOWN_EVERY = 5;

/** What must be answered as before: the next question, over a block of its own. */
export function replayOf(number: number, dice: Dice, invention: Invention): Example {
  const block = inventedBlock(linesOf(dice), dice, invention);
  const asked = number % UNKNOWN_EVERY === 0 ? block.unknown() : dice.pick(block.known);
  return { kind: "replay", messages: answered(asked.messages, asked.answer) };
}

/** Probes of one block, at least: one for each line and two without an answer. */
export const LEAST_PROBES = LINES[0] + 2;

/**
 * What the gates ask to see what was kept: over each block a question for each of its lines and one without an
 * answer, one after the other, so that it is evaluated once; and one about nobody without any memory.
 */
export function retentionOf(dice: Dice, invention: Invention): Probe[] {
  const { unknown, relations } = phrasings();
  const block = inventedBlock(linesOf(dice), dice, invention);
  const known = block.known.map(({ messages, object }) => ({ messages, expected: object }));
  const { messages } = block.unknown();
  const question = filled(dice.pick(dice.pick(relations).questions), { s: invention.person() });
  return [
    ...known,
    { messages, expected: unknown },
    { messages: asking(question, CLOSED_BOOK), expected: unknown },
  ];
}

function linesOf(dice: Dice): number {
  return LINES[0] + dice.below(LINES[1] - LINES[0] + 1);
}
