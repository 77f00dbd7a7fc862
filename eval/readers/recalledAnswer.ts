import type { Scope } from "../../memcube/index.js";
import type { Channel, MemOS } from "../../memos/index.js";
import type { Answer } from "../agents/agent.js";
import type { Source } from "../mab/sources.js";
import type { Reader } from "./reader.js";

export interface RecalledQuestion {
  readonly source: Source;
  /** What memory is searched for. */
  readonly query: string;
  /** What the reader is asked. */
  readonly question: string;
}

/** An answer from what memory recalls for a question, as it recalls it: dated lines within the default budget. */
export async function recalledAnswer(
  { memos, scope }: { readonly memos: MemOS; readonly scope: Scope },
  { source, query, question }: RecalledQuestion,
  reader: Reader,
  { channels, signal }: { channels?: Channel[] | undefined; signal?: AbortSignal | undefined },
): Promise<Answer & { readonly contextTokens: number }> {
  const { text, tokens, items, receipt } = await memos.recall(query, scope, { channels, signal });
  const asked = { source, question, prompt: "", k: items.length };
  const answer = await reader.read(asked, items.length === 0 ? [] : [text], signal);
  return { ...answer, llmCalls: answer.llmCalls + receipt.llmCalls, contextTokens: tokens };
}
