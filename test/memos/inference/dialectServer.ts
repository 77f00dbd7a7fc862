import { createServer, type ServerResponse } from "node:http";
import * as z from "zod";
import { PrefixCache, wordTokens } from "../../../bench/activation/prefixServer.js";
import type { DialectName } from "../../../memos/inference/serverDialect.js";
import { onLoopback } from "../loopback.js";
import type { Lifetime } from "../support.js";
import { bodySchema, type CompletionBody, reply, sendEvents } from "./completionServer.js";
import { sendJson } from "./embeddingServer.js";

export const BASE = "base-model";

/** Tokens that a prompt and its answer can have together. */
export const CONTEXT_TOKENS = 2_048;

export interface DialectRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DialectServerOptions {
  /** PEFT folders that it can read. */
  readonly folders?: readonly string[];
  /** Whether it was started to be told to forget its prefixes. */
  readonly flushes?: boolean;
  /** A load waits for it. */
  readonly loading?: () => Promise<void>;
  /** Answers a request in its place. */
  readonly instead?: (response: ServerResponse, request: DialectRequest) => boolean;
}

const loadSchema = z.strictObject({ lora_name: z.string(), lora_path: z.string() });
const unloadSchema = z.strictObject({ lora_name: z.string() });
const chatSchema = bodySchema.extend({
  model: z.string(),
  lora_path: z.string().optional(),
  cache_salt: z.string().min(1).optional(),
});

const KNOWN_AT_START = "/known/at/start";

const tokenizeSchema = z.strictObject({
  model: z.literal(BASE),
  messages: bodySchema.shape.messages,
  add_generation_prompt: z.literal(true),
});

/** What a prompt is made of. */
function pieces(messages: CompletionBody["messages"]): string[] {
  return [
    ...messages.flatMap(({ role, content }) => ["<", role, ...wordTokens(content), ">"]),
    "<",
    "assistant",
  ];
}

/**
 * What vLLM and SGLang 0.5.10 do beside the chat API of OpenAI: load and unload adapters by name, run a request
 * under the one that it names, keep the prefixes of adapters and salts apart, forget them, and (vLLM) tell the tokens
 * of prompts. A model under an adapter says where the adapter came from. Written from their sources: vLLM's
 * entrypoints/serve/{lora,tokenize,cache} at 055e47c2 and 09cb327f, SGLang's srt/entrypoints/http_server.py and openai/usage_processor.py.
 */
class DialectMachine {
  readonly requests: DialectRequest[] = [];
  /** Folders by name. */
  readonly loaded = new Map<string, string>();
  readonly #kind: DialectName;
  readonly #options: DialectServerOptions;
  readonly #caches = new Map<string, PrefixCache>();
  readonly #ids = new Map<string, number>();

  constructor(kind: DialectName, options: DialectServerOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  /** As `--lora-modules` and `--lora-paths` do. */
  startedWith(name: string): void {
    this.loaded.set(name, KNOWN_AT_START);
  }

  async answer(response: ServerResponse, request: DialectRequest): Promise<unknown> {
    const at = this.#kind === "vllm" ? "/v1" : "";
    const { pathname } = new URL(request.path, "http://server");
    switch (pathname) {
      case "/v1/models":
        return this.#models(response);
      case this.#kind === "vllm" ? "/tokenize" : undefined:
        return this.#tokenize(response, tokenizeSchema.parse(request.body));
      case this.#kind === "vllm" ? "/reset_prefix_cache" : "/flush_cache":
        return this.#flush(response);
      case `${at}/load_lora_adapter`:
        return this.#load(response, loadSchema.parse(request.body));
      case `${at}/unload_lora_adapter`:
        return this.#unload(response, unloadSchema.parse(request.body));
      case "/v1/chat/completions":
        return this.#chat(response, chatSchema.parse(request.body));
      default:
        return notFound(response);
    }
  }

  #models(response: ServerResponse): unknown {
    const data = [
      { id: BASE, object: "model", root: BASE, parent: null, max_model_len: CONTEXT_TOKENS },
      ...[...this.loaded].map(([id, root]) => ({
        id,
        object: "model",
        root,
        parent: BASE,
        max_model_len: null,
      })),
    ];
    return sendJson(response, 200, JSON.stringify({ object: "list", data }));
  }

  #tokenize(response: ServerResponse, { messages }: z.infer<typeof tokenizeSchema>): unknown {
    const tokens = pieces(messages).map((piece) => this.#id(piece));
    return sendJson(
      response,
      200,
      JSON.stringify({ count: tokens.length, max_model_len: CONTEXT_TOKENS, tokens, token_strs: null }),
    );
  }

  #flush(response: ServerResponse): unknown {
    if (this.#options.flushes !== true)
      return this.#kind === "vllm"
        ? notFound(response)
        : sendJson(response, 403, JSON.stringify({ error: "Forbidden" }));
    this.#caches.clear();
    return this.#kind === "vllm"
      ? response.writeHead(200).end()
      : response.writeHead(200).end("Cache flushed.");
  }

