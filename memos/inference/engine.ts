import * as z from "zod";

/** One message of a conversation. Its text is data: what looks like a control token in it stays text. */
export const chatMessageSchema = z
  .strictObject({
    role: z.enum(["system", "user", "assistant", "tool"]),
    content: z.string(),
    /** Calls that an assistant made. */
    toolCalls: z
      .array(z.strictObject({ id: z.string().min(1), name: z.string().min(1), arguments: z.string() }))
      .optional(),
    /** The call that a tool answers. */
    toolCallId: z.string().min(1).optional(),
  })
  .meta({ id: "ChatMessage" });

export type ChatMessage = z.infer<typeof chatMessageSchema>;

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** An adapter in use: order and scale are part of what shapes a KV cache. */
export interface AdapterUse {
  /** A GGUF file. */
  readonly path: string;
  /** Of the GGUF file, which holds the scaling as well: the adapter's identity everywhere. */
  readonly sha256: string;
  readonly scale: number;
  /**
   * The folder of the same adapter as PEFT has it (`adapter_model.safetensors`, `adapter_config.json`), by the path
   * that the server knows it under: engines with `adapters: "named"` load it from there.
   */
  readonly peft?: string | undefined;
}

/** What a backend can do. What it cannot is refused with UNSUPPORTED, and never imitated. */
export interface EngineCapabilities {
  /** `constrained`: every token follows the schema; `requested`: the server is asked to. */
  readonly schema: "constrained" | "requested" | "none";
  readonly tools: boolean;
  readonly embeddings: boolean;
  readonly ranking: boolean;
  /** Yes/no and choices by the probabilities of the answers. */
  readonly decisions: boolean;
  /** Texts can be turned into the model's tokens, and prompts are counted exactly. */
  readonly tokens: boolean;
  /** `files`: KV states are saved to and restored from files; `slots`: by name on the server; `prefix`: the server keeps what it likes. */
  readonly state: "files" | "slots" | "prefix" | "none";
  /**
   * `request`: any list of adapters with any scales; `named`: at most one, at scale 1, that the server knows by a
   * name which comes from its hash ({@link Engine.loadAdapter}).
   */
  readonly adapters: "none" | "request" | "named";
  readonly prefixes: PrefixCapabilities;
}

/** What holds for the beginnings of prompts that an engine keeps by itself, so that they need not be evaluated again. */
export interface PrefixCapabilities {
  /** Requests of different salts share none of them, and learn nothing of each other's. */
  readonly isolated: boolean;
  /** Whether it says how many tokens of a prompt it had: `configured` where the server was started so, and else 0. */
  readonly counted: "always" | "configured";
  /** {@link Engine.drop} has it forget all of them. */
  readonly dropped: boolean;
  /** {@link Engine.pin} has it keep some until they are given up. */
  readonly pinned: boolean;
}

/** A model as it was found. */
export interface EngineModel {
  readonly name: string;
  /** SHA-256 of the weights file; undefined behind a server that does not say. */
  readonly sha256: string | undefined;
  /** The weights file, where it is on this machine. */
  readonly path?: string;
  /** Tokens that a prompt and its answer can have together. */
  readonly contextTokens: number;
  /** Numbers of one attention head; undefined where nobody says. */
  readonly headSize?: number;
}

