import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../aborted.js";
import { parse } from "../parse.js";
import { type AnswerForm, AnswerForms, responseFormat, systemPrompt } from "./answerForm.js";
import { isRefusal, ModelClient } from "./modelClient.js";
import { modelServerOptions } from "./modelServer.js";

export interface ChatRequest {
  readonly system: string;
  readonly user: string;
  /** Letters, digits, `_` and `-`. */
  readonly schemaName: string;
  /** JSON schema that the answer should follow; a server may ignore it, so the answer is still untrusted. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Tokens of the answer; a longer one is cut off. */
  readonly maxTokens: number;
  /** Whose question it is, as a tenant's name: what a server keeps of it is shared only with questions of the same. */
  readonly salt?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ChatAnswer {
  /** As the model wrote it, empty when it wrote nothing. */
  readonly text: string;
  /** As the server counted; 0 when it does not say. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A language model that answers one question in the form of a schema. */
export interface ChatModel {
  /** Distinguishes models whose answers differ: it is part of cache keys and of provenance. */
  readonly name: string;
  /** @throws MemosError MODEL_FAILED when there is no answer, ABORTED when the caller has cancelled. */
  complete(request: ChatRequest): Promise<ChatAnswer>;
}

export const openAIChatModelOptionsSchema = z.strictObject({
  model: z.string().min(1).max(256),
  ...modelServerOptions,
  /** Milliseconds for one attempt, up to the last byte of the answer; also the longest wait that a server may ask for. */
  timeout: z.int().min(1).max(3_600_000).default(120_000),
  /** Repetitions after a failure of the network or of the server, with back-off. */
  retries: z.int().min(0).max(10).default(2),
  /** `null` sends none, for models that refuse it. */
  temperature: z.number().min(0).max(2).nullable().default(0),
  /** OpenAI's reasoning models know only the second, many local servers only the first. */
  tokenLimitField: z.enum(["max_tokens", "max_completion_tokens"]).default("max_tokens"),
});

export type OpenAIChatModelOptions = z.input<typeof openAIChatModelOptionsSchema>;

/** Counts that are absent or nonsense must not cost the answer. */
const tokenCount = z.int().nonnegative().catch(0);

const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  usage: z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount }).nullish().catch(null),
});

/**
 * Chat completions of an OpenAI-compatible server (OpenAI, llama-server, Ollama, vLLM, LM Studio). The schema
 * goes out as `response_format: json_schema`; a server that refuses it with status 400 or 422 is asked for a
 * `json_object`, then for plain text, both with the schema in the prompt. The form that worked is remembered.
 *
 * @throws MemosError INVALID_INPUT for an option out of range.
 */
export class OpenAIChatModel implements ChatModel {
  readonly name: string;
  readonly #options: z.output<typeof openAIChatModelOptionsSchema>;
  readonly #client: ModelClient;
  readonly #forms = new AnswerForms();

  constructor(options: OpenAIChatModelOptions) {
    this.#options = parse(openAIChatModelOptionsSchema, options);
    this.#client = new ModelClient("model server", this.#options);
    this.name = `openai/${this.#options.model}`;
  }

  async complete(request: ChatRequest): Promise<ChatAnswer> {
    const { signal } = request;
    throwIfAborted(signal);
    const stop = new AbortController();
    try {
      return await unlessAborted(this.#ask(request, stop.signal), signal, "The question was cancelled.");
    } finally {
      stop.abort();
    }
  }

  async #ask(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
    try {
      const answer = await this.#forms.ask(
        (form) => this.#request(request, form, signal),
        (error) => isRefusal(error) && !signal.aborted,
      );
      return this.#read(answer);
    } catch (error) {
      throw await this.#client.failure(error);
    }
  }

  #request(request: ChatRequest, form: AnswerForm, signal: AbortSignal): Promise<unknown> {
    const { model, temperature, tokenLimitField } = this.#options;
    const { schemaName, schema, system, user } = request;
    return this.#client.post(
      "/chat/completions",
      {
        model,
        messages: [
          { role: "system", content: systemPrompt(form, system, schema) },
          { role: "user", content: user },
        ],
        [tokenLimitField]: request.maxTokens,
        ...(temperature === null ? {} : { temperature }),
        ...responseFormat(form, schemaName, schema),
      },
      signal,
    );
  }

  #read(answer: unknown): ChatAnswer {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "MODEL_FAILED",
        `The ${this.#client.server} answered with something that is not a chat completion.`,
      );
    const { choices, usage } = parsed.data;
    return {
      text: choices[0]?.message.content ?? "",
      inputTokens: usage?.prompt_tokens ?? 0,
      outputTokens: usage?.completion_tokens ?? 0,
    };
  }
}
