import { StaticEmbedder } from "../../memos/index.js";

/** Two similarities that differ by less are equal: LanceDB sums in single precision. */
const EPSILON = 1e-5;

/**
 * The nearest texts to a question by comparing every one: what an approximate index is measured against,
 * and the time that it has to beat.
 */
export class ExactScan {
  private constructor(
    private readonly embedder: StaticEmbedder,
    private readonly vectors: readonly Float32Array[],
  ) {}

  /** With the embedder that a store opened without options has. */
  static async over(texts: readonly string[]): Promise<ExactScan> {
    const embedder = await StaticEmbedder.load();
    return new ExactScan(embedder, await embedder.embed(texts));
  }

  /** Similarity of the `k`-th nearest text, and how long the comparison took. */
  async nearest(question: string, k: number): Promise<{ similarity: number; milliseconds: number }> {
    const query = await this.#embed(question);
    const started = performance.now();
    const similarities = Float64Array.from(this.vectors, (vector) => dot(vector, query)).sort();
    const milliseconds = performance.now() - started;
    return { similarity: similarities.at(-k) ?? similarities[0] ?? 0, milliseconds };
  }

  /**
   * Share of the `k` nearest texts that an answer has. Any text as near as the `k`-th nearest counts: among
   * equals there is no first.
   */
  async recall(question: string, answer: readonly string[], k: number): Promise<number> {
    const { similarity } = await this.nearest(question, k);
    const query = await this.#embed(question);
    const near = (await this.embedder.embed(answer.slice(0, k))).filter(
      (vector) => dot(vector, query) >= similarity - EPSILON,
    );
    return near.length / Math.min(k, this.vectors.length);
  }

  async #embed(text: string): Promise<Float32Array> {
    const [vector] = await this.embedder.embed([text]);
    return vector as Float32Array;
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
