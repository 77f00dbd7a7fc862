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

/**
 * Turns texts into vectors. Every embedder passes the contract suite in
 * `test/memos/inference/embedderContract.ts`.
 */
export interface Embedder {
  readonly fingerprint: EmbedderFingerprint;
  /** Weight of the vector channel beside full text in rank fusion, 0 to 1: how far its ranking is trusted. */
  readonly fusionWeight: number;
  /**
   * One vector per text, in order: `fingerprint.dimension` finite numbers of unit length. Only the
   * bundled embedders may give a zero vector, for a text without a letter or digit: similar to nothing.
   *
   * @throws MemosError EMBEDDER_FAILED when no answer came, EMBEDDING_INVALID when it is not such vectors,
   * ABORTED when the signal says so, even before the first text.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}
