/** Servers that load PEFT folders under a name, and keep the prefixes of salts apart. */
export const DIALECT_NAMES = ["vllm", "sglang"] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** In what a server differs from others that speak the chat API of OpenAI. */
export interface ServerDialect {
  /** The server within a sentence. */
  readonly kind: string;
  /** What adapters are loaded and unloaded by: below the address of the chat API, or beside it. */
  readonly adapterRoute: (baseURL: string, verb: "load" | "unload") => string;
  /** Puts a request under an adapter. */
  readonly adapterFields: (model: string, name: string) => Readonly<Record<string, string>>;
  /** How to start a server that loads adapters while it runs. */
  readonly adapterStart: string;
  /** It applies the chat template where it makes tokens of a prompt: they are those of `generate`. */
  readonly tokenizesMessages: boolean;
  /** Forgets every prefix. @param external what a connector such as LMCache keeps as well. */
  readonly flushRoute: (baseURL: string, external: boolean) => string;
  /** How to start a server that can be told to forget. */
  readonly flushStart: string;
}

/**
 * As vLLM has it (entrypoints/serve/{lora,tokenize,cache}/api_router.py at 055e47c2 and 09cb327f), and SGLang 0.5.10
 * (srt/entrypoints/http_server.py).
 */
export const DIALECTS: Readonly<Record<DialectName, ServerDialect>> = {
  vllm: {
    kind: "vLLM server",
    adapterRoute: (_, verb) => `/${verb}_lora_adapter`,
    adapterFields: (_, name) => ({ model: name }),
    adapterStart: "`--enable-lora` and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True",
    tokenizesMessages: true,
    flushRoute: (baseURL, external) =>
      `${rootOf(baseURL)}/reset_prefix_cache${external ? "?reset_external=true" : ""}`,
    flushStart: "VLLM_SERVER_DEV_MODE=1",
  },
  sglang: {
    kind: "SGLang server",
    adapterRoute: (baseURL, verb) => `${rootOf(baseURL)}/${verb}_lora_adapter`,
    // Releases before `model:adapter` would answer from the base model without a word; they know `lora_path` alone.
    adapterFields: (model, name) => ({ model: `${model}:${name}`, lora_path: name }),
    adapterStart: "`--enable-lora`",
    tokenizesMessages: false,
    flushRoute: (baseURL) => `${rootOf(baseURL)}/flush_cache`,
    flushStart: "an admin key that is this one, or none",
  },
};

/** The address that a server has routes at beside those of the chat API. */
export function rootOf(baseURL: string): string {
  return baseURL.replace(/\/(v1\/?)?$/, "");
}
