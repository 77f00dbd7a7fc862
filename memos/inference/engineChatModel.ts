import type { ChatAnswer, ChatModel, ChatRequest } from "./chatModel.js";
import type { Engine } from "./engine.js";

/** An engine as a model that answers one question in the form of a schema: greedy, so that answers can be kept. */
export class EngineChatModel implements ChatModel {
  readonly name: string;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.name = engine.name;
    this.#engine = engine;
  }

  async complete({ system, user, schema, maxTokens, signal }: ChatRequest): Promise<ChatAnswer> {
    const answer = { text: "", inputTokens: 0, outputTokens: 0 };
    for await (const event of this.#engine.generate({
      messages: [
        { role: "system", content: system },
        { role: "user", content: user },
      ],
      maxTokens,
      ...(this.#engine.capabilities.schema === "none" ? {} : { schema }),
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
}
