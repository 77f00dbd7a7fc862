import * as z from "zod";
import { MemosError, sha256Schema } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { adapterName } from "./adapterName.js";
import { ChatClient, type PreparedPrompt } from "./chatClient.js";
import { wireMessages } from "./completion.js";
import { ControlText } from "./controlText.js";
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
} from "./engine.js";
import { generateCallSchema } from "./generateCall.js";
import { fileName, LlamaServer, modelKey, type SavedSlot, type ServerProps } from "./llamaServer.js";
import { ModelClient } from "./modelClient.js";
import { modelServerOptions, serverURLSchema } from "./modelServer.js";
import { OpenAIEmbedder } from "./openai.js";
import { embedded } from "./openaiEngine.js";
import { OpenCalls } from "./openCalls.js";
import { SlotShares } from "./slotShares.js";

export const llamaServerOptionsSchema = z.strictObject({
  /** Address of the server, without `/v1`. */
  baseURL: serverURLSchema.default("http://127.0.0.1:8080"),
  apiKey: modelServerOptions.apiKey,
  /** Milliseconds until an answer begins, and from one piece of it to the next. */
  timeout: z.int().min(1).max(3_600_000).default(120_000),
  /** Repetitions of an attempt that failed before the answer began, with back-off. */
  retries: z.int().min(0).max(10).default(2),
  /** For a server that runs with `--embedding`. */
  embedding: z.strictObject({ dimension: z.int().min(1).max(16_384) }).optional(),
  /**
   * The server keeps prompts in memory beside its slots, as it does unless it runs with `--cache-ram 0`. It does not
   * know under which adapters they were computed: at a server with adapters nothing of a prompt is reused then.
   */
  keepsPrompts: z.boolean().default(true),
  /**
   * No other program asks the server. Otherwise nothing of a prompt is reused, because whose prompt a slot has is not
   * known then.
   */
  alone: z.boolean().default(true),
  /** SHA-256 of the server's model file, where that is known: says that adapters which were trained for it fit. */
  weights: sha256Schema.optional(),
  /** For a server that runs with `--reranking`: what its model's scores are. */
  ranking: z.enum(["logits", "probabilities"]).optional(),
});

export type LlamaServerOptions = z.input<typeof llamaServerOptionsSchema>;

/** A request that may say in which slot it runs; the server chooses elsewhere. */
export interface SlotRequest extends GenerateRequest {
  readonly slot?: number;
}

/** Characters of the name of a saved slot. */
export const SLOT_NAME_CHARACTERS = 100;

const slotNameSchema = z
  .string()
  .max(SLOT_NAME_CHARACTERS)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    "must be letters, digits, `_` and `-`: it names a file on the server",
  );

/**
 * A llama.cpp `llama-server` as an engine. Beside what any compatible server does, it tells its tokens, takes adapters
 * that it was started with (`--lora`), and saves the KV caches of its slots under names ({@link saveSlot}).
 *
 * Every request names every adapter of the server, those not in use with scale 0: a request that names none leaves
 * what another adapter computed in the slot, and goes on from it. What the server keeps beside its slots has the same
 * fault, and there naming does not help (`keepsPrompts`; https://github.com/ggml-org/llama.cpp/issues/26207).
 *
 * It knows no salts either: once there are requests of several, each goes on only from what a request of its own salt
 * has left in a slot, and from nothing where the server keeps prompts beside its slots ({@link SlotShares}).
 *
 * What in a text looks like a control token is sent with an invisible character in it, because the server would obey
 * it. Messages that end with one of the assistant are taken for the beginning of the answer, unless the server runs with
 * `--no-prefill-assistant`.
 *
 * @throws MemosError INVALID_INPUT for an option out of range.
 */
export class LlamaServerEngine implements Engine {
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  readonly #options: z.output<typeof llamaServerOptionsSchema>;
  readonly #calls = new OpenCalls();
  readonly #client: ModelClient;
  readonly #server: LlamaServer;
  readonly #chat: ChatClient;
  readonly #control: ControlText;
  readonly #embedder: OpenAIEmbedder | undefined;
  readonly #shares: SlotShares;
  /** Tokens of slots that were restored and not used since. */
  readonly #restored = new Map<number, number>();

