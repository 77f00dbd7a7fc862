import { createServer, type ServerResponse } from "node:http";
import { z } from "zod";
import { PrefixCache, wordTokens } from "../../../bench/activation/prefixServer.js";
import type { AdapterServer } from "../../../memos/inference/namedAdapters.js";
import { onLoopback } from "../loopback.js";
import type { Lifetime } from "../support.js";
import { bodySchema, type CompletionBody, reply, sendEvents, usageOf } from "./completionServer.js";
import { sendJson } from "./embeddingServer.js";

export const BASE = "base-model";

export interface AdapterRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AdapterServerOptions {
  /** PEFT folders that it can read. */
  readonly folders?: readonly string[];
  /** A load waits for it. */
  readonly loading?: () => Promise<void>;
  /** Answers a request in its place. */
  readonly instead?: (response: ServerResponse, request: AdapterRequest) => boolean;
}

const loadSchema = z.strictObject({ lora_name: z.string(), lora_path: z.string() });
const unloadSchema = z.strictObject({ lora_name: z.string() });
const chatSchema = bodySchema.extend({
  model: z.string(),
  lora_path: z.string().optional(),
  cache_salt: z.string().min(1).optional(),
});

const KNOWN_AT_START = "/known/at/start";

/**
 * What vLLM and SGLang do with adapters: load and unload them by name, run a request under the one that it names, and
 * keep the prefixes of adapters and salts apart. A model under an adapter says where the adapter came from.
 */
class AdapterMachine {
  readonly requests: AdapterRequest[] = [];
  /** Folders by name. */
  readonly loaded = new Map<string, string>();
  readonly #kind: AdapterServer;
  readonly #options: AdapterServerOptions;
  readonly #caches = new Map<string, PrefixCache>();

  constructor(kind: AdapterServer, options: AdapterServerOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  /** As `--lora-modules` and `--lora-paths` do. */
  startedWith(name: string): void {
    this.loaded.set(name, KNOWN_AT_START);
  }

  async answer(response: ServerResponse, request: AdapterRequest): Promise<unknown> {
    const at = this.#kind === "vllm" ? "/v1" : "";
    switch (request.path) {
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
    const tokens = body.messages.flatMap(({ role, content }) => [role, ...wordTokens(content), "\n"]);
    const key = JSON.stringify([name, body.cache_salt]);
    const cache = this.#caches.get(key) ?? new PrefixCache();
    this.#caches.set(key, cache);
    const counts = { prompt: tokens.length, cached: cache.use(tokens) };
    const { events, generated } = reply(folder === undefined ? body : from(folder, body));
    return sendEvents(response, [...events, usageOf(counts, generated)]);
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

/** A fake of vLLM or SGLang on a free port. */
export async function startAdapterServer(
  t: Lifetime,
  kind: AdapterServer,
  options: AdapterServerOptions = {},
): Promise<{
  baseURL: string;
  machine: AdapterMachine;
  /** Bodies of the requests to paths that end so. */
  bodiesTo: (path: string) => AdapterRequest["body"][];
}> {
  const machine = new AdapterMachine(kind, options);
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString()));
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
