import * as z from "zod";
import { contentHash, MemosError } from "../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../aborted.js";
import { parse } from "../parse.js";
import type { Embedder, EmbedderFingerprint, EmbedOptions } from "./embedder.js";
import { Gate } from "./gate.js";
import { ModelClient } from "./modelClient.js";
import { modelServerOptions } from "./modelServer.js";
import { unitVectors } from "./unitVector.js";

export const openAIEmbedderOptionsSchema = z.strictObject({
  model: z.string().min(1).max(256),
  /** Numbers in the model's vectors; an answer of another length is refused. */
  dimension: z.int().min(1).max(16_384),
  ...modelServerOptions,
  /** Texts in one request. */
  batch: z.int().min(1).max(2_048).default(64),
  /** Requests under way at once, over all calls. */
  concurrency: z.int().min(1).max(64).default(4),
  /** Characters (UTF-16 units) of one text that are sent; lower it for a model with a short context. */
  textCharacters: z.int().min(1).max(1_000_000).default(8_000),
  /** Milliseconds for one attempt, up to the last byte of the answer; also the longest wait that a server may ask for. */
  timeout: z.int().min(1).max(600_000).default(30_000),
  /** Repetitions after a failure of the network or of the server, with back-off. */
  retries: z.int().min(0).max(10).default(2),
});

export type OpenAIEmbedderOptions = z.input<typeof openAIEmbedderOptionsSchema>;

/** What stands in the vectors is checked number by number in `unitVectors`. */
const answerSchema = z.object({
  data: z.array(
    z.object({ index: z.int().nonnegative(), embedding: z.custom<readonly unknown[]>(Array.isArray) }),
  ),
});

/**
 * Embeddings from an OpenAI-compatible server (OpenAI, llama-server, Ollama, vLLM, LM Studio). The request
 * names model, input and `encoding_format: float` only: many servers refuse `dimensions`, so `dimension` must
 * be what the model gives by itself. Queries and passages are sent alike. The beginning of a text stands for
 * the whole of a longer one, because servers refuse what exceeds a model's context.
 *
 * @throws MemosError INVALID_INPUT for an option out of range.
 */
export class OpenAIEmbedder implements Embedder {
  readonly fingerprint: EmbedderFingerprint;
  readonly fusionWeight = 1;
  readonly #options: z.output<typeof openAIEmbedderOptionsSchema>;
  readonly #gate: Gate;
  readonly #client: ModelClient;

  constructor(options: OpenAIEmbedderOptions) {
    this.#options = parse(openAIEmbedderOptionsSchema, options);
    this.#client = new ModelClient("embedding server", this.#options);
    const { model, dimension, concurrency, textCharacters } = this.#options;
    this.fingerprint = {
      name: `openai/${model}`,
      dimension,
      hash: contentHash({ embedder: "openai", model, dimension, host: this.#client.host, textCharacters }),
    };
    this.#gate = new Gate(concurrency);
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    throwIfAborted(signal);
    const stop = new AbortController();
    const batches = chunks(texts, this.#options.batch).map((batch) =>
      this.#gate.run(() => this.#request(batch, stop.signal)),
    );
    try {
      return (await unlessAborted(Promise.all(batches), signal, "The embedding was cancelled.")).flat();
    } finally {
      // What one batch failed at, the others need not finish.
      stop.abort();
    }
  }

  async #request(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    throwIfAborted(signal);
    const { model, dimension, textCharacters } = this.#options;
    let answer: unknown;
    try {
      answer = await this.#client.post(
        "/embeddings",
        {
          model,
          // A cut between two surrogates leaves half a character, which strict servers refuse.
          input: texts.map((text) => text.slice(0, textCharacters).toWellFormed()),
          encoding_format: "float",
        },
        signal,
      );
    } catch (error) {
      throw await this.#failure(error);
    }
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "EMBEDDING_INVALID",
        `The ${this.#client.server} answered with something that is not embeddings.`,
      );
    const items = parsed.data.data.sort((a, b) => a.index - b.index);
    if (items.some((item, at) => item.index !== at))
      throw new MemosError(
        "EMBEDDING_INVALID",
        `The ${this.#client.server} left out some texts or answered some twice.`,
      );
    return unitVectors(
      items.map((item) => item.embedding),
      texts.length,
      dimension,
    );
  }

  async #failure(error: unknown): Promise<MemosError> {
    if (error instanceof SyntaxError)
      return new MemosError("EMBEDDING_INVALID", `The ${this.#client.server} answered with broken JSON.`);
    return new MemosError("EMBEDDER_FAILED", await this.#client.sentence(error));
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
