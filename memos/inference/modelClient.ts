import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { jsonEvents } from "./eventStream.js";
import { type BodyMode, modelFetch } from "./modelFetch.js";
import { failureSentence } from "./modelServer.js";

export interface ModelClientOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  /** Milliseconds for one attempt, and of a stream for each piece; also the longest wait that a server may ask for. */
  readonly timeout: number;
  readonly retries: number;
}

type Package = import("openai").OpenAI;

/**
 * JSON over HTTP to a model server, with the attempts and the back-off of the `openai` package. What its methods
 * throw may hold the key: hand on only what {@link failure} or {@link sentence} makes of it.
 */
export class ModelClient {
  /** The server within a sentence. */
  readonly server: string;
  readonly host: string;
  readonly #options: ModelClientOptions;
  readonly #clients = new Map<BodyMode, Promise<Package>>();

  constructor(kind: string, options: ModelClientOptions) {
    this.#options = options;
    this.host = new URL(options.baseURL).host;
    this.server = `${kind} at ${this.host}`;
  }

  get(path: string, signal: AbortSignal): Promise<unknown> {
    return whileOpen(signal, async (signal) => (await this.#connect("whole")).get(path, { signal }));
  }

  post(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    return whileOpen(signal, async (signal) => (await this.#connect("whole")).post(path, { body, signal }));
  }

  delete(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    return whileOpen(signal, async (signal) => (await this.#connect("whole")).delete(path, { body, signal }));
  }

  /** The events of a stream once it has begun; only until then is it asked for again. */
  async stream(path: string, body: object, signal: AbortSignal): Promise<AsyncGenerator<unknown>> {
    const client = await this.#connect("stream");
    const response = await client.post(path, { body, signal, stream: true }).asResponse();
    return jsonEvents(response.body as ReadableStream<Uint8Array>);
  }

  /** What went wrong, without anything secret. */
  sentence(error: unknown): Promise<string> {
    return failureSentence(error, this.server, this.#options.timeout);
  }

  /** What went wrong, as an error that may be handed on. */
  async failure(error: unknown): Promise<MemosError> {
    if (error instanceof MemosError) return error;
    if (error instanceof SyntaxError)
      return new MemosError("MODEL_FAILED", `The ${this.server} answered with broken JSON.`);
    return new MemosError("MODEL_FAILED", await this.sentence(error));
  }

  #connect(mode: BodyMode): Promise<Package> {
    const known = this.#clients.get(mode);
    if (known !== undefined) return known;
    // Loaded on first use: the SDK does not need it otherwise.
    const client = import("openai").then(({ OpenAI }) => {
      const { apiKey, baseURL, timeout, retries } = this.#options;
      return new OpenAI({
        apiKey,
        baseURL,
        timeout,
        maxRetries: retries,
        logLevel: "off",
        fetch: modelFetch(apiKey, timeout, mode),
      });
    });
    this.#clients.set(mode, client);
    return client;
  }
}

/** The package listens to a signal for good; one that many requests share is listened to by each while it lasts. */
async function whileOpen<T>(shared: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(shared.reason);
  if (shared.aborted) onAbort();
  shared.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(stop.signal);
  } finally {
    shared.removeEventListener("abort", onAbort);
  }
}

/** The HTTP status that an attempt was answered with. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;
}

const saidSchema = z.object({
  error: z.object({
    message: z.string().optional().catch(undefined),
    /** Of SGLang, for adapters. */
    error_message: z.string().optional().catch(undefined),
  }),
});

/** What the server says about its refusal, or nothing. Only to be looked into: it may quote what was sent. */
export function reasonOf(error: unknown): string {
  const said = saidSchema.safeParse(error);
  return said.success ? (said.data.error.message ?? said.data.error.error_message ?? "") : "";
}

/** Whether the server does not take the request as it is: another form of it may be taken. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status === 400 || status === 422;
}
