import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import type { ChatMessage, GenerateEvent, TokenUse, ToolDefinition } from "./engine.js";

export const COMPLETION_LIMITS = {
  /** Calls that one answer may make. */
  toolCalls: 128,
  /** Characters of the arguments of one call. */
  argumentCharacters: 1024 * 1024,
} as const;

/** Counts that are absent or nonsense must not cost the answer. */
const count = z.int().nonnegative().catch(0);

const toolCallDelta = z.object({
  index: z.int().nonnegative().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const chunkSchema = z.object({
  error: z.null().optional(),
  choices: z.array(
    z.object({
      delta: z
        .object({ content: z.string().nullish(), tool_calls: z.array(toolCallDelta).nullish() })
        .nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  /** Of llama-server: tokens of the prompt that were in the slot, those evaluated, and those generated. */
  timings: z.object({ cache_n: count, prompt_n: count, predicted_n: count }).nullish().catch(null),
});

type Chunk = z.infer<typeof chunkSchema>;

/** Messages as the chat API has them. A lone surrogate, which strict servers refuse, is replaced. */
export function wireMessages(messages: readonly ChatMessage[]): object[] {
  return messages.map(({ role, content, toolCalls, toolCallId }) => ({
    role,
    content: content.toWellFormed(),
    ...(toolCalls === undefined
      ? {}
      : {
          tool_calls: toolCalls.map((call) => ({
            id: call.id,
            type: "function",
            function: { name: call.name, arguments: call.arguments.toWellFormed() },
          })),
        }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  }));
}

export function wireTools(tools: readonly ToolDefinition[]): object[] {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
}

interface OpenToolCall {
  readonly key: number;
  id: string;
  name: string;
  arguments: string;
}

const NO_TOKENS: TokenUse = { prompt: 0, reused: 0, restored: 0, prefilled: 0, generated: 0 };

/** Makes the events of an answer out of the pieces of a streamed chat completion. */
export class Completion {
  readonly #server: string;
  readonly #started = performance.now();
  /** Of the prompt's reused tokens: how many came out of a stored state. */
  readonly #restored: number;
  readonly #miss: string | undefined;
  readonly #toolCalls: OpenToolCall[] = [];
  #tokens = NO_TOKENS;
  #counted = false;
  #prompted = false;
  #firstTokenMs: number | undefined;
  #finish: string | undefined;

  constructor(server: string, state: { readonly restored: number; readonly miss: string | undefined }) {
    this.#server = server;
    this.#restored = state.restored;
    this.#miss = state.miss;
  }

  /** Nothing that matters comes any more, though the connection may stay open. */
  get isComplete(): boolean {
    return this.#finish !== undefined && this.#counted;
  }

  /** @throws MemosError MODEL_FAILED for what is not a piece of a completion. */
  *take(value: unknown): Generator<GenerateEvent, void, undefined> {
    const parsed = chunkSchema.safeParse(value);
    if (!parsed.success) throw this.#failed("answered with something that is not a chat completion");
    const chunk = parsed.data;
    this.#count(chunk);
    const [choice] = chunk.choices;
    if (choice === undefined) return;
    const { delta, finish_reason } = choice;
    if (chunk.timings != null) yield* this.#prompt();
    const content = delta?.content ?? "";
    if (content !== "" || delta?.tool_calls != null) this.#firstTokenMs ??= performance.now() - this.#started;
    if (content !== "") yield { kind: "text", text: content };
    for (const call of delta?.tool_calls ?? []) this.#collect(call);
    this.#finish = finish_reason ?? this.#finish;
  }

  /** @throws MemosError MODEL_FAILED when the answer broke off, or was withheld. */
  *end(): Generator<GenerateEvent, void, undefined> {
    if (this.#finish === undefined) throw this.#failed("broke off in the middle of an answer");
    if (this.#finish === "content_filter") throw this.#failed("withheld the answer (content_filter)");
    yield* this.#prompt();
    for (const [at, call] of this.#toolCalls.entries()) {
      if (call.name === "") throw this.#failed("called a tool without a name");
      const { id, name } = call;
      yield { kind: "toolCall", id: id === "" ? `call_${at}` : id, name, arguments: call.arguments };
    }
    const totalMs = performance.now() - this.#started;
    yield {
      kind: "end",
      reason: this.#finish === "length" ? "length" : this.#toolCalls.length > 0 ? "toolCalls" : "stop",
      tokens: this.#tokens,
      firstTokenMs: this.#firstTokenMs ?? totalMs,
      totalMs,
      restoreMs: 0,
    };
  }

  /** Once, as soon as the server has counted. */
  *#prompt(): Generator<GenerateEvent, void, undefined> {
    if (this.#prompted) return;
    this.#prompted = true;
    const tokens = { ...this.#tokens, generated: 0 };
    yield { kind: "prompt", tokens, ...(this.#miss === undefined ? {} : { miss: this.#miss }) };
  }

  #count({ usage, timings }: Chunk): void {
    if (timings != null) this.#use(timings.cache_n + timings.prompt_n, timings.cache_n, timings.predicted_n);
    else if (usage != null)
      this.#use(
        usage.prompt_tokens,
        Math.min(usage.prompt_tokens, usage.prompt_tokens_details?.cached_tokens ?? 0),
        usage.completion_tokens,
      );
    if (usage != null) this.#counted = true;
  }

  #use(prompt: number, cached: number, generated: number): void {
    const restored = Math.min(cached, this.#restored);
    this.#tokens = { prompt, reused: cached - restored, restored, prefilled: prompt - cached, generated };
  }

  /** Servers number the calls; one that does not starts each with a new id. */
  #collect({ index, id, function: called }: z.infer<typeof toolCallDelta>): void {
    const last = this.#toolCalls.at(-1);
    const isNew = last === undefined || (id != null && id !== "" && id !== last.id);
    const key = index ?? (isNew ? this.#toolCalls.length : last.key);
    let call = this.#toolCalls.find((known) => known.key === key);
    if (call === undefined) {
      call = { key, id: "", name: "", arguments: "" };
      if (this.#toolCalls.push(call) > COMPLETION_LIMITS.toolCalls)
        throw this.#failed(`called more than ${COMPLETION_LIMITS.toolCalls} tools at once`);
    }
    if (call.id === "") call.id = id ?? "";
    if (call.name === "") call.name = called?.name ?? "";
    call.arguments += called?.arguments ?? "";
    if (call.arguments.length > COMPLETION_LIMITS.argumentCharacters)
      throw this.#failed("called a tool with arguments that are too long");
  }

  #failed(what: string): MemosError {
    return new MemosError("MODEL_FAILED", `The ${this.#server} ${what}.`);
  }
}
