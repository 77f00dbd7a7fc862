import { mapInSlices } from "../store/index/slice.js";
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
  for (let at = 0; at < beginning.length; at++)
    joined[whole.length + at] = BEGINNING_SHARE * (beginning[at] as number);
  return joined;
}

/**
 * The features of a set of examples, numbered from the most frequent on, so that a prefix of the numbers is what is
 * worth learning about. A feature weighs the root of its inverse document frequency.
 */
export class FeatureSpace {
  readonly #numbers: ReadonlyMap<number, number>;
  readonly #weights: Float32Array;
  /** How many features at least two examples have; the others come after these. */
  readonly shared: number;

  private constructor(numbers: ReadonlyMap<number, number>, weights: Float32Array, shared: number) {
    this.#numbers = numbers;
    this.#weights = weights;
    this.shared = shared;
  }

  /** Numbers the features of examples, equally frequent ones as they come; gives way to other work meanwhile. */
  static async of(examples: readonly ReadonlySet<number>[]): Promise<FeatureSpace> {
    const frequencies = new Map<number, number>();
    await mapInSlices(examples, (features) => {
      for (const feature of features) frequencies.set(feature, (frequencies.get(feature) ?? 0) + 1);
    });
    // Sorted by counting: how many features are more frequent is where those of a frequency begin.
    const next = new Int32Array(examples.length + 1);
    await mapInSlices(frequencies.values(), (frequency) => {
      next[frequency] = (next[frequency] as number) + 1;
    });
    for (let frequency = examples.length, before = 0; frequency > 0; frequency--) {
      const count = next[frequency] as number;
      next[frequency] = before;
      before += count;
    }
    const shared = next[1] ?? 0;
    const numbers = new Map<number, number>();
    const weights = new Float32Array(frequencies.size);
    await mapInSlices(frequencies, ([feature, frequency]) => {
      const number = next[frequency] as number;
      next[frequency] = number + 1;
      numbers.set(feature, number);
      weights[number] = Math.sqrt(Math.log(1 + examples.length / frequency));
    });
    return new FeatureSpace(numbers, weights, shared);
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
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] as number) / length;
    return { features, weights, vector };
  }
}
