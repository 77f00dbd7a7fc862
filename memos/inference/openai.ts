import { z } from "zod";
import { contentHash, MemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { parse } from "../parse.js";
import type { Embedder, EmbedderFingerprint, EmbedOptions } from "./embedder.js";
import { Gate } from "./gate.js";
import { modelFetch } from "./modelFetch.js";
import { unitVectors } from "./unitVector.js";

export const openAIEmbedderOptionsSchema = z.strictObject({
  model: z.string().min(1).max(256),
  /** Numbers in the model's vectors; an answer of another length is refused. */
  dimension: z.int().min(1).max(16_384),
  /** Address of a compatible server, with its `/v1`. */
  baseURL: z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => new URL(url).username === "" && new URL(url).password === "", "must not hold a password")
    .default("https://api.openai.com/v1"),
  /** Local servers take any. */
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters, as an HTTP header holds them")
    .default("none"),
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
  #client: Promise<import("openai").OpenAI> | undefined;

  constructor(options: OpenAIEmbedderOptions) {
    this.#options = parse(openAIEmbedderOptionsSchema, options);
    const { model, dimension, concurrency, textCharacters } = this.#options;
    this.fingerprint = {
      name: `openai/${model}`,
      dimension,
      hash: contentHash({ embedder: "openai", model, dimension, host: this.#host, textCharacters }),
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
      return (await unlessAborted(Promise.all(batches), signal)).flat();
    } finally {
      // What one batch failed at, the others need not finish.
      stop.abort();
    }
  }

  get #host(): string {
    return new URL(this.#options.baseURL).host;
  }

  #connect(): Promise<import("openai").OpenAI> {
    // Loaded on first use: the SDK does not need it otherwise.
    this.#client ??= import("openai").then(({ OpenAI }) => {
      const { apiKey, baseURL, timeout, retries } = this.#options;
      return new OpenAI({
        apiKey,
        baseURL,
        timeout,
        maxRetries: retries,
        logLevel: "off",
        fetch: modelFetch(apiKey, timeout),
      });
    });
    return this.#client;
  }

  async #request(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    throwIfAborted(signal);
    const { model, dimension, textCharacters } = this.#options;
    let answer: unknown;
    try {
      const client = await this.#connect();
      answer = await client.embeddings.create(
        {
          model,
          // A cut between two surrogates leaves half a character, which strict servers refuse.
          input: texts.map((text) => text.slice(0, textCharacters).toWellFormed()),
          encoding_format: "float",
        },
        { signal },
      );
    } catch (error) {
      throw await this.#failure(error);
    }
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "EMBEDDING_INVALID",
        `The embedding server at ${this.#host} answered with something that is not embeddings.`,
      );
    const items = parsed.data.data.sort((a, b) => a.index - b.index);
    if (items.some((item, at) => item.index !== at))
      throw new MemosError(
        "EMBEDDING_INVALID",
        `The embedding server at ${this.#host} left out some texts or answered some twice.`,
      );
    return unitVectors(
      items.map((item) => item.embedding),
      texts.length,
      dimension,
    );
  }

  /** What the package throws may quote headers, and with them the key: neither message nor cause is passed on. */
  async #failure(error: unknown): Promise<MemosError> {
    const server = `The embedding server at ${this.#host}`;
    const { APIConnectionTimeoutError, APIError } = await import("openai");
    if (error instanceof SyntaxError)
      return new MemosError("EMBEDDING_INVALID", `${server} answered with broken JSON.`);
    if (error instanceof APIConnectionTimeoutError)
      return new MemosError(
        "EMBEDDER_FAILED",
        `${server} did not answer within ${this.#options.timeout} ms.`,
      );
    if (error instanceof APIError && typeof error.status === "number")
      return new MemosError(
        "EMBEDDER_FAILED",
        `${server} answered with status ${error.status}${meaningOf(error.status)}.`,
      );
    return new MemosError(
      "EMBEDDER_FAILED",
      `The connection to the embedding server at ${this.#host} failed${reasonOf(error)}.`,
    );
  }
}

function meaningOf(status: number): string {
  if (status === 401 || status === 403) return ": it does not accept the API key";
  if (status === 404) return ": it does not know this address or this model";
  if (status === 400 || status === 413 || status === 422)
    return ": it does not take this request or this text";
  if (status === 429) return ": too many requests, or no quota left";
  return "";
}

/** The code of the system error behind it all (`ECONNREFUSED`), which is safe to tell. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string" && /^[A-Z_]+$/.test(at.code)) return ` (${at.code})`;
  return "";
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

/** The result of the work, or ABORTED at once: the package itself notices an abort only after its back-off. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () =>
      reject(new MemosError("ABORTED", "The embedding was cancelled.", { cause: signal.reason }));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