/** Where generated text comes from: sampling. Greedy by default. */
export interface Sampling {
  /** 0 is greedy. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
}

/** A compiled state that a prompt may begin with. */
export interface StoredState {
  /** A container file (memos/activation/container.ts). */
  readonly path: string;
  /** SHA-256 of the whole file, as the ledger has it. */
  readonly sha256: string;
  /** How it was stored, where that is known: it is read faster. */
  readonly codec?: string | undefined;
}

export interface GenerateRequest extends Sampling {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly stop?: readonly string[];
  /** JSON schema that the answer must follow. Not together with `tools`. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly tools?: readonly ToolDefinition[];
  /** In order; the empty list is the base model. */
  readonly adapters?: readonly AdapterUse[];
  /** Keys and values are shared only among requests of the same salt, as a tenant's: others learn nothing of them. */
  readonly salt?: string;
  /** A stored state that may hold the beginning of the prompt. What does not fit is a miss, with a reason. */
  readonly state?: StoredState | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The beginning of prompts: what is evaluated ahead of them, or kept. */
export type Prefix = Pick<GenerateRequest, "messages" | "adapters" | "salt" | "signal">;

export interface TokenUse {
  readonly prompt: number;
  /** Of the prompt: in a live sequence already. */
  readonly reused: number;
  /** Of the prompt: out of a stored state. */
  readonly restored: number;
  /** Of the prompt: evaluated now. */
  readonly prefilled: number;
  readonly generated: number;
}

export type GenerateEvent =
  | {
      readonly kind: "prompt";
      readonly tokens: TokenUse;
      /** Why the stored state was not used. */
      readonly miss?: string;
    }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "toolCall"; readonly id: string; readonly name: string; readonly arguments: string }
  | {
      readonly kind: "end";
      readonly reason: "stop" | "length" | "toolCalls";
      readonly tokens: TokenUse;
      /** From the call to the first token, and to the last; of it, reading the stored state. */
      readonly firstTokenMs: number;
      readonly totalMs: number;
      readonly restoreMs: number;
    };

export interface DecideOptions {
  readonly adapters?: readonly AdapterUse[];
  /** As in `GenerateRequest`. */
  readonly salt?: string;
  readonly signal?: AbortSignal;
}

export interface Decision {
  /** The most probable of the choices. */
  readonly choice: string;
  /** Of each choice, in their order; they sum to 1. */
  readonly probabilities: readonly number[];
}

/** A conversation with its answer. */
export interface AnsweredTokens {
  readonly tokens: Int32Array;
  /** Where the answer begins. */
  readonly answerFrom: number;
}

/** Everything that shapes the bytes of a KV cache; equal means that a state may be used. Canonical JSON, hashed. */
export interface EngineFingerprint {
  /** SHA-256 of the weights file. */
  readonly model: string;
  /** Name and exact release, as `llama.cpp/b8000 node-llama-cpp/3.22.1`. */
  readonly engine: string;
  readonly stateVersion: number;
  /** GGML types of keys and values. */
  readonly keyType: number;
  readonly valueType: number;
  /** Bytes of a row of one token in each layer with a cache. */
  readonly keyRows: readonly number[];
  readonly valueRows: readonly number[];
  /** Values are stored transposed. */
  readonly transposed: boolean;
  /** Keys and values are stored rotated (Hadamard). */
  readonly rotated: boolean;
  /** SHA-256 of the RoPE settings, and of the chat template. */
  readonly rope: string;
  readonly template: string;
  /** In order, with their scales. */
  readonly adapters: readonly { readonly sha256: string; readonly scale: number }[];
}

export interface CompileRequest {
  /** The beginning of every prompt that will use the state. */
  readonly messages: readonly ChatMessage[];
  readonly adapters?: readonly AdapterUse[];
  /** As in `GenerateRequest`. */
  readonly salt?: string;
  /** Evaluates all of it: nothing comes from live sequences, which may have been restored from a compressed state. */
  readonly fresh?: boolean;
  /** Where the container is put, atomically. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Told after each chunk of prefill. */
  readonly onProgress?: (tokens: number, of: number) => void;
}

export interface Compiled {
  /** SHA-256 and length of the container file. */
  readonly sha256: string;
  readonly bytes: number;
  readonly tokens: number;
  /** Hash over all tokens: the end of the container's chain. */
  readonly prefix: string;
  readonly fingerprint: EngineFingerprint;
  readonly prefillMs: number;
  readonly saveMs: number;
}

/**
 * Something that runs a language model. Every backend passes the suite in `test/memos/inference/engineContract.ts`;
 * methods that its capabilities exclude throw UNSUPPORTED.
 *
 * All methods throw MODEL_FAILED when the engine fails (its process died, its server is away), ABORTED when the
 * signal says so, INVALID_INPUT for what the model cannot take.
 */
export interface Engine extends AsyncDisposable {
  /** Distinguishes engines in receipts and provenance. */
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  /** Loads the model if it is not yet. */
  model(): Promise<EngineModel>;
  generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined>;
  /** One unit vector for each text. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  /** How well each document answers the query, 0 to 1, in their order. */
  rank(query: string, documents: readonly string[], signal?: AbortSignal): Promise<number[]>;
  /** Which of the choices continues the messages best. */
  decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    options?: DecideOptions,
  ): Promise<Decision>;
  /** The tokens of a prompt as `generate` would evaluate it. */
  tokenize(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<Int32Array>;
  /**
   * Conversations that end with an answer, in tokens: the prompt as `generate` would evaluate it, the answer as the
   * model would give it, and the end of its turn. Absent where an engine does not tell the tokens of answers.
   */
  tokenizeAnswered?(
    conversations: readonly (readonly ChatMessage[])[],
    signal?: AbortSignal,
  ): Promise<AnsweredTokens[]>;
  /** What shapes the KV cache under these adapters. */
  fingerprint(adapters?: readonly AdapterUse[]): Promise<EngineFingerprint>;
  /** Evaluates the beginning of a prompt and saves its KV cache. */
  compile(request: CompileRequest): Promise<Compiled>;
  /** Forgets every live sequence: for what must not be kept in memory any longer. */
  drop(): Promise<void>;
  /**
   * Loads an adapter at the server, from its `peft` folder; loaded already is fine. Requests do it themselves at the
   * first use. Of engines with `adapters: "named"`; others lack it or throw UNSUPPORTED.
   *
   * @throws MemosError ADAPTER_INVALID when the server cannot use it, UNSUPPORTED when it was started without this.
   */
  loadAdapter?(adapter: AdapterUse, signal?: AbortSignal): Promise<void>;
  /** Makes the server forget an adapter; one that it does not know is fine. As {@link loadAdapter}. */
  unloadAdapter?(adapter: AdapterUse, signal?: AbortSignal): Promise<void>;
  /**
   * Has the server keep a prefix until {@link unpin} was called as often as this, whatever else it needs the room for.
   * It evaluates the prefix first. Of engines with `prefixes.pinned`; others lack it or throw UNSUPPORTED.
   *
   * @returns how many of the prefix's tokens are kept: whole pieces alone.
   * @throws MemosError UNSUPPORTED under adapters.
   */
  pin?(prefix: Prefix): Promise<{ readonly tokens: number }>;
  /** Gives a kept prefix up. As {@link pin}. */
  unpin?(prefix: Prefix): Promise<void>;
}
