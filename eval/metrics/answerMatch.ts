import { normalizeAnswer } from "./answerText.js";

/** 1 when prediction and gold are the same text once both are normalised, otherwise 0. */
export function exactMatch(prediction: string, gold: string): number {
  return normalizeAnswer(prediction) === normalizeAnswer(gold) ? 1 : 0;
}

/**
 * 1 when the normalised prediction contains the normalised gold, inside a word too, otherwise 0.
 *
 * @example substringMatch("It was in Rome.", "Rome") // 1
 */
export function substringMatch(prediction: string, gold: string): number {
  return normalizeAnswer(prediction).includes(normalizeAnswer(gold)) ? 1 : 0;
}
