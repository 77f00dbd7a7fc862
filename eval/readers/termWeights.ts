import { isStopWord, termsOf } from "../../memos/retrieval/analysis.js";
import { inverseDocumentFrequency } from "../../memos/retrieval/bm25.js";
import { countsOf } from "../metrics/overlap.js";

/** A text as the set of its telling terms. */
export function tellingTerms(text: string): Set<string> {
  return new Set(termsOf(text).filter((term) => !isStopWord(term)));
}

/** How telling each term is among some texts: rare ones say more. */
export class TermWeights {
  readonly #counts: ReadonlyMap<string, number>;
  readonly #texts: number;

  constructor(texts: readonly ReadonlySet<string>[]) {
    this.#counts = countsOf(texts.flatMap((terms) => [...terms]));
    this.#texts = texts.length;
  }

  of(term: string): number {
    return inverseDocumentFrequency(this.#texts, this.#counts.get(term) ?? 0);
  }

  sum(terms: Iterable<string>): number {
    let sum = 0;
    for (const term of terms) sum += this.of(term);
    return sum;
  }

  /** The share of what `wanted` weighs that is in a text. */
  share(wanted: ReadonlySet<string>, text: ReadonlySet<string>): number {
    const all = this.sum(wanted);
    return all === 0 ? 0 : this.sum([...wanted].filter((term) => text.has(term))) / all;
  }
}
