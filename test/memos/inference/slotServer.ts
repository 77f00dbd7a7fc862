import { createServer, type ServerResponse } from "node:http";
import * as z from "zod";
import { wordTokens } from "../../../bench/activation/prefixServer.js";
import { onLoopback } from "../loopback.js";
import type { Lifetime } from "../support.js";
import { bodySchema, delta, reply, sendEvents } from "./completionServer.js";
import { modelVector, sendJson } from "./embeddingServer.js";

/** Where prompts are told from text; spelled like this anywhere, they act. */
export const CONTROL_TOKENS = ["<|im_start|>", "<|im_end|>", "<|x|>"] as const;

const START_OF_TEXT = 1;

export interface SlotRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SlotServerOptions {
  readonly slots?: number;
  readonly adapters?: readonly { readonly id: number; readonly path: string }[];
  /** Whether it has a folder for slots. */
  readonly saves?: boolean;
  /** Whether it keeps prompts in memory beside its slots: `--cache-ram`. */
  readonly keeps?: boolean;
  readonly modelPath?: string;
  /** Scores of documents. */
  readonly score?: (document: string) => number;
  /** Answers a request in its place. */
  readonly instead?: (response: ServerResponse, request: SlotRequest) => boolean;
}

interface Slot {
  tokens: readonly number[];
  lora: string;
  usedAt: number;
  busy: boolean;
}

const CONTEXT_TOKENS = 4_096;

/** Bytes that the server sends at once. */
const PIECE_BYTES = 256;

/** Share of a prompt that a slot must hold for the prompt to go there; elsewhere it goes to the one used least lately. */
const SIMILARITY = 0.1;

/** Share of its tokens that a slot must keep; else they are put beside the slots, and what fits better is taken. */
const KEEP = 0.5;

const chatSchema = bodySchema.extend({
  id_slot: z.number().optional(),
  cache_prompt: z.boolean().optional(),
  lora: z.array(z.strictObject({ id: z.number(), scale: z.number() })).optional(),
});
const tokenizeSchema = z.looseObject({
  content: z.string(),
  add_special: z.boolean().optional(),
  parse_special: z.boolean().optional(),
  with_pieces: z.boolean().optional(),
});

/**
 * Does what llama-server does with slots, adapters, tokens and templates, its faults with adapters included: a request
 * without `lora` changes the adapters of a slot and keeps what was computed under the ones before, and what is kept
 * beside the slots is taken under any adapters.
 */
class SlotMachine {
  readonly requests: SlotRequest[] = [];
  readonly slots: Slot[];
  readonly files = new Map<string, readonly number[]>();
  readonly #options: SlotServerOptions;
  readonly #ids = new Map<string, number>();
  #kept: (readonly number[])[] = [];

  constructor(options: SlotServerOptions) {
    this.#options = options;
    this.slots = Array.from({ length: options.slots ?? 2 }, () => ({
      tokens: [],
      lora: "[]",
      usedAt: 0,
      busy: false,
    }));
  }

