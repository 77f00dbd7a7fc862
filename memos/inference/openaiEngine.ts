import * as z from "zod";
import { isMemosError, MemosError, sha256Schema } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { CacheSalts, saltKeySchema } from "./cacheSalt.js";
import { ChatClient, type PreparedPrompt } from "./chatClient.js";
import { openAIChatModelOptionsSchema } from "./chatModel.js";
import type {
  AdapterUse,
  ChatMessage,
  DecideOptions,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  EngineModel,
  GenerateEvent,
  GenerateRequest,
  Prefix,
} from "./engine.js";
import { generateCallSchema } from "./generateCall.js";
import { LMCachePins, lmcacheOptionsSchema } from "./lmcache.js";
import { ModelClient } from "./modelClient.js";
import { NamedAdapters } from "./namedAdapters.js";
import { NamedServer } from "./namedServer.js";
import { OpenAIEmbedder, openAIEmbedderOptionsSchema } from "./openai.js";
import { OpenCalls } from "./openCalls.js";
import { DIALECT_NAMES, DIALECTS, type ServerDialect } from "./serverDialect.js";
import { warm } from "./warming.js";

/** Stands between a model and its adapter in what SGLang is asked for. */
const ADAPTER_SIGN = ":";

/** Tokens of a context that nobody has said anything of. */
const CONTEXT_TOKENS = 8_192;

export const openAIEngineOptionsSchema = openAIChatModelOptionsSchema.extend({
  /** A server that has more than the common routes: it loads adapters, and keeps the KV caches of salts apart. */
  server: z.enum(["openai", ...DIALECT_NAMES]).default("openai"),
  /**
   * Tokens that a prompt and its answer can have together, as the model's description says: 8,192 unless it is said.
   * vLLM and SGLang are asked.
   */
  contextTokens: z.int().min(1).max(100_000_000).optional(),
  /** The server tells the probabilities of tokens (`logprobs`), by which decisions are made. */
  logprobs: z.boolean().default(false),
  /** Of the same server; without it there are no embeddings. */
  embedding: openAIEmbedderOptionsSchema.pick({ model: true, dimension: true }).optional(),
  /** What salts are hidden with on their way ({@link CacheSalts}); a random one of this process without it. */
  saltKey: saltKeySchema.optional(),
  /** vLLM tells the tokens of prompts, unless what stands before it passes only `/v1` on. */
  tokens: z.boolean().default(true),
  /** The server is nobody else's, and may be told to forget all prefixes: what is purged must not stay there. */
  flush: z.boolean().default(false),
  /** Where vLLM keeps its KV caches in LMCache, and prefixes can be pinned. */
  lmcache: lmcacheOptionsSchema.optional(),
  /** SHA-256 of the GGUF file of the same weights, which adapters were trained for: says that they fit this server. */
  weights: sha256Schema.optional(),
});

export type OpenAIEngineOptions = z.input<typeof openAIEngineOptionsSchema>;

/** What only servers of a dialect have. */
interface Dialect {
  readonly own: ServerDialect;
  readonly server: NamedServer;
  readonly adapters: NamedAdapters;
  readonly salts: CacheSalts;
  readonly pins: LMCachePins | undefined;
}

