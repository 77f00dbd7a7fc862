import { MemosError } from "../../memcube/index.js";

/** What shaped the vectors of an index; vectors of different fingerprints are never compared. */
export interface EmbedderFingerprint {
  readonly name: string;
  /** Numbers in a vector; 0 means that there are no vectors. */
  readonly dimension: number;
  /** SHA-256 over everything that shapes a vector. */
  readonly hash: string;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Some models prepare questions and passages differently. */
  readonly purpose?: "query" | "passage";
}

/** Turns texts into vectors. Every embedder passes the contract suite in `test/memos/inference`. */
export interface Embedder {
  readonly fingerprint: EmbedderFingerprint;
  /** Weight of the vector channel beside full text in rank fusion, 0 to 1: how far its ranking is trusted. */
  readonly fusionWeight: number;
  /**
   * One vector per text, in order, of unit length; a text without any feature gives the zero vector.
   *
   * @throws MemosError EMBEDDER_FAILED, EMBEDDING_INVALID or ABORTED.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

/**
 * Checks what a model answered and scales it to unit length.
 *
 * @throws MemosError EMBEDDING_INVALID for a wrong dimension or a number that is not finite.
 */
export function unitVector(values: ArrayLike<unknown>, dimension: number): Float32Array {
  if (values.length !== dimension)
    throw new MemosError(
      "EMBEDDING_INVALID",
      `The embedder returned a vector of ${values.length} numbers where ${dimension} were expected.`,
    );
  const vector = new Float32Array(dimension);
  let square = 0;
  for (let index = 0; index < dimension; index++) {
    const value = values[index];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new MemosError(
        "EMBEDDING_INVALID",
        "The embedder returned a vector with something that is not a number.",
      );
    vector[index] = value;
    square += value * value;
  }
  const length = Math.sqrt(square);
  if (!Number.isFinite(length))
    throw new MemosError("EMBEDDING_INVALID", "The embedder returned numbers too large to scale.");
  if (length > 0)
    for (let index = 0; index < dimension; index++) vector[index] = (vector[index] as number) / length;
  return vector;
}