  tokens(text: string, control: boolean): { id: number; piece: string }[] {
    const pieces = control ? text.split(/(<\|im_start\|>|<\|im_end\|>|<\|x\|>)/u) : [text];
    return pieces.flatMap((piece) =>
      (CONTROL_TOKENS as readonly string[]).includes(piece) && control
        ? [{ id: this.#id(`control ${piece}`), piece }]
        : wordTokens(piece).map((word) => ({ id: this.#id(word), piece: word })),
    );
  }

  template(messages: readonly { role: string; content: string }[]): string {
    const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
    return `${turns.join("")}<|im_start|>assistant\n`;
  }

  async answer(response: ServerResponse, request: SlotRequest): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.path, "http://server");
    const json = (status: number, value: unknown) => sendJson(response, status, JSON.stringify(value));
    const refuse = (status: number) => json(status, { error: { code: status, message: "no" } });
    const slotPath = /^\/slots\/(\d+)$/.exec(pathname);
    if (slotPath !== null) {
      const slot = this.slots[Number(slotPath[1])];
      if (this.#options.saves === false) return refuse(501);
      if (slot === undefined) return refuse(400);
      return this.#slotAction(
        slot,
        searchParams.get("action"),
        String(request.body["filename"]),
        json,
        refuse,
      );
    }
    switch (`${request.method} ${pathname}`) {
      case "GET /props":
        return json(200, {
          model_path: this.#options.modelPath ?? "/models/tiny.gguf",
          total_slots: this.slots.length,
          build_info: "b8000-abc",
          chat_template: "chatml",
          default_generation_settings: { n_ctx: CONTEXT_TOKENS },
        });
      case "GET /lora-adapters":
        return json(
          200,
          (this.#options.adapters ?? []).map((adapter) => ({ ...adapter, scale: 1 })),
        );
      case "POST /apply-template":
        return json(200, {
          prompt: this.template(chatSchema.shape.messages.parse(request.body["messages"])),
        });
      case "POST /tokenize": {
        const body = tokenizeSchema.parse(request.body);
        const tokens = this.tokens(body.content, body.parse_special ?? true);
        const ids = [...(body.add_special === true ? [START_OF_TEXT] : []), ...tokens.map(({ id }) => id)];
        return json(200, { tokens: body.with_pieces === true ? tokens : ids });
      }
      case "POST /v1/rerank": {
        const documents = z.array(z.string()).parse(request.body["documents"]);
        const results = documents.map((document, index) => ({
          index,
          relevance_score: this.#options.score?.(document) ?? document.length,
        }));
        return json(200, { results: results.reverse() });
      }
      case "POST /v1/embeddings": {
        const input = z.array(z.string()).parse(request.body["input"]);
        return json(200, { data: input.map((text, index) => ({ index, embedding: modelVector(text) })) });
      }
      case "POST /v1/chat/completions":
        return this.#chat(response, request, json);
      default:
        return refuse(404);
    }
  }

  #slotAction(
    slot: Slot,
    action: string | null,
    file: string,
    json: (status: number, value: unknown) => unknown,
    refuse: (status: number) => unknown,
  ): unknown {
    if (action === "erase") {
      slot.tokens = [];
      return json(200, { n_erased: 1 });
    }
    if (/[/\\]|\.\./.test(file)) return refuse(400);
    if (action === "save") {
      this.files.set(file, slot.tokens);
      return json(200, { n_saved: slot.tokens.length, n_written: slot.tokens.length * 16 });
    }
    const tokens = this.files.get(file);
    if (tokens === undefined) return refuse(400);
    slot.tokens = tokens;
    return json(200, { n_restored: tokens.length, n_read: tokens.length * 16 });
  }

  async #chat(
    response: ServerResponse,
    request: SlotRequest,
    json: (status: number, value: unknown) => unknown,
  ): Promise<unknown> {
    const body = chatSchema.parse(request.body);
    const prompt = [START_OF_TEXT, ...this.tokens(this.template(body.messages), true).map(({ id }) => id)];
    if (prompt.length >= CONTEXT_TOKENS)
      return json(400, {
        error: {
          code: 400,
          type: "exceed_context_size_error",
          message: "the request exceeds the available context size",
          n_prompt_tokens: prompt.length,
          n_ctx: CONTEXT_TOKENS,
        },
      });
    const shared = (tokens: readonly number[]) => {
      let at = 0;
      while (at < prompt.length && tokens[at] === prompt[at]) at++;
      return at;
    };
    const common = (slot: Slot) => shared(slot.tokens);
    const free = this.slots.filter(({ busy }) => !busy);
    const similar = free.filter((slot) => common(slot) > SIMILARITY * prompt.length);
    const byCommon = similar.toSorted((a, b) => common(b) - common(a));
    const [oldest] = (free.length > 0 ? free : this.slots).toSorted((a, b) => a.usedAt - b.usedAt);
    const best = byCommon[0] ?? oldest;
    const slot = this.slots[body.id_slot ?? -1] ?? (best as Slot);
    if (this.#options.keeps !== false && common(slot) < KEEP * slot.tokens.length) {
      this.#kept.push(slot.tokens);
      const fitting = this.#kept.toSorted((a, b) => shared(b) - shared(a))[0] ?? [];
      slot.tokens = shared(fitting) > common(slot) ? fitting : [];
      this.#kept = this.#kept.filter((tokens) => tokens !== slot.tokens);
    }
    const lora =
      body.lora === undefined ? undefined : JSON.stringify(body.lora.filter(({ scale }) => scale !== 0));
    if (lora !== undefined && lora !== slot.lora) slot.tokens = [];
    slot.lora = lora ?? "[]";
    slot.usedAt = this.requests.length;
    slot.busy = true;
    response.on("close", () => {
      slot.busy = false;
    });
    const cached = body.cache_prompt === false ? 0 : Math.min(common(slot), prompt.length - 1);
    slot.tokens = prompt;
    if (body.stream !== true)
      return json(200, {
        choices: [
          {
            logprobs: {
              content: [
                {
                  top_logprobs: [
                    { token: "A", logprob: -1 },
                    { token: "B", logprob: -2 },
                  ],
                },
              ],
            },
          },
        ],
      });
    const { events, generated } = reply(body);
    const timed = (event: object, predicted_n: number) => ({
      ...event,
      timings: { cache_n: cached, prompt_n: prompt.length - cached, predicted_n },
    });
    return sendEvents(
      response,
      [
        delta({ role: "assistant", content: null }),
        ...events.map((event, at) => timed(event, Math.min(at + 1, generated))),
        timed(
          { choices: [], usage: { prompt_tokens: prompt.length, completion_tokens: generated } },
          generated,
        ),
      ],
      PIECE_BYTES,
    );
  }

  #id(piece: string): number {
    const id = this.#ids.get(piece) ?? START_OF_TEXT + 1 + this.#ids.size;
    this.#ids.set(piece, id);
    return id;
  }
}

/** A fake of llama-server on a free port. */
export async function startSlotServer(
  t: Lifetime,
  options: SlotServerOptions = {},
): Promise<{ baseURL: string; machine: SlotMachine; requestsTo: (path: string) => SlotRequest[] }> {
  const machine = new SlotMachine(options);
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = z.record(z.string(), z.unknown()).parse(text === "" ? {} : JSON.parse(text));
    const request = { method: incoming.method ?? "", path: incoming.url ?? "", body };
    machine.requests.push(request);
    if (options.instead?.(response, request) === true) return;
    await machine.answer(response, request);
  });
  const address = await onLoopback(t, server);
  return {
    baseURL: address,
    machine,
    requestsTo: (path) => machine.requests.filter((request) => request.path.startsWith(path)),
  };
}
