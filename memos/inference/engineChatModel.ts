import type { ChatAnswer, ChatModel, ChatRequest } from "./chatModel.js";
import type { ChatMessage, Engine } from "./engine.js";

/** Tokens that are left free beside the answer: templates differ in what they add. */
const SPARE_TOKENS = 16;

/**
 * An engine as a model that answers one question in the form of a schema: greedy, so that answers can be kept. An
 * answer has no more room than the prompt leaves it.
 */
export class EngineChatModel implements ChatModel {
  readonly name: string;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.name = engine.name;
    this.#engine = engine;
  }

  async complete({ system, user, schema, maxTokens, salt, signal }: ChatRequest): Promise<ChatAnswer> {
    const answer = { text: "", inputTokens: 0, outputTokens: 0 };
    const messages = [
      { role: "system", content: system },
      { role: "user", content: user },
    ] as const;
    const room = await this.#room(messages, signal);
    for await (const event of this.#engine.generate({
      messages,
      maxTokens: Math.max(1, Math.min(maxTokens, room)),
      ...(this.#engine.capabilities.schema === "none" ? {} : { schema }),
      ...(salt === undefined ? {} : { salt }),
      signal,
    })) {
      if (event.kind === "text") answer.text += event.text;
      if (event.kind === "end") {
        answer.inputTokens = event.tokens.prompt;
        answer.outputTokens = event.tokens.generated;
      }
    }
    return answer;
  }

  async #room(messages: readonly ChatMessage[], signal: AbortSignal | undefined): Promise<number> {
    if (!this.#engine.capabilities.tokens) return Number.POSITIVE_INFINITY;
    const [{ contextTokens }, { length }] = await Promise.all([
      this.#engine.model(),
      this.#engine.tokenize(messages, signal),
    ]);
    return contextTokens - length - SPARE_TOKENS;
  }
}
