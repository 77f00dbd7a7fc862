import { z } from "zod";
import { MemosError, sha256 } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { type Embedder, type EmbedderFingerprint, type EmbedOptions, unitVector } from "./embedder.js";

export const openAIEmbedderOptionsSchema = z.strictObject({
  model: z.string().min(1).max(256),
  /** Numbers in the model's vectors; an answer of another length is refused. */
  dimension: z.int().min(1).max(16_384),
  /** Address of a compatible server, with its `/v1`. */
  baseURL: z.url().default("https://api.openai.com/v1"),
  /** Local servers take any. */
  apiKey: z.string().min(1).default("none"),
  /** Texts in one request. */
  batch: z.int().min(1).max(2_048).default(64),
  /** Milliseconds for one request. */
  timeout: z.int().min(1).max(600_000).default(30_000),
  /** Repetitions after a failure of the network or of the server, with back-off. */
  retries: z.int().min(0).max(10).default(2),
});

export type OpenAIEmbedderOptions = z.input<typeof openAIEmbedderOptionsSchema>;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.unknown()) })),
});

/**
 * Embeddings from an OpenAI-compatible server (OpenAI, llama-server, Ollama, vLLM, LM Studio). The request
 * names model, input and `encoding_format: float` only: many servers refuse `dimensions`.
 */
export class OpenAIEmbedder implements Embedder {
  readonly fingerprint: EmbedderFingerprint;
  readonly fusionWeight = 1;
  readonly #options: z.output<typeof openAIEmbedderOptionsSchema>;
  #client: Promise<import("openai").OpenAI> | undefined;

  constructor(options: OpenAIEmbedderOptions) {
    this.#options = parse(openAIEmbedderOptionsSchema, options);
    const { model, dimension, baseURL } = this.#options;
    this.fingerprint = {
      name: `openai/${model}`,
      dimension,
      hash: sha256(JSON.stringify(["openai", model, dimension, new URL(baseURL).host])),
    };
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += this.#options.batch)
      vectors.push(...(await this.#request(texts.slice(start, start + this.#options.batch), options.signal)));
    return vectors;
  }

  #connect(): Promise<import("openai").OpenAI> {
    // Loaded on first use: the SDK does not need it otherwise.
    this.#client ??= import("openai").then(({ OpenAI }) => {
      const { apiKey, baseURL, timeout, retries } = this.#options;
      return new OpenAI({ apiKey, baseURL, timeout, maxRetries: retries, logLevel: "off" });
    });
    return this.#client;
  }

  async #request(texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const { model, dimension } = this.#options;
    const client = await this.#connect();
    let answer: unknown;
    try {
      answer = await client.embeddings.create(
        { model, input: [...texts], encoding_format: "float" },
        signal === undefined ? {} : { signal },
      );
    } catch (error) {
      throw this.#failure(error, signal);
    }
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "EMBEDDING_INVALID",
        "The embedding server answered something that is not embeddings.",
      );
    const byIndex = new Map(parsed.data.data.map((item) => [item.index, item.embedding]));
    return texts.map((_, index) => {
      const values = byIndex.get(index);
      if (values === undefined)
        throw new MemosError(
          "EMBEDDING_INVALID",
          `The embedding server left out text ${index} of ${texts.length}.`,
        );
      return unitVector(values, dimension);
    });
  }

  /** What the client library throws may hold headers, and with them the key: only its kind is told. */
  #failure(error: unknown, signal: AbortSignal | undefined): MemosError {
    if (signal?.aborted === true) return new MemosError("ABORTED", "The embedding was cancelled.");
    const { host } = new URL(this.#options.baseURL);
    const status = (error as { status?: unknown }).status;
    const name = error instanceof Error ? error.constructor.name : "";
    if (typeof status === "number")
      return new MemosError(
        "EMBEDDER_FAILED",
        `The embedding server at ${host} answered with status ${status}.`,
      );
    if (name === "APIConnectionTimeoutError")
      return new MemosError(
        "EMBEDDER_FAILED",
        `The embedding server at ${host} did not answer within ${this.#options.timeout} ms.`,
      );
    if (error instanceof SyntaxError)
      return new MemosError(
        "EMBEDDING_INVALID",
        `The embedding server at ${host} answered with broken JSON.`,
      );
    return new MemosError("EMBEDDER_FAILED", `The embedding server at ${host} cannot be reached.`);
  }
}
