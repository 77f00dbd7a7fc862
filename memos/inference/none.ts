import { sha256 } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { Embedder, EmbedOptions } from "./embedder.js";

/** No vectors, one of no numbers for each text: search is full text, phrases and recency. */
export class NoneEmbedder implements Embedder {
  readonly fingerprint = { name: "none", dimension: 0, hash: sha256("none") };
  readonly fusionWeight = 0;

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    throwIfAborted(options.signal);
    return texts.map(() => new Float32Array(0));
  }
}