  #id(piece: string): number {
    const id = this.#ids.get(piece) ?? this.#ids.size + 1;
    this.#ids.set(piece, id);
    return id;
  }

  async #load(
    response: ServerResponse,
    { lora_name, lora_path }: z.infer<typeof loadSchema>,
  ): Promise<unknown> {
    await this.#options.loading?.();
    if (this.loaded.has(lora_name))
      return this.#refuse(
        response,
        400,
        this.#kind === "vllm"
          ? `The lora adapter '${lora_name}' has already been loaded. If you want to load the adapter in place, set 'load_inplace' to True.`
          : `Failed to load LoRA adapter ${lora_name} because it is already loaded`,
      );
    if (this.#options.folders?.includes(lora_path) !== true)
      return this.#refuse(
        response,
        this.#kind === "vllm" ? 404 : 400,
        `Loading lora ${lora_name} failed: No adapter found for ${lora_path}`,
      );
    this.loaded.set(lora_name, lora_path);
    return this.#done(response, `Success: LoRA adapter '${lora_name}' added successfully.`);
  }

  #unload(response: ServerResponse, { lora_name }: z.infer<typeof unloadSchema>): unknown {
    if (!this.loaded.delete(lora_name))
      return this.#refuse(
        response,
        this.#kind === "vllm" ? 404 : 400,
        this.#kind === "vllm"
          ? `The lora adapter '${lora_name}' cannot be found.`
          : `LoRA with name ${lora_name} does not exist. Loaded LoRAs: dict_keys([])`,
      );
    return this.#done(response, `Success: LoRA adapter '${lora_name}' removed successfully.`);
  }

  #chat(response: ServerResponse, body: z.infer<typeof chatSchema>): unknown {
    const name = this.#adapterOf(body);
    const folder = this.loaded.get(name);
    if (name !== "" && folder === undefined)
      return this.#kind === "vllm"
        ? this.#refuse(response, 404, `The model \`${name}\` does not exist.`)
        : sendJson(
            response,
            400,
            JSON.stringify({ object: "error", message: `LoRA ${name} has never been loaded` }),
          );
    if (body["logprobs"] === true)
      return sendJson(
        response,
        200,
        JSON.stringify({
          choices: [
            {
              logprobs: {
                content: [
                  {
                    top_logprobs: [
                      { token: "A", logprob: folder === undefined ? -1 : -3 },
                      { token: "B", logprob: -2 },
                    ],
                  },
                ],
              },
            },
          ],
        }),
      );
    const tokens = pieces(body.messages);
    if (tokens.length + (body.max_tokens ?? 1) > CONTEXT_TOKENS)
      return this.#tooLong(response, tokens.length, body);
    const key = JSON.stringify([name, body.cache_salt]);
    const cache = this.#caches.get(key) ?? new PrefixCache();
    this.#caches.set(key, cache);
    const cached = cache.use(tokens);
    const { events, generated } = reply(folder === undefined ? body : from(folder, body));
    const usage = { prompt_tokens: tokens.length, completion_tokens: generated };
    // Both leave the count out where it is 0.
    const details = cached === 0 ? {} : { prompt_tokens_details: { cached_tokens: cached } };
    return sendEvents(response, [...events, { choices: [], usage: { ...usage, ...details } }]);
  }

  #tooLong(response: ServerResponse, prompt: number, { max_tokens = 1 }: CompletionBody): unknown {
    const [vllm, sglang] = [
      `You passed ${prompt} input tokens and requested ${max_tokens} output tokens. However, the model's context length is only ${CONTEXT_TOKENS} tokens, resulting in a maximum input length of ${CONTEXT_TOKENS - max_tokens} tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=${prompt})`,
      `The input (${prompt} tokens) is longer than the model's context length (${CONTEXT_TOKENS} tokens).`,
    ];
    const said =
      this.#kind === "vllm"
        ? { error: { message: vllm, type: "BadRequestError", param: "input_tokens", code: 400 } }
        : { object: "error", message: sglang, type: "BadRequestError", param: null, code: 400 };
    return sendJson(response, 400, JSON.stringify(said));
  }

  /** The name that a request asks for, as each server reads it; empty for the base model. */
  #adapterOf({ model, lora_path = "" }: z.infer<typeof chatSchema>): string {
    if (this.#kind === "vllm") return model === BASE ? "" : model;
    const [, name = lora_path] = model.split(":");
    return name;
  }

  #refuse(response: ServerResponse, status: number, message: string): unknown {
    const said =
      this.#kind === "vllm"
        ? { error: { message, type: "NotFoundError", param: null, code: status } }
        : { success: false, error_message: message, loaded_adapters: {} };
    return sendJson(response, status, JSON.stringify(said));
  }

  #done(response: ServerResponse, message: string): unknown {
    if (this.#kind === "vllm") return response.writeHead(200).end(message);
    return sendJson(
      response,
      200,
      JSON.stringify({ success: true, error_message: null, loaded_adapters: {} }),
    );
  }
}

function from(folder: string, body: CompletionBody): CompletionBody {
  return {
    ...body,
    messages: body.messages.map((message) => ({ ...message, content: `${folder} ${message.content}` })),
  };
}

/** As a server answers that has no such route. */
export function notFound(response: ServerResponse): unknown {
  return sendJson(response, 404, JSON.stringify({ detail: "Not Found" }));
}

/** A stand-in of vLLM or SGLang on a free port. */
export async function startDialectServer(
  t: Lifetime,
  kind: DialectName,
  options: DialectServerOptions = {},
): Promise<{
  baseURL: string;
  machine: DialectMachine;
  /** Bodies of the requests to paths that end so. */
  bodiesTo: (path: string) => DialectRequest["body"][];
}> {
  const machine = new DialectMachine(kind, options);
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(Buffer.concat(chunks).toString() || "{}"));
    const request = { path: incoming.url ?? "", authorization: incoming.headers.authorization, body };
    machine.requests.push(request);
    if (options.instead?.(response, request) === true) return;
    await machine.answer(response, request);
  });
  const address = await onLoopback(t, server);
  return {
    baseURL: `${address}/v1`,
    machine,
    bodiesTo: (path) =>
      machine.requests.filter((request) => request.path.endsWith(path)).map(({ body }) => body),
  };
}
