import type { Encoded } from "./encoding.js";

/** Times that every example is learned from. */
export const ROUNDS = 4;

/** Step of AdaGrad, and what is added to its sums of squares, so that no first step is larger than its gradient allows. */
const STEP = 0.3;
const FIRST_SQUARE = 1e-4;

/** Labels about which an example teaches less than this are left as they are: most of them, after a while. */
const NEGLIGIBLE = 0.01;

/** The golden section: steps of it through the examples come evenly to all parts of them. */
const GOLDEN = 0.618_033_988_749_895;

/**
 * How much each feature, and each number of a vector, speaks for each label: multinomial logistic regression, fitted
 * one example after the other with AdaGrad (Duchi, Hazan and Singer 2011, figure 1, diagonal). The weights are the
 * mean of those after each round but the first, which holds what single examples have said last in balance.
 *
 *     #weights   a row per feature, then a row per number of the vector; a column per label
 */
export class LabelWeights {
  readonly #labels: number;
  readonly #features: number;
  readonly #weights: Float32Array;
  readonly #scores: Float64Array;

  /** @param features how many features are learned about: those with smaller numbers. */
  private constructor(labels: number, features: number, dimension: number) {
    this.#labels = labels;
    this.#features = features;
    this.#weights = new Float32Array((features + dimension) * labels);
    this.#scores = new Float64Array(labels);
  }

  /**
   * Learns from examples; the same in the same order give the same weights.
   *
   * @param labelOf number of the label of each example.
   * @param inSlices runs a step for each of the items, giving way to other work between them.
   */
  static async learned(
    examples: readonly Encoded[],
    labelOf: Int32Array,
    shape: { readonly labels: number; readonly features: number; readonly dimension: number },
    inSlices: (items: Iterable<number>, step: (item: number) => void) => Promise<unknown>,
  ): Promise<LabelWeights> {
    const learner = new LabelWeights(shape.labels, shape.features, shape.dimension);
    const squares = new Float32Array(learner.#weights.length);
    const mean = new Float32Array(learner.#weights.length);
    const order = spread(examples.length);
    for (let round = 0; round < ROUNDS; round++) {
      await inSlices(order, (at) => learner.#learn(examples[at] as Encoded, labelOf[at] as number, squares));
      if (round > 0) await inSlices(rows(mean.length, shape.labels), (row) => learner.#addTo(mean, row));
    }
    learner.#weights.set(mean);
    return learner;
  }

  get bytes(): number {
    return this.#weights.byteLength;
  }

  /** How likely each label is; the sum is 1. */
  likelihoods(text: Encoded): Float64Array {
    return this.#likelihoods(text).slice();
  }

  /** Softmax of the scores, in an array that the next call changes. */
  #likelihoods(text: Encoded): Float64Array {
    const scores = this.#scores.fill(0);
    this.#each(text, (row, value) => {
      const weights = this.#weights;
      for (let label = 0; label < scores.length; label++)
        scores[label] = (scores[label] as number) + (weights[row + label] as number) * value;
    });
    let largest = Number.NEGATIVE_INFINITY;
    for (const score of scores) largest = Math.max(largest, score);
    let sum = 0;
    for (let label = 0; label < scores.length; label++) {
      const likelihood = Math.exp((scores[label] as number) - largest);
      scores[label] = likelihood;
      sum += likelihood;
    }
    for (let label = 0; label < scores.length; label++) scores[label] = (scores[label] as number) / sum;
    return scores;
  }

  #learn(example: Encoded, label: number, squares: Float32Array): void {
    const errors = this.#likelihoods(example);
    errors[label] = (errors[label] as number) - 1;
    const wrong: number[] = [];
    for (const [at, error] of errors.entries()) if (Math.abs(error) > NEGLIGIBLE) wrong.push(at);
    const weights = this.#weights;
    this.#each(example, (row, value) => {
      for (const at of wrong) {
        const gradient = (errors[at] as number) * value;
        const square = (squares[row + at] as number) + gradient * gradient;
        squares[row + at] = square;
        weights[row + at] =
          (weights[row + at] as number) - (STEP * gradient) / Math.sqrt(FIRST_SQUARE + square);
      }
    });
  }

  /** Adds the share of one round of a stretch of the weights to their mean. */
  #addTo(mean: Float32Array, start: number): void {
    const end = Math.min(mean.length, start + this.#labels);
    for (let at = start; at < end; at++)
      mean[at] = (mean[at] as number) + (this.#weights[at] as number) / (ROUNDS - 1);
  }

  /** Hands out the row of each feature and number that a text has, with its value. */
  #each({ features, weights, vector }: Encoded, take: (row: number, value: number) => void): void {
    for (let at = 0; at < features.length; at++) {
      const feature = features[at] as number;
      if (feature < this.#features) take(feature * this.#labels, weights[at] as number);
    }
    for (let at = 0; at < vector.length; at++)
      take((this.#features + at) * this.#labels, vector[at] as number);
  }
}

/** Every number below `count` once, each far from the one before: examples come sorted by their label. */
function* spread(count: number): Generator<number> {
  let step = Math.max(1, Math.round(count * GOLDEN));
  while (commonDivisor(step, count) > 1) step++;
  for (let at = 0, done = 0; done < count; done++, at = (at + step) % count) yield at;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function* rows(length: number, width: number): Generator<number> {
  for (let start = 0; start < length; start += width) yield start;
}
