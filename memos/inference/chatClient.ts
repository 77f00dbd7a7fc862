import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { type AnswerForm, AnswerForms, responseFormat, systemPrompt } from "./answerForm.js";
import { ChoiceQuestion } from "./choiceQuestion.js";
import { Completion, wireMessages, wireTools } from "./completion.js";
import type { ChatMessage, Decision, GenerateEvent, GenerateRequest } from "./engine.js";
import { generateCallSchema } from "./generateCall.js";
import { isRefusal, type ModelClient, reasonOf, statusOf } from "./modelClient.js";
import type { OpenCalls } from "./openCalls.js";

export interface ChatClientOptions {
  readonly path: string;
  readonly model: string | undefined;
  /** Of requests that do not say; `null` sends none. */
  readonly temperature: number | null;
  readonly tokenLimitField: "max_tokens" | "max_completion_tokens";
}

/** What an engine makes of a request before it is sent. */
export interface PreparedPrompt {
  readonly messages: readonly ChatMessage[];
  /** Sent beside what every server knows. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Tokens of the prompt that a stored state holds. */
  readonly restored: number;
  /** Why there is none, where one was asked for. */
  readonly miss: string | undefined;
  /** Asked when the server refuses the request: whether what was wrong is put right, and it should be sent again. */
  readonly putRight?: (error: unknown) => Promise<boolean>;
  /** Called when the request has ended, or will not be sent. */
  readonly release?: () => void;
}

type Prepare = (signal: AbortSignal) => Promise<PreparedPrompt>;

/** What OpenAI, llama-server and others call a prompt that does not fit into the model's context. */
const TOO_LONG = /context_length_exceeded|exceed_context_size_error/;

/** What vLLM and SGLang say of one, which call it a bad request: the tokens of the context, and of the prompt. */
const TOO_LONG_SENTENCES = [
  /passed (?<prompt>\d+) input tokens .*context length is only (?<context>\d+)/s,
  /maximum context length is (?<context>\d+) tokens\. However, (?:you requested|your request has) (?<prompt>\d+)/s,
  /input \((?<prompt>\d+) tokens\).*context length \((?<context>\d+) tokens\)/s,
  /maximum context length of (?<context>\d+) tokens\. You requested a total of (?<prompt>\d+)/s,
];

/** Name that servers want for the schema of an answer. */
const SCHEMA_NAME = "answer";

/** Streamed chat completions of an OpenAI-compatible server as the events of an engine. */
export class ChatClient {
  readonly #client: ModelClient;
  readonly #calls: OpenCalls;
  readonly #options: ChatClientOptions;
  readonly #forms = new AnswerForms();

  constructor(client: ModelClient, calls: OpenCalls, options: ChatClientOptions) {
    this.#client = client;
    this.#calls = calls;
    this.#options = options;
  }

  async *generate(
    request: GenerateRequest,
    prepare: Prepare,
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    check(request);
    const call = this.#calls.begin(request.signal);
    const preparing = prepare(call.signal);
    try {
      const prompt = await call.step(preparing);
      const completion = new Completion(this.#client.server, prompt);
      const chunks = await call.step(twice(prompt, () => this.#open(request, prompt, call.signal)));
      while (!completion.isComplete) {
        call.check();
        const next = await call.step(chunks.next());
        if (next.done === true) break;
        yield* completion.take(next.value);
      }
      call.check();
      yield* completion.end();
    } catch (error) {
      throw await this.#failure(error);
    } finally {
      call.end();
      released(preparing);
    }
  }

  /**
   * Which of the choices the model names, by the probabilities of the tokens that it may answer with.
   *
   * @throws MemosError UNSUPPORTED when the server tells no probabilities.
   */
  decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    signal: AbortSignal | undefined,
    prepare: (asked: readonly ChatMessage[]) => Prepare,
  ): Promise<Decision> {
    const question = new ChoiceQuestion(choices);
    const asked = question.appendedTo(parse(generateCallSchema.shape.messages, messages));
    return this.#calls.run(signal, async (signal) => {
      const preparing = prepare(asked)(signal);
      const prompt = await preparing;
      const { path, model, temperature, tokenLimitField } = this.#options;
      const body = {
        ...(model === undefined ? {} : { model }),
        messages: wireMessages(prompt.messages),
        [tokenLimitField]: 1,
        ...(temperature === null ? {} : { temperature: 0 }),
        logprobs: true,
        top_logprobs: question.alternatives,
        ...prompt.fields,
      };
      try {
        const answer = await twice(prompt, () => this.#client.post(path, body, signal));
        return question.decisionOf(answer, this.#client.server);
      } catch (error) {
        if (isRefusal(error) && !isTooLong(error))
          throw new MemosError(
            "UNSUPPORTED",
            `The ${this.#client.server} does not tell the probabilities of tokens (status ${statusOf(error)}), and decisions are made by them.`,
          );
        throw await this.#failure(error);
      } finally {
        released(preparing);
      }
    });
  }

  async #open(
    request: GenerateRequest,
    prompt: PreparedPrompt,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<unknown>> {
    const { schema } = request;
    if (schema === undefined) return this.#stream(request, prompt.messages, prompt.fields, signal);
    return this.#forms.ask(
      (form) =>
        this.#stream(
          request,
          withSchema(form, prompt.messages, schema),
          { ...responseFormat(form, SCHEMA_NAME, schema), ...prompt.fields },
          signal,
        ),
      (error) => isRefusal(error) && !isTooLong(error) && !signal.aborted,
    );
  }

