import { chatAgent } from "../../agents/chat/index.js";
import { MemosError, type Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { textOf } from "../agents/memos.js";
import { answerFromFacts } from "../facts/answer.js";
import { sourceOf } from "../mab/sources.js";
import { extractiveReader } from "../readers/extractive.js";

/** A request of a session of its own. */
export interface Request {
  readonly question: string;
  readonly source: string;
  readonly scope: Scope;
  readonly session: string;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and how much of its prompt was there already. */
export interface Response {
  readonly text: string;
  readonly promptTokens: number;
  /** Of the prompt: out of a compiled state, and in the engine's memory. */
  readonly restoredTokens: number;
  readonly reusedTokens: number;
}

export interface Responder {
  readonly name: string;
  respond(request: Request): Promise<Response>;
}

/** Tokens of an answer: the names of a chain are the longest. */
const ANSWER_TOKENS = 64;

/** Passages that an answer without a model is read out of. */
const PASSAGES = 10;

/**
 * The engine of a memory, as `memos chat` has it: what is pinned begins the prompt, and what is not there is recalled
 * for the question. Neither the question nor the answer is remembered.
 */
export function modelResponder(memos: MemOS, name: string): Responder {
  const agent = chatAgent(memos);
  return {
    name,
    respond: async ({ question, scope, session, signal }) => {
      const how = { session, remember: false, maxTokens: ANSWER_TOKENS, signal };
      for await (const event of agent.say(question, scope, how)) {
        if (event.kind !== "end") continue;
        const { answer, tokens } = event.receipt;
        const { prompt, restored, reused } = tokens;
        return { text: answer, promptTokens: prompt, restoredTokens: restored, reusedTokens: reused };
      }
      throw new MemosError("MODEL_FAILED", "The model stopped without an end.");
    },
  };
}

/** Memory without a model: what its facts answer, else what rules read out of the passages that it finds. */
export function memoryResponder(memos: MemOS): Responder {
  const reader = extractiveReader();
  const read = async ({ question, source, scope, signal }: Request): Promise<string> => {
    const { hits } = await memos.search(question, scope, { k: PASSAGES, signal });
    const asked = { source: sourceOf(source), question, prompt: question, k: PASSAGES };
    const passages = hits.map(({ cube }) => textOf(cube.payload));
    return (await reader.read(asked, passages, signal)).text;
  };
  return {
    name: `facts, else ${reader.name}`,
    respond: async (request) => {
      const { question, scope, signal } = request;
      const known = await answerFromFacts(memos, scope, question, signal);
      const text = known?.text ?? (await read(request));
      return { text, promptTokens: 0, restoredTokens: 0, reusedTokens: 0 };
    },
  };
}
