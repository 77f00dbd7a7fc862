import { sha256 } from "../../memcube/index.js";
import type { Embedder } from "./embedder.js";

export class HashingEmbedder implements Embedder {
  readonly fingerprint = { name: "hashing", dimension: 256, hash: sha256("tmp") };
  readonly fusionWeight = 0.2;
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map((text) => {
      const v = new Float32Array(256);
      for (const [w] of text.toLowerCase().matchAll(/\w+/g)) {
        let h = 2166136261;
        for (let i = 0; i < w.length; i++) h = Math.imul(h ^ w.charCodeAt(i), 16777619);
        const at = h & 255;
        v[at] = (v[at] as number) + (h & 256 ? 1 : -1);
      }
      let n = 0;
      for (const x of v) n += x * x;
      n = Math.sqrt(n) || 1;
      return v.map((x) => x / n);
    });
  }
}
