import type { Embedder } from "../../memos/index.js";
import type { Agent, AgentMemory, Chunk } from "./agent.js";
import { bestOf } from "./best.js";
import { PASSAGE_CHARACTERS, passagesOf } from "./passages.js";

/** Passages by the cosine of their vectors alone, all of them compared. */
export function vectorAgent(embedder: Embedder): Agent {
  const { name, hash } = embedder.fingerprint;
  return {
    name: "vector",
    flavour: "retrieval",
    settings: { embedder: name, embedderHash: hash, passageCharacters: PASSAGE_CHARACTERS },
    open: async () => new VectorMemory(embedder),
    close: async () => {},
  };
}

class VectorMemory implements AgentMemory {
  readonly #embedder: Embedder;
  readonly #passages: string[] = [];
  readonly #vectors: Float32Array[] = [];

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  async memorise({ text }: Chunk, signal?: AbortSignal): Promise<void> {
    const passages = passagesOf(text);
    this.#vectors.push(...(await this.#embed(passages, "passage", signal)));
    this.#passages.push(...passages);
  }

  async retrieve(query: string, k: number, signal?: AbortSignal): Promise<string[]> {
    const [wanted] = await this.#embed([query], "query", signal);
    const scores = this.#vectors.map((vector) =>
      vector.reduce((sum, value, at) => sum + value * (wanted?.[at] as number), 0),
    );
    return bestOf(this.#passages, scores, k);
  }

  #embed(texts: string[], purpose: "query" | "passage", signal: AbortSignal | undefined) {
    return this.#embedder.embed(texts, { purpose, ...(signal === undefined ? {} : { signal }) });
  }

  async close(): Promise<void> {}
}
