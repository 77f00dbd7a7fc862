import { SYSTEM_PROMPT } from "../mab/templates.js";
import { generated, type Speaker } from "../readers/generate.js";
import type { Agent, Answer, Asked } from "./agent.js";
import { WholeText } from "./longContext.js";

/**
 * Any OpenAI-compatible endpoint that is told everything: all chunks as the dialogue that they were memorised
 * in, then the question, in one message, as the protocol's long-context agents send it.
 */
export function chatAgent(engine: Speaker & AsyncDisposable): Agent {
  return {
    name: "openai",
    flavour: "longContext",
    answersIn: "llm",
    settings: { model: engine.name },
    open: async () => new ChatMemory(engine),
    close: async () => engine[Symbol.asyncDispose](),
  };
}

class ChatMemory extends WholeText {
  readonly #engine: Speaker;

  constructor(engine: Speaker) {
    super();
    this.#engine = engine;
  }

  answer({ prompt, source }: Asked, signal?: AbortSignal): Promise<Answer> {
    const told = this.chunks.map(({ message }) => message).join("\n");
    return generated(this.#engine, {
      system: SYSTEM_PROMPT,
      user: `${told}\n${prompt}`,
      maxTokens: source.generationTokens,
      signal,
    });
  }
}