/**
 * Any OpenAI-compatible server (OpenAI, vLLM, SGLang, Ollama, LM Studio) as an engine. It generates, streaming, and
 * where it is said to, embeds and decides; KV states stay the server's own. A prompt that begins as an earlier one did
 * is cheap on servers that cache prefixes: `reused` says how much of it was, where the server does (vLLM with
 * `--enable-prompt-tokens-details`, SGLang with `--enable-cache-report`). What in a text looks like a control token is
 * left to the server.
 *
 * A vLLM or SGLang server (`server`) takes one adapter with each request, loaded at its first use, and is told a salt
 * with every request, so that no KV cache is shared between two tenants (CVE-2025-46570). vLLM tells the tokens of
 * prompts, and with LMCache (`lmcache`) keeps prefixes that are pinned.
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
  readonly #dialect: Dialect | undefined;
  #contextTokens: number | undefined;

  constructor(options: OpenAIEngineOptions) {
    this.#options = parse(openAIEngineOptionsSchema, options);
    const { model, server, logprobs, embedding, baseURL, apiKey, retries, flush, lmcache } = this.#options;
    if (server === "sglang" && model.includes(ADAPTER_SIGN))
      throw new MemosError("INVALID_INPUT", "SGLang takes what follows a colon for the name of an adapter.", {
        path: "model",
      });
    this.name = `${server}/${model}`;
    const own = server === "openai" ? undefined : DIALECTS[server];
    const tokens = own?.tokenizesMessages === true && this.#options.tokens;
    if (lmcache !== undefined && !tokens)
      throw new MemosError("INVALID_INPUT", "Prefixes are pinned by their tokens, which vLLM alone tells.", {
        path: "lmcache",
      });
    this.#client = new ModelClient(own?.kind ?? "model server", this.#options);
    this.#contextTokens = this.#options.contextTokens;
    if (own !== undefined)
      this.#dialect = {
        own,
        server: new NamedServer(own, this.#client, this.#options),
        adapters: new NamedAdapters(own, this.#client, this.#calls, this.#options),
        salts: new CacheSalts(this.#options.saltKey),
        pins: lmcache === undefined ? undefined : new LMCachePins(lmcache),
      };
    this.#chat = new ChatClient(this.#client, this.#calls, { ...this.#options, path: "/chat/completions" });
    if (embedding !== undefined)
      this.#embedder = new OpenAIEmbedder({ ...embedding, baseURL, apiKey, retries });
    this.capabilities = {
      schema: "requested",
      tools: true,
      embeddings: embedding !== undefined,
      ranking: false,
      decisions: logprobs,
      tokens,
      state: "prefix",
      adapters: own === undefined ? "none" : "named",
      prefixes: {
        isolated: own !== undefined,
        counted: "configured",
        dropped: own !== undefined && flush,
        pinned: lmcache !== undefined,
      },
    };
  }

  /** As it was configured; vLLM and SGLang are asked for what was not. @throws MemosError MODEL_FAILED. */
  async model(): Promise<EngineModel> {
    const { model, weights } = this.#options;
    const server = this.#dialect?.server;
    if (server !== undefined)
      this.#contextTokens ??= await this.#calls.run(undefined, (signal) => server.contextTokens(signal));
    return { name: model, sha256: weights, contextTokens: this.#contextTokens ?? CONTEXT_TOKENS };
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const { messages, adapters, salt, state } = request;
    const miss = state === undefined ? undefined : `The ${this.#client.server} takes no stored states.`;
    try {
      yield* this.#chat.generate(request, () => this.#prompt(messages, adapters, salt, miss));
    } catch (error) {
      // Some releases of SGLang refuse within a stream that has begun.
      if (isMemosError(error, "MODEL_FAILED")) this.#dialect?.adapters.forget(adapters ?? []);
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
    { adapters, salt, signal }: DecideOptions = {},
  ): Promise<Decision> {
    if (!this.#options.logprobs)
      throw this.#unsupported("is not said to tell the probabilities of tokens", "Configure `logprobs`");
    return this.#chat.decide(messages, choices, signal, (asked) => () => this.#prompt(asked, adapters, salt));
  }

  /** @throws MemosError UNSUPPORTED unless it is vLLM, or nothing there answers at `/tokenize`; MODEL_FAILED. */
  async tokenize(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<Int32Array> {
    const server = this.#dialect?.server;
    if (server === undefined || !this.capabilities.tokens)
      throw this.#unsupported("does not tell its tokens", "Use the local engine, llama-server or vLLM");
    const valid = parse(generateCallSchema.shape.messages, messages);
    return this.#calls.run(signal, (signal) => server.tokens(valid, signal));
  }

  async fingerprint(): Promise<EngineFingerprint> {
    throw this.#unsupported("does not tell what shapes its KV cache", "Use the local engine");
  }

  async compile(): Promise<never> {
    throw this.#unsupported("gives no KV states away", "Use the local engine");
  }

  /** @throws MemosError UNSUPPORTED unless `flush` is configured and the server was started so; MODEL_FAILED. */
  async drop(): Promise<void> {
    const dialect = this.#dialect;
    if (dialect === undefined || !this.#options.flush)
      throw this.#unsupported(
        "decides itself how long it keeps prompts",
        dialect === undefined
          ? "Use the local engine or llama-server"
          : `Configure \`flush\` where it is nobody else's, and start it with ${dialect.own.flushStart}`,
      );
    await this.#calls.run(undefined, (signal) => dialect.server.flush(dialect.pins !== undefined, signal));
  }

  async loadAdapter(adapter: AdapterUse, signal?: AbortSignal): Promise<void> {
    const named = this.#named();
    await this.#calls.run(signal, () => named.load(adapter));
  }

  async unloadAdapter(adapter: AdapterUse, signal?: AbortSignal): Promise<void> {
    const named = this.#named();
    await this.#calls.run(signal, (signal) => named.unload(adapter, signal));
  }

  async pin(prefix: Prefix): Promise<{ readonly tokens: number }> {
    const { tokens, salt, pins } = await this.#pinning(prefix);
    // What was never evaluated under this salt is not there to be kept.
    await warm(this, prefix);
    const { chunks } = await this.#calls.run(prefix.signal, (signal) => pins.pin(tokens, salt, signal));
    return { tokens: Math.min(tokens.length, chunks * pins.chunkTokens) };
  }

  async unpin(prefix: Prefix): Promise<void> {
    const { tokens, salt, pins } = await this.#pinning(prefix);
    await this.#calls.run(prefix.signal, (signal) => pins.unpin(tokens, salt, signal));
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
    const dialect = this.#dialect;
    if (dialect === undefined) {
      if (adapters.length > 0) this.#named();
      return { messages, fields: {}, restored: 0, miss };
    }
    const { fields, ...under } = await dialect.adapters.use(adapters);
    return {
      messages,
      fields: { ...fields, cache_salt: dialect.salts.of(salt) },
      restored: 0,
      miss,
      ...under,
    };
  }

  async #pinning({ messages, adapters = [], salt = "", signal }: Prefix): Promise<{
    readonly tokens: Int32Array;
    readonly salt: string;
    readonly pins: LMCachePins;
  }> {
    const dialect = this.#dialect;
    if (dialect?.pins === undefined)
      throw this.#unsupported("pins no prefixes", "Configure `lmcache`, with vLLM");
    if (adapters.length > 0)
      throw this.#unsupported("pins prefixes of the base model alone", "Pin it without adapters");
    const tokens = await this.tokenize(messages, signal ?? undefined);
    return { tokens, salt: dialect.salts.of(salt), pins: dialect.pins };
  }

  #named(): NamedAdapters {
    if (this.#dialect === undefined)
      throw this.#unsupported(
        "is not said to take adapters",
        "Use the local engine or llama-server, or name the `server`",
      );
    return this.#dialect.adapters;
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
