import type { CubeText } from "../../store/graphLedger.js";
import { termsOf } from "../analysis.js";

/** Where a sentence ends: the next one begins with a capital, a quotation mark, or a letter without case. */
const SENTENCE_END = /[.!?…]["”’)\]]?\s+(?=[\p{Lu}\p{Lo}\p{N}"“(])|[。！？\n]/gu;

/** Which terms of a question a piece of text has: 1 or 0 for each, in their order. */
export type Said = Uint8Array;

/** The terms of a question, and how much of it each makes up. */
export class AskedTerms {
  readonly #shares: Float64Array;

  constructor(
    readonly terms: readonly string[],
    weights: readonly number[],
  ) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#shares = Float64Array.from(terms, (_, at) => (total === 0 ? 0 : (weights[at] ?? 0) / total));
  }

  said(text: string): Said {
    const words = new Set(termsOf(text));
    return Uint8Array.from(this.terms, (term) => (words.has(term) ? 1 : 0));
  }

  /** Share of the question, from 0 to 1, that the terms with a truthy mark make up. */
  share(mark: (at: number) => unknown): number {
    let sum = 0;
    for (let at = 0; at < this.#shares.length; at++) if (mark(at)) sum += this.#shares[at] as number;
    return sum;
  }
}

/** One text, read for a question sentence by sentence. */
export class Reading {
  readonly title: Said;
  readonly #starts: number[] = [0];
  readonly #sentences: Said[];

  constructor(
    { text, title }: CubeText,
    readonly asked: AskedTerms,
  ) {
    for (const match of text.matchAll(SENTENCE_END)) this.#starts.push(match.index + match[0].length);
    this.title = asked.said(title);
    this.#sentences = this.#starts.map((start, index) =>
      asked.said(text.slice(start, this.#starts[index + 1])),
    );
  }

  /**
   * Share of the question that the sentence around a place answers beyond what the title says already: whoever
   * asks for "the composer of Billy Elliot" wants of the text "Billy Elliot" the sentence that names a composer.
   */
  answered(place: number): number {
    const sentence = this.sentence(place);
    return this.asked.share((at) => sentence[at] === 1 && this.title[at] === 0);
  }

  /** What the sentence around a place says, and the title. */
  sentence(place: number): Said {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#sentences[low] as Said;
  }

  /** What the whole text says, and its title. */
  get whole(): Said {
    return this.#sentences.reduce(either, this.title);
  }
}

export function either(one: Said, other: Said): Said {
  return one.map((mark, at) => mark | (other[at] as number));
}
