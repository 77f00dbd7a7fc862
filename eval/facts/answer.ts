import type { CubeId, Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";

/** What memory answers by itself, from facts that hold. */
export interface FactAnswer {
  readonly text: string;
  /** The memories that state the facts, from the subject of the question to the answer. */
  readonly citations: readonly CubeId[];
  readonly confidence: number;
}

/** Boilerplate before the question in prompts of MemoryAgentBench and its like. */
const PROMPT = /^[\s\S]*(?:Question:|Knowledge Pool,)\s*/u;
const ANSWER = /\s*Answer:\s*$/u;

/** Answers a question from the current facts of a scope, without a model; undefined when they don't hold it. */
export async function answerFromFacts(
  memos: MemOS,
  scope: Scope,
  question: string,
  signal?: AbortSignal,
): Promise<FactAnswer | undefined> {
  const asked = question.replace(ANSWER, "").replace(PROMPT, "");
  const { text, confidence, hops } = await memos.graph.answer(asked, scope, { signal });
  return text === null ? undefined : { text, confidence, citations: hops.map(({ value }) => value.cube) };
}
