import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../../memos/parse.js";
import type { Agent, AgentMemory, Chunk } from "./agent.js";
import { searchable, storable } from "./memos.js";
import type { ServerAddress } from "./rest.js";

/** Milliseconds for one call: a server that asks a model for each chunk takes its time. */
const CALL_TIMEOUT_MS = 600_000;

/** Both generations of the API: a list, or an object that holds it. */
const foundSchema = z
  .union([
    z.array(z.object({ memory: z.string() })),
    z.object({ results: z.array(z.object({ memory: z.string() })) }),
  ])
  .transform((found) => (Array.isArray(found) ? found : found.results));

/** Any server that speaks mem0's open API (`POST /memories`, `POST /search`). A namespace is a user. */
export function mem0Agent(address: ServerAddress): Agent {
  return {
    name: "mem0",
    flavour: "retrieval",
    settings: { url: address.url },
    open: async (namespace) => new Mem0Memory(address, namespace),
    close: async () => {},
  };
}

class Mem0Memory implements AgentMemory {
  readonly #address: ServerAddress;
  readonly #user: string;

  constructor(address: ServerAddress, user: string) {
    this.#address = address;
    this.#user = user;
  }

  async memorise({ message }: Chunk, signal?: AbortSignal): Promise<void> {
    const messages = [{ role: "user", content: storable(message) }];
    await this.#post("memories", { messages, user_id: this.#user }, signal);
  }

  async retrieve(query: string, k: number, signal?: AbortSignal): Promise<string[]> {
    const user = this.#user;
    // The older API takes the user and `limit`, the newer one filters and `top_k`.
    const wanted = { query: searchable(query), user_id: user, limit: k, top_k: k };
    const answer = await this.#post("search", wanted, signal);
    return parse(foundSchema, answer)
      .map(({ memory }) => memory)
      .slice(0, k);
  }

  async close(): Promise<void> {}

  async #post(path: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const { url, key } = this.#address;
    const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const response = await fetch(`${url.replace(/\/+$/, "")}/${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { authorization: `Token ${key}`, "x-api-key": key }),
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok)
      throw new MemosError("MODEL_FAILED", `the mem0 server answered ${path} with ${response.status}`);
    return response.json();
  }
}
