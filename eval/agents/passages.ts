import { cutText } from "../../agents/resources/cutText.js";

/**
 * Characters of a passage, the same for every agent that retrieves passages of its own: about 250 tokens, so
 * that ten of them are a context of the size that the protocol's retrievers return.
 */
export const PASSAGE_CHARACTERS = 1_000;

/** A chunk in passages, cut between paragraphs, lines or sentences where it can be. */
export function passagesOf(chunk: string): string[] {
  return cutText(chunk, PASSAGE_CHARACTERS)
    .map(({ start, end }) => chunk.slice(start, end).trim())
    .filter((passage) => passage !== "");
}
