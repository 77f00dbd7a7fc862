import { sha256 } from "../../memcube/index.js";
import type { Embedder } from "./embedder.js";

/** No vectors: search is full text, phrases and recency. */
export class NoneEmbedder implements Embedder {
  readonly fingerprint = { name: "none", dimension: 0, hash: sha256("none") };
  readonly fusionWeight = 0;

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map(() => new Float32Array(0));
  }
}
