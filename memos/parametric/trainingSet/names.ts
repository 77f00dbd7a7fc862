import { FUNCTION_WORDS } from "../../../graph/extraction/commonWords.js";

/** Words of the longest name that somebody has. */
const NAME_WORDS = 5;

/** Lower-case words that stand inside names. */
const CONNECTORS = new Set(
  "of the de la le du von van der den di da del dos das e y el al bin ibn".split(" "),
);

/** Whether a phrase can be somebody's name: capitalised words, of which the first is no common one. */
export function isName(phrase: string): boolean {
  const words = phrase.split(" ");
  const [first = ""] = words;
  return (
    words.length <= NAME_WORDS &&
    !FUNCTION_WORDS.has(first.toLowerCase()) &&
    /^[\p{Lu}\p{Lt}\p{Lo}]/u.test(first) &&
    !/['’]s?$/u.test(words.at(-1) ?? "") &&
    words.every(
      (word) => CONNECTORS.has(word) || /^[\p{Lu}\p{Lt}\p{Lo}\p{N}][\p{L}\p{M}\p{N}.'’-]*$/u.test(word),
    )
  );
}
