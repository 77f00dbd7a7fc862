import type { SeedText } from "../../store/graphLedger.js";
import { termsOf } from "../analysis.js";

/** Where a sentence ends: the next one begins with a capital, a quotation mark, or a letter without case. */
const SENTENCE_END = /[.!?…]["”’)\]]?\s+(?=[\p{Lu}\p{Lo}\p{N}"“(])|[。！？\n]/gu;

/**
 * How much of a question the sentences of one text answer, beyond what its title says already: whoever asks
 * for "the composer of Billy Elliot" wants of the text "Billy Elliot" the sentence that names a composer.
 */
export class Relevance {
  readonly #starts: number[] = [0];
  readonly #scores: number[] = [];

  /** `weights` of the question's `terms`, which sum to `total`. */
  constructor(
    { text, title }: SeedText,
    terms: readonly string[],
    weights: readonly number[],
    total: number,
  ) {
    for (const match of text.matchAll(SENTENCE_END)) this.#starts.push(match.index + match[0].length);
    const titled = new Set(termsOf(title));
    for (const [index, start] of this.#starts.entries()) {
      const said = new Set(termsOf(text.slice(start, this.#starts[index + 1])));
      let score = 0;
      for (const [at, term] of terms.entries())
        if (said.has(term) && !titled.has(term)) score += weights[at] as number;
      this.#scores.push(total === 0 ? 0 : score / total);
    }
  }

  /** Share of the question, by weight of its terms, in the sentence around a place of the text. */
  at(place: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#scores[low] ?? 0;
  }
}
