import * as z from "zod";
import { contentHash, MemosError } from "../../memcube/index.js";
import type { TokenPiece } from "./controlText.js";
import { type ModelClient, statusOf } from "./modelClient.js";

const amount = z.int().nonnegative();

const propsSchema = z.object({
  model_path: z.string(),
  total_slots: z.int().positive(),
  build_info: z.string(),
  chat_template: z.string().catch(""),
  default_generation_settings: z.object({ n_ctx: z.int().positive() }),
});

const adaptersSchema = z.array(z.object({ id: amount, path: z.string() }));
const promptSchema = z.object({ prompt: z.string() });
const tokensSchema = z.object({ tokens: z.array(z.int()) });
const piecesSchema = z.object({
  tokens: z.array(z.object({ id: z.int(), piece: z.string().optional().catch(undefined) })),
});
const savedSchema = z.object({ n_saved: amount, n_written: amount });
const restoredSchema = z.object({ n_restored: amount, n_read: amount });
const erasedSchema = z.object({});
const rankedSchema = z.object({
  results: z.array(z.object({ index: amount, relevance_score: z.number() })),
});

export type ServerProps = z.infer<typeof propsSchema>;
export type ServerAdapter = z.infer<typeof adaptersSchema>[number];

export interface SavedSlot {
  /** Tokens whose KV cache the slot holds. */
  readonly tokens: number;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * What llama.cpp's `llama-server` answers beside the chat API.
 *
 * All methods throw MODEL_FAILED when the server fails or answers with something else than it should.
 */
export class LlamaServer {
  readonly #client: ModelClient;

  constructor(client: ModelClient) {
    this.#client = client;
  }

  props(signal: AbortSignal): Promise<ServerProps> {
    return this.#read(propsSchema, () => this.#client.get("/props", signal));
  }

  adapters(signal: AbortSignal): Promise<ServerAdapter[]> {
    return this.#read(adaptersSchema, () => this.#client.get("/lora-adapters", signal));
  }

  /** The prompt that a conversation becomes, up to where the assistant begins. */
  async template(messages: readonly object[], signal: AbortSignal): Promise<string> {
    return (await this.#post(promptSchema, "/apply-template", { messages }, signal)).prompt;
  }

  /** The tokens of a whole prompt. */
  async tokens(content: string, signal: AbortSignal): Promise<Int32Array> {
    const body = { content, add_special: true, parse_special: true };
    return Int32Array.from((await this.#post(tokensSchema, "/tokenize", body, signal)).tokens);
  }

  /** The tokens of a text, with control tokens where it spells them, or without. */
  async pieces(content: string, control: boolean, signal: AbortSignal): Promise<TokenPiece[]> {
    const body = { content, parse_special: control, with_pieces: true };
    const { tokens } = await this.#post(piecesSchema, "/tokenize", body, signal);
    return tokens.map(({ id, piece }) => ({ id, piece }));
  }

  /** The model's scores of the documents, in their order. */
  async rerank(query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]> {
    const { results } = await this.#post(rankedSchema, "/v1/rerank", { query, documents }, signal);
    const scores = new Map(results.map(({ index, relevance_score }) => [index, relevance_score]));
    return documents.map((_, at) => {
      const score = scores.get(at);
      if (score === undefined) throw this.#wrong();
      return score;
    });
  }

  async save(slot: number, filename: string, signal: AbortSignal): Promise<SavedSlot> {
    const saved = await this.#slot(savedSchema, slot, "save", { filename }, signal);
    return { tokens: saved.n_saved, bytes: saved.n_written };
  }

  /** @throws MemosError STATE_INVALID when there is no such file, or it does not fit the model. */
  async restore(slot: number, filename: string, signal: AbortSignal): Promise<SavedSlot> {
    const restored = await this.#slot(restoredSchema, slot, "restore", { filename }, signal);
    return { tokens: restored.n_restored, bytes: restored.n_read };
  }

  async erase(slot: number, signal: AbortSignal): Promise<void> {
    await this.#slot(erasedSchema, slot, "erase", {}, signal);
  }

  /** @throws MemosError UNSUPPORTED when the server has no folder for slots. */
  #slot<S extends z.ZodType>(
    schema: S,
    slot: number,
    action: string,
    body: object,
    signal: AbortSignal,
  ): Promise<z.output<S>> {
    return this.#read(schema, async () => {
      try {
        return await this.#client.post(`/slots/${slot}?action=${action}`, body, signal);
      } catch (error) {
        const status = statusOf(error);
        if (status === 501)
          throw new MemosError(
            "UNSUPPORTED",
            `The ${this.#client.server} was started without \`--slot-save-path\`. Start it with one.`,
          );
        if (action === "restore" && (status === 400 || status === 404))
          throw new MemosError(
            "STATE_INVALID",
            `The ${this.#client.server} has no saved slot of this name that fits its model.`,
          );
        throw error;
      }
    });
  }

  #post<S extends z.ZodType>(
    schema: S,
    path: string,
    body: object,
    signal: AbortSignal,
  ): Promise<z.output<S>> {
    return this.#read(schema, () => this.#client.post(path, body, signal));
  }

  async #read<S extends z.ZodType>(schema: S, ask: () => Promise<unknown>): Promise<z.output<S>> {
    let answer: unknown;
    try {
      answer = await ask();
    } catch (error) {
      throw await this.#client.failure(error);
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw this.#wrong();
    return parsed.data;
  }

  #wrong(): MemosError {
    return new MemosError(
      "MODEL_FAILED",
      `The ${this.#client.server} answered with something else than it should.`,
    );
  }
}

/** Of a path of any system: the server may run on another one. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Differs between models and releases, whose states are meaningless to each other. */
export function modelKey(props: ServerProps): string {
  const { model_path, build_info, chat_template, default_generation_settings } = props;
  const { n_ctx } = default_generation_settings;
  return contentHash({ model_path, build_info, chat_template, n_ctx }).slice(0, 16);
}
