import { z } from "zod";
import { isMemosError, MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { ChatClient, type PreparedPrompt } from "./chatClient.js";
import { openAIChatModelOptionsSchema } from "./chatModel.js";
import type {
  AdapterUse,
  ChatMessage,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  EngineModel,
  GenerateEvent,
  GenerateRequest,
} from "./engine.js";
import { ModelClient } from "./modelClient.js";
import { ADAPTER_PROTOCOLS, ADAPTER_SERVERS, NamedAdapters } from "./namedAdapters.js";
import { OpenAIEmbedder, openAIEmbedderOptionsSchema } from "./openai.js";
import { OpenCalls } from "./openCalls.js";

/** Stands between a model and its adapter in what SGLang is asked for. */
const ADAPTER_SIGN = ":";

export const openAIEngineOptionsSchema = openAIChatModelOptionsSchema.extend({
  /** A server that has more than the common routes: it loads adapters, and keeps the KV caches of salts apart. */
  server: z.enum(["openai", ...ADAPTER_SERVERS]).default("openai"),
  /** Tokens that a prompt and its answer can have together, as the model's description says: servers do not. */
  contextTokens: z.int().min(1).max(100_000_000).default(8_192),
  /** The server tells the probabilities of tokens (`logprobs`), by which decisions are made. */
  logprobs: z.boolean().default(false),
  /** Of the same server; without it there are no embeddings. */
  embedding: openAIEmbedderOptionsSchema.pick({ model: true, dimension: true }).optional(),
});

export type OpenAIEngineOptions = z.input<typeof openAIEngineOptionsSchema>;

/**
 * Any OpenAI-compatible server (OpenAI, vLLM, SGLang, Ollama, LM Studio) as an engine. It generates, streaming, and
 * where it is said to, embeds and decides; KV states and tokens stay the server's own. A prompt that begins as an
 * earlier one did is cheap on servers that cache prefixes: `reused` says how much of it was, where the server does
 * (vLLM with `--enable-prompt-tokens-details`, SGLang with `--enable-cache-report`). What in a text looks like a
 * control token is left to the server.
 *
 * A vLLM or SGLang server (`server`) takes one adapter with each request, loaded at its first use, and is told the
 * salt, so that no KV cache is shared between two of them.
 *
 * `timeout` is the time until an answer begins, and from one piece of it to the next. An attempt that fails before
 * is repeated; an answer that has begun never is.
 *
 * @throws MemosError INVALID_INPUT for an option out of range.
 */
export class OpenAIEngine implements Engine {
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  readonly #options: z.output<typeof openAIEngineOptionsSchema>;
  readonly #calls = new OpenCalls();
  readonly #client: ModelClient;
  readonly #chat: ChatClient;
  readonly #embedder: OpenAIEmbedder | undefined;
  readonly #adapters: NamedAdapters | undefined;

  constructor(options: OpenAIEngineOptions) {
    this.#options = parse(openAIEngineOptionsSchema, options);
    const { model, server, logprobs, embedding, baseURL, apiKey, retries } = this.#options;
    if (server === "sglang" && model.includes(ADAPTER_SIGN))
      throw new MemosError("INVALID_INPUT", "SGLang takes what follows a colon for the name of an adapter.", {
        path: "model",
      });
    this.name = `${server}/${model}`;
    const protocol = server === "openai" ? undefined : ADAPTER_PROTOCOLS[server];
    this.#client = new ModelClient(protocol?.kind ?? "model server", this.#options);
    if (protocol !== undefined)
      this.#adapters = new NamedAdapters(protocol, this.#client, this.#calls, this.#options);
    this.#chat = new ChatClient(this.#client, this.#calls, { ...this.#options, path: "/chat/completions" });
    if (embedding !== undefined)
      this.#embedder = new OpenAIEmbedder({ ...embedding, baseURL, apiKey, retries });
    this.capabilities = {
      schema: "requested",
      tools: true,
      embeddings: embedding !== undefined,
      ranking: false,
      decisions: logprobs,
      tokens: false,
      state: "prefix",
      adapters: protocol === undefined ? "none" : "named",
    };
  }

  /** As it was configured: nothing is asked of the server. */
  async model(): Promise<EngineModel> {
    const { model, contextTokens } = this.#options;
    return { name: model, sha256: undefined, contextTokens };
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const { messages, adapters, salt, state } = request;
    const miss = state === undefined ? undefined : `The ${this.#client.server} takes no stored states.`;
    try {
      yield* this.#chat.generate(request, () => this.#prompt(messages, adapters, salt, miss));
    } catch (error) {
      // Some releases of SGLang refuse within a stream that has begun.
      if (isMemosError(error, "MODEL_FAILED")) this.#adapters?.forget(adapters ?? []);
      throw error;
    }
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const embedder = this.#embedder;
    if (embedder === undefined) throw this.#unsupported("embeds with no model", "Configure `embedding`");
    return this.#calls.run(signal, (signal) => embedded(embedder, texts, signal));
  }

  async rank(): Promise<number[]> {
    throw this.#unsupported("ranks no documents", "Use the local engine or llama-server");
  }

  async decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    options: { readonly adapters?: readonly AdapterUse[]; readonly signal?: AbortSignal } = {},
  ): Promise<Decision> {
    if (!this.#options.logprobs)
      throw this.#unsupported("is not said to tell the probabilities of tokens", "Configure `logprobs`");
    return this.#chat.decide(
      messages,
      choices,
      options.signal,
      (asked) => () => this.#prompt(asked, options.adapters),
    );
  }

  async tokenize(): Promise<Int32Array> {
    throw this.#unsupported("does not tell its tokens", "Use the local engine or llama-server");
  }

  async fingerprint(): Promise<EngineFingerprint> {
    throw this.#unsupported("does not tell what shapes its KV cache", "Use the local engine");
  }

  async compile(): Promise<never> {
    throw this.#unsupported("gives no KV states away", "Use the local engine");
  }

  async drop(): Promise<void> {
    throw this.#unsupported(
      "decides itself how long it keeps prompts",
      "Use the local engine or llama-server",
    );
  }

  async loadAdapter(adapter: AdapterUse, signal?: AbortSignal): Promise<void> {
    const named = this.#named();
    await this.#calls.run(signal, () => named.load(adapter));
  }

  async unloadAdapter(adapter: AdapterUse, signal?: AbortSignal): Promise<void> {
    const named = this.#named();
    await this.#calls.run(signal, (signal) => named.unload(adapter, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#calls.close();
  }

  async #prompt(
    messages: readonly ChatMessage[],
    adapters: readonly AdapterUse[] = [],
    salt = "",
    miss?: string,
  ): Promise<PreparedPrompt> {
    if (this.#adapters !== undefined)
      return { messages, restored: 0, miss, ...(await this.#adapters.use(adapters, salt)) };
    if (adapters.length > 0) this.#named();
    return { messages, fields: {}, restored: 0, miss };
  }

  #named(): NamedAdapters {
    if (this.#adapters === undefined)
      throw this.#unsupported(
        "is not said to take adapters",
        "Use the local engine or llama-server, or name the `server`",
      );
    return this.#adapters;
  }

  #unsupported(what: string, instead: string): MemosError {
    return new MemosError("UNSUPPORTED", `The ${this.#client.server} ${what}. ${instead}.`);
  }
}

/** Vectors of a text model that is reached over HTTP; its failures are those of an engine. */
export async function embedded(
  embedder: OpenAIEmbedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Float32Array[]> {
  try {
    return await embedder.embed(texts, { signal });
  } catch (error) {
    if (
      error instanceof MemosError &&
      (error.code === "EMBEDDER_FAILED" || error.code === "EMBEDDING_INVALID")
    )
      throw new MemosError("MODEL_FAILED", error.message);
    throw error;
  }
}
