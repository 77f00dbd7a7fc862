import { mapInSlices, stretches } from "../store/index/slice.js";
import type { Encoded } from "./encoding.js";

/** How much of the likeness of two texts is that of their vectors; the rest is that of their features. */
const VECTOR_SHARE = 0.5;

/** Examples whose vectors are compared at once: less than a millisecond. */
const BLOCK = 1_024;

/**
 * Examples by their likeness to a question: the cosine of their features and that of their vectors, of every one.
 *
 *     #starts     [ 0 | 3 | 5 | ... ]            where the list of each feature begins
 *     #examples   [ 0 2 7 | 1 2 | ... ]          the examples that have it
 *     #weights    [ . . . | . . | ... ]          and how much it weighs in each
 *     #vectors    a row per example: the first half of its vector, which is that of the whole text, of unit length
 */
export class Neighbours {
  readonly #count: number;
  readonly #starts: Int32Array;
  readonly #examples: Int32Array;
  readonly #weights: Float32Array;
  readonly #vectors: Float32Array;
  readonly #width: number;

  private constructor(count: number, starts: Int32Array, width: number) {
    const total = starts.at(-1) as number;
    this.#count = count;
    this.#width = width;
    this.#starts = starts;
    this.#examples = new Int32Array(total);
    this.#weights = new Float32Array(total);
    this.#vectors = new Float32Array(count * width);
  }

  /** Gives way to other work meanwhile. */
  static async of(
    examples: readonly Encoded[],
    shape: { readonly features: number; readonly dimension: number },
  ): Promise<Neighbours> {
    const starts = new Int32Array(shape.features + 1);
    await mapInSlices(examples, ({ features }) => {
      for (const feature of features) starts[feature + 1] = (starts[feature + 1] as number) + 1;
    });
    for (let at = 0; at < shape.features; at++)
      starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
    const made = new Neighbours(examples.length, starts, shape.dimension / 2);
    const next = starts.slice();
    await mapInSlices(examples.entries(), ([number, example]) => made.#put(number, example, next));
    return made;
  }

  #put(number: number, { features, weights, vector }: Encoded, next: Int32Array): void {
    for (let at = 0; at < features.length; at++) {
      const feature = features[at] as number;
      const place = next[feature] as number;
      next[feature] = place + 1;
      this.#examples[place] = number;
      this.#weights[place] = weights[at] as number;
    }
    this.#vectors.set(vector.subarray(0, this.#width), number * this.#width);
  }

  get bytes(): number {
    return [this.#starts, this.#examples, this.#weights, this.#vectors].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** How like a text each example is: 1 for the same features and the same vector. Gives way to other work meanwhile. */
  async likeness({ features, weights, vector }: Encoded): Promise<Float64Array> {
    const scores = new Float64Array(this.#count);
    const share = vector.length === 0 ? 0 : VECTOR_SHARE;
    for (const [at, feature] of features.entries()) {
      const weight = (1 - share) * (weights[at] as number);
      const end = this.#starts[feature + 1] as number;
      for (let place = this.#starts[feature] as number; place < end; place++) {
        const example = this.#examples[place] as number;
        scores[example] = (scores[example] as number) + weight * (this.#weights[place] as number);
      }
    }
    if (share > 0)
      await mapInSlices(stretches(this.#count, BLOCK), ([start, end]) => {
        for (let example = start; example < end; example++)
          scores[example] = (scores[example] as number) + share * this.#cosine(example, vector);
      });
    return scores;
  }

  #cosine(example: number, vector: Float32Array): number {
    const row = example * this.#width;
    let sum = 0;
    for (let at = 0; at < this.#width; at++)
      sum += (vector[at] as number) * (this.#vectors[row + at] as number);
    return sum;
  }
}