  constructor(options: LlamaServerOptions = {}) {
    this.#options = parse(llamaServerOptionsSchema, options);
    const { baseURL, apiKey, retries, embedding, ranking } = this.#options;
    this.#client = new ModelClient("llama-server", this.#options);
    this.#server = new LlamaServer(this.#client);
    this.#shares = new SlotShares(!this.#options.keepsPrompts);
    this.name = `llama-server/${this.#client.host}`;
    this.#chat = new ChatClient(this.#client, this.#calls, {
      path: "/v1/chat/completions",
      model: undefined,
      temperature: 0,
      tokenLimitField: "max_tokens",
    });
    this.#control = new ControlText((text, control, signal) => this.#server.pieces(text, control, signal));
    if (embedding !== undefined)
      this.#embedder = new OpenAIEmbedder({
        model: "llama-server",
        dimension: embedding.dimension,
        baseURL: `${baseURL.replace(/\/$/, "")}/v1`,
        apiKey,
        retries,
      });
    this.capabilities = {
      schema: "constrained",
      tools: true,
      embeddings: embedding !== undefined,
      ranking: ranking !== undefined,
      decisions: true,
      tokens: true,
      state: "slots",
      adapters: "request",
      prefixes: { isolated: true, counted: "always", dropped: true, pinned: false },
    };
  }

  async model(): Promise<EngineModel> {
    const props = await this.#calls.run(undefined, (signal) => this.#server.props(signal));
    return {
      name: fileName(props.model_path).replace(/\.gguf$/, ""),
      sha256: this.#options.weights,
      contextTokens: props.default_generation_settings.n_ctx,
    };
  }

  generate({ slot, ...request }: SlotRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const { messages, adapters, salt, state } = request;
    const miss =
      state === undefined ? undefined : `The ${this.#client.server} restores states by name alone.`;
    return this.#chat.generate(request, async (signal) => ({
      ...(await this.#prompt(messages, adapters, salt, signal, slot)),
      miss,
    }));
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const embedder = this.#embedder;
    if (embedder === undefined)
      throw this.#unsupported(
        "is not said to embed",
        "Start it with `--embedding` and configure `embedding`",
      );
    return this.#calls.run(signal, (signal) => embedded(embedder, texts, signal));
  }

  async rank(query: string, documents: readonly string[], signal?: AbortSignal): Promise<number[]> {
    const { ranking } = this.#options;
    if (ranking === undefined)
      throw this.#unsupported("is not said to rank", "Start it with `--reranking` and configure `ranking`");
    return this.#calls.run(signal, async (signal) => {
      if (documents.length === 0) return [];
      const texts = documents.map((document) => document.toWellFormed());
      const scores = await this.#server.rerank(query.toWellFormed(), texts, signal);
      return scores.map((score) =>
        ranking === "logits" ? 1 / (1 + Math.exp(-score)) : Math.min(1, Math.max(0, score)),
      );
    });
  }

  async decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    { adapters, salt, signal }: DecideOptions = {},
  ): Promise<Decision> {
    return this.#chat.decide(
      messages,
      choices,
      signal,
      (asked) => (signal) => this.#prompt(asked, adapters, salt, signal),
    );
  }

  async tokenize(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<Int32Array> {
    const valid = parse(generateCallSchema.shape.messages, messages);
    return this.#calls.run(signal, async (signal) => {
      const harmless = wireMessages(await this.#harmless(valid, signal));
      return this.#server.tokens(await this.#server.template(harmless, signal), signal);
    });
  }

  async fingerprint(): Promise<EngineFingerprint> {
    throw this.#unsupported("does not tell all that shapes its KV cache", "Use the local engine");
  }

  async compile(): Promise<never> {
    throw this.#unsupported("saves KV caches on its side alone", "Use `saveSlot`, or the local engine");
  }

  /**
   * Saves the KV cache of a slot in the server's folder for them, under a name that belongs to its model and release
   * as well: {@link restoreSlot} on another model does not find it. A request with `slot` and `maxTokens: 1` fills one.
   *
   * @throws MemosError INVALID_INPUT for a name or a slot that cannot be, UNSUPPORTED when the server was started
   * without `--slot-save-path`, or with adapters: a file does not say under which of them it was computed.
   */
  async saveSlot(slot: number, name: string, signal?: AbortSignal): Promise<SavedSlot> {
    return this.#calls.run(signal, async (signal) =>
      this.#server.save(slot, await this.#slotFile(slot, name, signal), signal),
    );
  }

  /**
   * Puts a saved KV cache into a slot. The next request with this `slot` goes on from it as far as its prompt is the
   * same, and counts those tokens as `restored`.
   *
   * @throws MemosError as {@link saveSlot}, STATE_INVALID when there is no such file for this model, or the server
   * does not take it.
   */
  async restoreSlot(slot: number, name: string, signal?: AbortSignal): Promise<SavedSlot> {
    this.#restored.delete(slot);
    return this.#calls.run(signal, async (signal) => {
      const restored = await this.#server.restore(slot, await this.#slotFile(slot, name, signal), signal);
      this.#restored.set(slot, restored.tokens);
      this.#shares.restored(slot);
      return restored;
    });
  }

  /**
   * Empties a slot.
   *
   * @throws MemosError INVALID_INPUT for a slot that cannot be, UNSUPPORTED without `--slot-save-path`.
   */
  async eraseSlot(slot: number, signal?: AbortSignal): Promise<void> {
    await this.#calls.run(signal, async (signal) => {
      await this.#checkSlot(slot, signal);
      await this.#erase(slot, signal);
    });
  }

  /**
   * Empties every slot. What the server keeps beside its slots stays: start it with `--cache-ram 0` where nothing may.
   *
   * @throws MemosError UNSUPPORTED without `--slot-save-path`.
   */
  async drop(): Promise<void> {
    await this.#calls.run(undefined, async (signal) => {
      const { total_slots } = await this.#server.props(signal);
      for (let slot = 0; slot < total_slots; slot++) await this.#erase(slot, signal);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#calls.close();
  }

  async #prompt(
    messages: readonly ChatMessage[],
    adapters: readonly AdapterUse[] = [],
    salt = "",
    signal: AbortSignal,
    wanted?: number,
  ): Promise<PreparedPrompt> {
    const lora = await this.#lora(adapters, signal);
    const harmless = await this.#harmless(messages, signal);
    if (wanted !== undefined) await this.#checkSlot(wanted, signal);
    const count = async () => (await this.#server.props(signal)).total_slots;
    const { slot, reuse, release } = await this.#shares.take(salt, wanted, count, signal);
    const { alone, keepsPrompts } = this.#options;
    const restored = slot === undefined ? 0 : (this.#restored.get(slot) ?? 0);
    if (slot !== undefined) this.#restored.delete(slot);
    return {
      messages: harmless,
      fields: {
        lora,
        // Beside the slots lies what was computed under any adapters.
        cache_prompt: alone && reuse && (lora.length === 0 || !keepsPrompts),
        timings_per_token: true,
        ...(slot === undefined ? {} : { id_slot: slot }),
      },
      restored,
      miss: undefined,
      release,
    };
  }

  /** Every adapter of the server with its scale in this request: found by path, by name from its hash, by file name. */
  async #lora(
    uses: readonly AdapterUse[],
    signal: AbortSignal,
  ): Promise<{ readonly id: number; readonly scale: number }[]> {
    const known = await this.#server.adapters(signal);
    const scales = new Map<number, number>();
    for (const [at, { path, sha256, scale }] of uses.entries()) {
      const found =
        [
          known.filter((one) => one.path === path),
          known.filter((one) => fileName(one.path) === `${adapterName(sha256)}.gguf`),
          known.filter((one) => fileName(one.path) === fileName(path)),
        ].find(({ length }) => length > 0) ?? [];
      const [adapter] = found;
      if (adapter === undefined || found.length > 1 || scales.has(adapter.id))
        throw new MemosError(
          "INVALID_INPUT",
          "The server must have been started with exactly one adapter of this name, and a request uses it once.",
          { path: `adapters.${at}.path` },
        );
      scales.set(adapter.id, scale);
    }
    return known.map(({ id }) => ({ id, scale: scales.get(id) ?? 0 }));
  }

  async #harmless(messages: readonly ChatMessage[], signal: AbortSignal): Promise<ChatMessage[]> {
    const harmless: ChatMessage[] = [];
    for (const message of messages) {
      const { toolCalls } = message;
      const content = await this.#control.harmless(message.content.toWellFormed(), signal);
      if (toolCalls === undefined) harmless.push({ ...message, content });
      else {
        const calls: typeof toolCalls = [];
        for (const call of toolCalls)
          calls.push({
            ...call,
            arguments: await this.#control.harmless(call.arguments.toWellFormed(), signal),
          });
        harmless.push({ ...message, content, toolCalls: calls });
      }
    }
    return harmless;
  }

  /** The name of the server's file, once it is certain that one may be. */
  async #slotFile(slot: number, name: string, signal: AbortSignal): Promise<string> {
    const valid = parse(slotNameSchema, name);
    const props = await this.#checkSlot(slot, signal);
    if ((await this.#server.adapters(signal)).length > 0)
      throw this.#unsupported(
        "has adapters, and a saved slot does not say under which of them it was computed",
        "Start one without `--lora`",
      );
    return `${valid}.${modelKey(props)}`;
  }

  async #erase(slot: number, signal: AbortSignal): Promise<void> {
    this.#restored.delete(slot);
    await this.#server.erase(slot, signal);
  }

  async #checkSlot(slot: number, signal: AbortSignal): Promise<ServerProps> {
    const props = await this.#server.props(signal);
    parse(
      z.strictObject({
        slot: z
          .int()
          .min(0)
          .max(props.total_slots - 1),
      }),
      { slot },
    );
    return props;
  }

  #unsupported(what: string, instead: string): MemosError {
    return new MemosError("UNSUPPORTED", `The ${this.#client.server} ${what}. ${instead}.`);
  }
}
