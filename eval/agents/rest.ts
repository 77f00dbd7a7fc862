import { MemosClient } from "../../api/client/index.js";
import type { Agent, AgentMemory, Chunk } from "./agent.js";
import { memoriesOf, refuseSkipped, searchable, textOf } from "./memos.js";
import { PASSAGE_CHARACTERS } from "./passages.js";

export interface ServerAddress {
  readonly url: string;
  readonly key?: string | undefined;
}

/** MemOS behind its REST API. What a run writes stays on the server, under applications that begin with `mab-`. */
export function restAgent({ url, key }: ServerAddress): Agent {
  return {
    name: "memos-rest",
    flavour: "retrieval",
    settings: { url, passageCharacters: PASSAGE_CHARACTERS },
    open: async (namespace) =>
      new RestMemory(
        new MemosClient({
          baseUrl: url,
          scope: { app: namespace },
          ...(key === undefined ? {} : { apiKey: key }),
        }),
      ),
    close: async () => {},
  };
}

class RestMemory implements AgentMemory {
  readonly #client: MemosClient;

  constructor(client: MemosClient) {
    this.#client = client;
  }

  async memorise({ text }: Chunk, signal?: AbortSignal): Promise<void> {
    const { skipped } = await this.#client.add(memoriesOf(text), {}, { signal });
    refuseSkipped(skipped);
  }

  async retrieve(query: string, k: number, signal?: AbortSignal): Promise<string[]> {
    const { hits } = await this.#client.search(searchable(query), { k }, { signal });
    return hits.map(({ cube }) => textOf(cube.payload));
  }

  async close(): Promise<void> {}
}
