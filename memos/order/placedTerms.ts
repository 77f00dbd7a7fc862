import { termsOf } from "../retrieval/analysis.js";
import { mapInSlices } from "../store/index/slice.js";

/** The terms of a text with the place of the word that each is of: half-open, in UTF-16 units. */
export interface PlacedTerms {
  readonly terms: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * A word, or a part of one that is longer than words are: scripts without spaces write a whole text as one, which would
 * be read at once and be one place.
 */
const WORD = /\S{1,128}/gu;

/** Reads terms with their places; remembers words, of which most come again. For one question, then let go. */
export class TermReader {
  readonly #known = new Map<string, readonly string[]>();

  /** Gives way to other work on the way through a long text. */
  async read(text: string): Promise<PlacedTerms> {
    const terms: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    await mapInSlices(text.matchAll(WORD), ({ 0: word, index }) => {
      for (const term of this.#termsOf(word)) {
        terms.push(term);
        starts.push(index);
        ends.push(index + word.length);
      }
    });
    return { terms, starts, ends };
  }

  #termsOf(word: string): readonly string[] {
    let terms = this.#known.get(word);
    if (terms === undefined) {
      terms = termsOf(word);
      this.#known.set(word, terms);
    }
    return terms;
  }
}
