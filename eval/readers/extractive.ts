import type { Task } from "../mab/sources.js";
import { bestSentence } from "./bestSentence.js";
import { bestOption } from "./choice.js";
import { currentValue } from "./currentValue.js";
import { labelVote } from "./labelVote.js";
import type { Reader } from "./reader.js";

type Extraction = (question: string, passages: readonly string[]) => string | undefined;

/** What is tried for a task before the best sentence. */
const FIRST: Readonly<Partial<Record<Task, Extraction>>> = {
  facts: currentValue,
  labels: labelVote,
  events: bestOption,
  detective: bestOption,
};

/**
 * The reader that needs no model: the same passages give the same answer on every machine. It shows what is
 * found and can be picked out by rules, not what a model would make of it.
 */
export function extractiveReader(): Reader {
  return {
    name: "extractive/1",
    read: async ({ source, question }, passages) => ({
      text: FIRST[source.task]?.(question, passages) ?? bestSentence(question, passages) ?? "",
      inputTokens: 0,
      outputTokens: 0,
      llmCalls: 0,
    }),
  };
}