  #stream(
    request: GenerateRequest,
    messages: readonly ChatMessage[],
    fields: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<unknown>> {
    const { path, model, tokenLimitField } = this.#options;
    const temperature = request.temperature ?? this.#options.temperature;
    const { topP, seed, stop = [], tools = [] } = request;
    return this.#client.stream(
      path,
      {
        ...(model === undefined ? {} : { model }),
        messages: wireMessages(messages),
        stream: true,
        stream_options: { include_usage: true },
        [tokenLimitField]: request.maxTokens,
        ...(temperature === null ? {} : { temperature }),
        ...(topP === undefined ? {} : { top_p: topP }),
        ...(seed === undefined ? {} : { seed }),
        ...(stop.length === 0 ? {} : { stop }),
        ...(tools.length === 0 ? {} : { tools: wireTools(tools) }),
        ...fields,
      },
      signal,
    );
  }

  async #failure(error: unknown): Promise<MemosError> {
    if (isTooLong(error)) return tooLong(error);
    return this.#client.failure(error);
  }
}

/** Sends a request, and once more where the engine could put right what the server refused it for. */
async function twice<T>({ putRight }: PreparedPrompt, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if ((await putRight?.(error)) !== true) throw error;
    return send();
  }
}

/** Also what is prepared only after the call was cancelled. */
function released(preparing: Promise<PreparedPrompt>): void {
  preparing.then(
    ({ release }) => release?.(),
    () => {},
  );
}

function check({ signal: _, ...request }: GenerateRequest): void {
  const { schema, tools } = parse(generateCallSchema, request);
  if (schema !== undefined && tools.length > 0)
    throw new MemosError("INVALID_INPUT", "An answer follows a schema or calls tools, not both.", {
      path: "schema",
    });
}

function withSchema(
  form: AnswerForm,
  messages: readonly ChatMessage[],
  schema: Readonly<Record<string, unknown>>,
): readonly ChatMessage[] {
  const [first, ...rest] = messages;
  const system = first?.role === "system" ? first.content : "";
  const content = systemPrompt(form, system, schema);
  if (content === system) return messages;
  return [{ role: "system", content }, ...(first?.role === "system" ? rest : messages)];
}

function isTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const names = ["code" in error ? error.code : undefined, "type" in error ? error.type : undefined];
  if (names.some((name) => typeof name === "string" && TOO_LONG.test(name))) return true;
  return isRefusal(error) && countsIn(reasonOf(error)) !== undefined;
}

/** The tokens of the prompt and of the context, as the sentence of a server has them. */
function countsIn(reason: string): { prompt: string; context: string } | undefined {
  for (const sentence of TOO_LONG_SENTENCES) {
    const { prompt, context } = sentence.exec(reason)?.groups ?? {};
    if (prompt !== undefined && context !== undefined) return { prompt, context };
  }
  return undefined;
}

const countedSchema = z
  .object({ error: z.object({ n_prompt_tokens: z.int(), n_ctx: z.int() }) })
  .transform(({ error }) => ({ prompt: `${error.n_prompt_tokens}`, context: `${error.n_ctx}` }));

/** With the counts of a server that tells them. */
function tooLong(error: unknown): MemosError {
  const counted = countedSchema.safeParse(error);
  const counts = counted.success ? counted.data : countsIn(reasonOf(error));
  const sentence =
    counts === undefined
      ? "The prompt and its answer do not fit into the model's context."
      : `The prompt has ${counts.prompt} tokens; the context has room for ${counts.context}, the answer included.`;
  return new MemosError("INVALID_INPUT", sentence, { path: "messages" });
}
