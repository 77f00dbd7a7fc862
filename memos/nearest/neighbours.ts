import type { Encoded } from "./encoding.js";

/** How much of the likeness of two texts is that of their vectors; the rest is that of their features. */
const VECTOR_SHARE = 0.5;

/**
 * Examples by their likeness to a question: the cosine of their features and that of their vectors, of every one.
 *
 *     #starts     [ 0 | 3 | 5 | ... ]            where the list of each feature begins
 *     #examples   [ 0 2 7 | 1 2 | ... ]          the examples that have it
 *     #weights    [ . . . | . . | ... ]          and how much it weighs in each
 *     #vectors    a row per example
 */
export class Neighbours {
  readonly #count: number;
  readonly #starts: Int32Array;
  readonly #examples: Int32Array;
  readonly #weights: Float32Array;
  readonly #vectors: Float32Array;
  readonly #dimension: number;

  constructor(examples: readonly Encoded[], features: number, dimension: number) {
    this.#count = examples.length;
    this.#dimension = dimension;
    this.#starts = new Int32Array(features + 1);
    for (const example of examples)
      for (const feature of example.features)
        this.#starts[feature + 1] = (this.#starts[feature + 1] as number) + 1;
    for (let at = 0; at < features; at++)
      this.#starts[at + 1] = (this.#starts[at + 1] as number) + (this.#starts[at] as number);
    const total = this.#starts[features] as number;
    this.#examples = new Int32Array(total);
    this.#weights = new Float32Array(total);
    this.#vectors = new Float32Array(examples.length * dimension);
    const next = this.#starts.slice();
    for (const [number, { features: own, weights, vector }] of examples.entries()) {
      for (const [at, feature] of own.entries()) {
        const place = next[feature] as number;
        next[feature] = place + 1;
        this.#examples[place] = number;
        this.#weights[place] = weights[at] as number;
      }
      this.#vectors.set(vector, number * dimension);
    }
  }

  get bytes(): number {
    return [this.#starts, this.#examples, this.#weights, this.#vectors].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** How like a text each example is: 1 for the same features and the same vector. */
  likeness({ features, weights, vector }: Encoded): Float64Array {
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
      for (let example = 0; example < this.#count; example++)
        scores[example] = (scores[example] as number) + share * this.#cosine(example, vector);
    return scores;
  }

  /** The first half of a vector is that of the whole text, of unit length. */
  #cosine(example: number, vector: Float32Array): number {
    const row = example * this.#dimension;
    let sum = 0;
    for (let at = 0; at < vector.length / 2; at++)
      sum += (vector[at] as number) * (this.#vectors[row + at] as number);
    return sum;
  }
}
