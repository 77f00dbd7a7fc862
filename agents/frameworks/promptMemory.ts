import type { Scope } from "../../memcube/index.js";
import { ownerScope, textOf } from "../../memcube/index.js";
import { CITATION_ROOM } from "../../memos/activation/conversation.js";
import type { MemOS } from "../../memos/index.js";
import { compileRecall } from "../../memos/retrieval/context.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { RECALLED_TYPES } from "../recalledTypes.js";
import { asQuery } from "./said.js";

/** Memories that are looked at for one question; the budget decides how many are given. */
const CANDIDATES = 30;

export interface PromptMemory {
  /** Core memory: the same text at every turn until a core memory changes. Empty without any. */
  readonly block: string;
  /** What was recalled for the question. Empty when nothing was. */
  readonly recalled: string;
}

/**
 * Memory for a prompt, at most `budget` tokens in all: a block for its beginning, which a provider's cache finds
 * again, and what belongs beside the question. What the prompt says anyway is not said again.
 *
 * @throws MemosError INVALID_INPUT, CLOSED, ABORTED.
 */
export async function promptMemory(
  memos: MemOS,
  scope: Scope,
  wanted: {
    /** What is asked; nothing is recalled for a blank one. */
    readonly question: string;
    /** Every message of the prompt. */
    readonly said: ReadonlySet<string>;
    readonly budget: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<PromptMemory> {
  const { said, budget, signal } = wanted;
  const owner = ownerScope(scope);
  // Nothing is found in quotes where there are none, so this holds core memory and does not depend on a question.
  const core = await memos.recall("core memory", owner, {
    types: ["core"],
    channels: ["exact"],
    budget,
    signal,
  });
  const question = asQuery(wanted.question);
  if (question === undefined || core.tokens >= budget) return { block: core.text, recalled: "" };
  const [{ hits }, counter] = await Promise.all([
    memos.search(question, owner, { k: CANDIDATES, types: [...RECALLED_TYPES], signal }),
    o200k(),
  ]);
  const inBlock = new Set(core.items.map(({ id }) => id));
  const news = hits.filter(({ cube }) => !inBlock.has(cube.id) && !said.has(textOf(cube) ?? ""));
  const { text, items } = compileRecall(news, budget - core.tokens, counter, {
    held: new Map(),
    citations: Math.ceil((core.items.length + 1) / CITATION_ROOM) * CITATION_ROOM,
  });
  const given = new Set(items.map(({ id }) => id));
  memos.firewall.gave(
    owner,
    news.map(({ cube }) => cube).filter(({ id }) => given.has(id)),
  );
  return { block: core.text, recalled: text };
}
