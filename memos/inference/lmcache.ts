import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { ModelClient, statusOf } from "./modelClient.js";
import { modelServerOptions, serverURLSchema } from "./modelServer.js";

export const lmcacheOptionsSchema = z.strictObject({
  /** Address of `lmcache coordinator`. */
  coordinatorURL: serverURLSchema,
  apiKey: modelServerOptions.apiKey,
  /** As the servers name the model to LMCache: the path or the name that vLLM was started with. */
  model: z.string().min(1).max(256),
  /** Devices that the model is spread over (`--tensor-parallel-size`). */
  worldSize: z.int().min(1).max(1_024).default(1),
  /** Tokens of what is pinned as one (`--chunk-size` of the servers, and of the coordinator). */
  chunkTokens: z.int().min(1).max(65_536).default(256),
  /** Milliseconds for one attempt. */
  timeout: z.int().min(1).max(600_000).default(30_000),
  /** Repetitions after a failure of the network or of the server, with back-off. */
  retries: z.int().min(0).max(10).default(2),
});

export type LMCacheOptions = z.input<typeof lmcacheOptionsSchema>;

/** Tokens of one request for a pin, as the coordinator takes them. */
const PIN_TOKENS = 1_000_000;

/** Keys that are kept for one piece may be several: one for each device. */
const answerSchema = z.object({ requested: z.int().nonnegative(), affected: z.int().nonnegative() });

export interface KeptChunks {
  /** Whole chunks of the tokens; what is left over at the end is not kept. */
  readonly chunks: number;
}

/**
 * The pins of an LMCache coordinator (0.5.6, docs/source/mp/coordinator.rst): what is pinned is not evicted from the
 * tier that all servers share, until it was given up as often as it was pinned. The coordinator forgets pins when it
 * is started anew, unless it runs with `--metadata-path`.
 *
 * All methods throw MODEL_FAILED when it fails, UNSUPPORTED when it keeps no pins.
 */
export class LMCachePins {
  readonly #client: ModelClient;
  readonly #options: z.output<typeof lmcacheOptionsSchema>;

  /** @throws MemosError INVALID_INPUT for an option out of range. */
  constructor(options: LMCacheOptions) {
    this.#options = parse(lmcacheOptionsSchema, options);
    this.#client = new ModelClient("LMCache coordinator", {
      ...this.#options,
      baseURL: this.#options.coordinatorURL,
    });
  }

  get chunkTokens(): number {
    return this.#options.chunkTokens;
  }

  /** @param salt as the model server is told it. */
  pin(tokens: Int32Array, salt: string, signal: AbortSignal): Promise<KeptChunks> {
    return this.#ask((body) => this.#client.post("/cache/pins", body, signal), tokens, salt);
  }

  unpin(tokens: Int32Array, salt: string, signal: AbortSignal): Promise<KeptChunks> {
    return this.#ask((body) => this.#client.delete("/cache/pins", body, signal), tokens, salt);
  }

  async #ask(
    send: (body: object) => Promise<unknown>,
    tokens: Int32Array,
    salt: string,
  ): Promise<KeptChunks> {
    if (tokens.length > PIN_TOKENS)
      throw new MemosError("TOO_LARGE", `At most ${PIN_TOKENS} tokens are pinned at once.`);
    const { model, worldSize } = this.#options;
    let answer: unknown;
    try {
      answer = await send({
        model_name: model,
        world_size: worldSize,
        token_ids: [...tokens],
        cache_salt: salt,
      });
    } catch (error) {
      if (statusOf(error) === 404)
        throw new MemosError(
          "UNSUPPORTED",
          `The ${this.#client.server} keeps no pins. Start \`lmcache coordinator\` with its eviction controller, and the servers with \`--coordinator-event-reporting\`.`,
        );
      throw await this.#client.failure(error);
    }
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "MODEL_FAILED",
        `The ${this.#client.server} answered with something else than it should.`,
      );
    return { chunks: parsed.data.requested };
  }
}
