export interface EmbedderFingerprint {
  readonly name: string;
  /** Numbers in a vector; 0 means that there are no vectors. */
  readonly dimension: number;
  /** SHA-256 over everything that shapes a vector. */
  readonly hash: string;
}

export interface Embedder {
  readonly fingerprint: EmbedderFingerprint;
  /** Weight of the vector channel beside full text in rank fusion, 0 to 1. */
  readonly fusionWeight: number;
  embed(
    texts: readonly string[],
    options?: { signal?: AbortSignal; purpose?: "query" | "passage" },
  ): Promise<Float32Array[]>;
}
