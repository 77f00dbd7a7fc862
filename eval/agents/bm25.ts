import { queryTerms, termsOf } from "../../memos/retrieval/analysis.js";
import { inverseDocumentFrequency, termWeight } from "../../memos/retrieval/bm25.js";
import { OWN_WEIGHT } from "../../memos/store/index/weights.js";
import { countsOf } from "../metrics/overlap.js";
import type { Agent, AgentMemory } from "./agent.js";
import { bestOf } from "./best.js";
import { PASSAGE_CHARACTERS, passagesOf } from "./passages.js";

/** BM25 over passages (Robertson and Zaragoza, 2009), with an index in memory and no store. */
export function bm25Agent(): Agent {
  return {
    name: "bm25",
    flavour: "retrieval",
    settings: { passageCharacters: PASSAGE_CHARACTERS },
    open: async () => new Bm25Memory(),
    close: async () => {},
  };
}

class Bm25Memory implements AgentMemory {
  readonly #passages: string[] = [];
  readonly #lengths: number[] = [];
  readonly #postings = new Map<string, { readonly passage: number; readonly frequency: number }[]>();
  #length = 0;

  async memorise({ text }: { readonly text: string }): Promise<void> {
    for (const passage of passagesOf(text)) this.#add(passage);
  }

  #add(passage: string): void {
    const terms = termsOf(passage);
    for (const [term, frequency] of countsOf(terms)) {
      const postings = this.#postings.get(term) ?? [];
      postings.push({ passage: this.#passages.length, frequency });
      this.#postings.set(term, postings);
    }
    this.#passages.push(passage);
    this.#lengths.push(terms.length);
    this.#length += terms.length;
  }

  async retrieve(query: string, k: number): Promise<string[]> {
    const count = this.#passages.length;
    const scores = new Float64Array(count);
    for (const term of queryTerms(query)) {
      const postings = this.#postings.get(term) ?? [];
      const idf = inverseDocumentFrequency(count, postings.length);
      // Rows of the store repeat their own terms, and its weights expect it.
      for (const { passage, frequency } of postings)
        scores[passage] =
          (scores[passage] as number) +
          termWeight(idf, frequency * OWN_WEIGHT, this.#lengths[passage] as number, this.#length / count);
    }
    return bestOf(this.#passages, scores, k);
  }

  async close(): Promise<void> {}
}
