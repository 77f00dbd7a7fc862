import { type ByK, byK } from "../byK.js";
import { normalizeAnswer } from "../metrics/index.js";
import type { Task } from "./sources.js";

/**
 * What of some texts the first k passages of a ranking hold, for any k: normalised, and a text that goes over
 * the seam of two passages counts.
 */
export class PassageText {
  readonly #normalized: readonly string[];

  constructor(passages: readonly string[]) {
    this.#normalized = passages.map((passage) => normalizeAnswer(passage));
  }

  /** The rank from 1 of the passage with which a text is there; infinity where it never is. */
  rankOf(text: string, isWhole = false): number {
    const wanted = isWhole ? ` ${normalizeAnswer(text)} ` : normalizeAnswer(text);
    let tail = " ";
    for (const [index, passage] of this.#normalized.entries()) {
      // Nothing is left of a passage of articles and marks, and it parts no words.
      if (passage === "" && wanted !== "") continue;
      const joined = `${tail}${passage} `;
      if (joined.includes(wanted)) return index + 1;
      tail = joined.slice(-wanted.length);
    }
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Whether an answer can be read out of the first k passages: 1 when they hold a gold, otherwise 0. No reader
 * that only repeats what it is shown can do better. A label is looked for as the examples have it, because its
 * number alone is in every text; ids of movies are in none.
 */
export function coverageOf(
  task: Task,
  passages: PassageText,
  golds: readonly string[],
  ks: readonly number[],
): ByK<number> | undefined {
  if (task === "movies") return undefined;
  const ranks = golds.map((gold) =>
    task === "labels" ? passages.rankOf(`label: ${gold}`, true) : passages.rankOf(gold),
  );
  const first = Math.min(...ranks);
  return byK(ks, (k) => (first <= k ? 1 : 0));
}

/** The share of the evidence that the first k passages hold. */
export function evidenceOf(
  passages: PassageText,
  evidence: readonly string[] | undefined,
  ks: readonly number[],
): ByK<number> | undefined {
  if (evidence === undefined || evidence.length === 0) return undefined;
  const ranks = evidence.map((text) => passages.rankOf(text));
  return byK(ks, (k) => ranks.filter((rank) => rank <= k).length / ranks.length);
}

/**
 * Whether a value that held before stands in the place of the one that holds. For an answer: it has an old
 * value and no gold. For a ranking without an answer: an old value comes before every gold.
 */
export function isStale(
  found: { readonly output: string } | { readonly passages: PassageText },
  golds: readonly string[],
  stale: readonly string[] | undefined,
): boolean | undefined {
  if (stale === undefined || stale.length === 0) return undefined;
  const passages = "output" in found ? new PassageText([found.output]) : found.passages;
  const rank = (texts: readonly string[]) => Math.min(...texts.map((text) => passages.rankOf(text)));
  return rank(stale) < rank(golds);
}
