import { termHash, termsOf } from "../retrieval/analysis.js";
import { NEAREST_LIMITS } from "./limits.js";

/** Terms whose place in the text counts: how a question begins says what kind of answer it wants. */
const PLACED = 2;

const BEGINNING = "^";

/** Words of a beginning: "What county is", "How many people". */
const BEGINNING_WORDS = 3;

/** Words that are written with a capital or in capitals, and numbers, tell a name from a thing. */
const SHAPES: readonly [shape: string, words: RegExp][] = [
  ["capitals", /^\p{Lu}[\p{Lu}.]+$/u],
  ["capital", /^\p{Lu}/u],
  ["digits", /\p{Nd}/u],
];

/** The first words of a text as they are: most of what kind of answer a question wants. */
export function beginningOf(text: string): string {
  return text.trimStart().split(/\s+/, BEGINNING_WORDS).join(" ");
}

/**
 * What a short text is compared by, each once, as hashes: its terms, its pairs of neighbouring terms, its pairs
 * with one term between, which terms begin it, and the shapes of its words. Words that search passes over count here: "who" and "how many"
 * decide what is asked.
 */
export function featuresOf(text: string): Set<number> {
  const terms = termsOf(text.slice(0, NEAREST_LIMITS.exampleCharacters));
  const features = new Set<number>();
  for (const [index, term] of terms.entries()) {
    const before = terms[index - 1] ?? BEGINNING;
    features.add(termHash(term));
    features.add(termHash(`${before} ${term}`));
    if (index < PLACED) features.add(termHash(`${BEGINNING}${index} ${term}`));
    if (index >= 2) features.add(termHash(`${terms[index - 2]} _ ${term}`));
  }
  const words = text.slice(0, NEAREST_LIMITS.exampleCharacters).trim().split(/\s+/);
  for (const [index, word] of words.entries()) {
    // Every sentence begins with a capital.
    const shape = index === 0 ? undefined : SHAPES.find(([, pattern]) => pattern.test(word))?.[0];
    if (shape === undefined) continue;
    features.add(termHash(`${BEGINNING}${shape}`));
    features.add(termHash(`${BEGINNING}${shape} ${words[0]?.toLowerCase()}`));
  }
  return features;
}
