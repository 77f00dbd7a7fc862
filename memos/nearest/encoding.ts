import { featuresOf } from "./features.js";

/** A text as the examples see it: the features that some example has, weighted to unit length, and its vector. */
export interface Encoded {
  readonly features: Int32Array;
  readonly weights: Float32Array;
  /** What {@link joinedVector} makes, or empty where the embedder gave none. */
  readonly vector: Float32Array;
}

/** How much the vector of a text's beginning counts beside that of the whole. */
const BEGINNING_SHARE = 0.5;

/** The vector of a text and that of its beginning as one, of which the parts can be learned about apart. */
export function joinedVector(whole: Float32Array, beginning: Float32Array): Float32Array {
  const joined = new Float32Array(whole.length + beginning.length);
  joined.set(whole);
  for (const [at, value] of beginning.entries()) joined[whole.length + at] = BEGINNING_SHARE * value;
  return joined;
}

/**
 * The features of a set of examples, numbered from the most frequent on, so that a prefix of the numbers is what is
 * worth learning about. A feature weighs the root of its inverse document frequency.
 */
export class FeatureSpace {
  readonly #numbers = new Map<number, number>();
  readonly #weights: Float32Array;
  /** How many features at least two examples have; the others come after these. */
  readonly shared: number;

  constructor(examples: readonly ReadonlySet<number>[]) {
    const frequencies = new Map<number, number>();
    for (const features of examples)
      for (const feature of features) frequencies.set(feature, (frequencies.get(feature) ?? 0) + 1);
    const ordered = [...frequencies].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    this.#weights = Float32Array.from(ordered, ([, frequency]) =>
      Math.sqrt(Math.log(1 + examples.length / frequency)),
    );
    for (const [number, [feature]] of ordered.entries()) this.#numbers.set(feature, number);
    const alone = ordered.findIndex(([, frequency]) => frequency === 1);
    this.shared = alone === -1 ? ordered.length : alone;
  }

  get size(): number {
    return this.#weights.length;
  }

  encode(text: string, vector: Float32Array): Encoded {
    return this.encodeFeatures(featuresOf(text), vector);
  }

  encodeFeatures(hashes: ReadonlySet<number>, vector: Float32Array): Encoded {
    const features = Int32Array.from([...hashes].flatMap((hash) => this.#numbers.get(hash) ?? []));
    const weights = Float32Array.from(features, (feature) => this.#weights[feature] as number);
    const length = Math.hypot(...weights);
    for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] as number) / length;
    return { features, weights, vector };
  }
}
