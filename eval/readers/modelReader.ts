import { queryPrompt, SYSTEM_PROMPT } from "../mab/templates.js";
import { generated, type Speaker } from "./generate.js";
import type { Reader } from "./reader.js";

/** A language model that is shown the passages and asked the question: the reader of the published figures. */
export function modelReader(engine: Speaker): Reader {
  return {
    name: engine.name,
    read: ({ source, question }, passages, signal) =>
      generated(engine, {
        system: SYSTEM_PROMPT,
        user: queryPrompt(source.task, question, "retrieval", passages.join("\n\n")),
        maxTokens: source.generationTokens,
        signal,
      }),
  };
}
