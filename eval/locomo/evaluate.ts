import type { CubeId } from "../../memcube/index.js";
import type { Channel, Embedder, MemOS } from "../../memos/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { bestRankedGroups, hundredths, recallAtK } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { rank } from "../ranking.js";
import { withTemporaryStore } from "../temporaryStore.js";
import { ADVERSARIAL } from "./categories.js";
import { goldQuestions, sessionOfTurn } from "./evidence.js";
import type { LocomoConversation } from "./format.js";
import { type LocomoAnswer, type LocomoScores, scoresOf } from "./scores.js";
import { ingestAll, scopeOf } from "./store.js";

/** Turns ranked for each question: a session's rank is that of its best turn, so many turns make few sessions. */
const RANKED_TURNS = 100;

export interface LocomoOptions extends RunOptions {
  readonly ks: readonly number[];
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
}

export interface LocomoReport extends LocomoScores {
  readonly conversations: number;
  readonly turns: number;
  readonly ingestSeconds: number;
}

/** Evidence retrieval on LoCoMo: every conversation is the memory of one user, every question a search in it. */
export async function evaluateLocomo(
  conversations: readonly LocomoConversation[],
  options: LocomoOptions,
): Promise<LocomoReport> {
  return withTemporaryStore(options.embedder, async (memos) => {
    const started = performance.now();
    const keys = await ingestAll(memos, conversations, options);
    const ingestSeconds = hundredths((performance.now() - started) / 1000);
    const answers = await answerAll(memos, conversations, keys, options);
    const elsewhere = await askElsewhere(memos, conversations, options);
    return {
      conversations: conversations.length,
      turns: keys.size,
      ...scoresOf(answers, options.ks, elsewhere),
      ingestSeconds,
    };
  });
}

async function answerAll(
  memos: MemOS,
  conversations: readonly LocomoConversation[],
  keys: ReadonlyMap<CubeId, string>,
  { ks, channels, signal, onProgress, onOutcome }: LocomoOptions,
): Promise<LocomoAnswer[]> {
  const counter = await o200k();
  const total = conversations.flatMap(goldQuestions).length;
  const answers: LocomoAnswer[] = [];
  for (const conversation of conversations) {
    const scope = scopeOf(conversation);
    const sessions = sessionOfTurn(conversation);
    for (const [number, { question, ...gold }] of goldQuestions(conversation).entries()) {
      const ranking = await rank(memos, question, scope, keys, {
        k: Math.max(RANKED_TURNS, ...ks),
        channels,
        signal,
      });
      const context = await memos.recall(question, scope, { channels, signal });
      onOutcome?.({
        id: `${conversation.sampleId}/${number}`,
        output: ranking.keys,
        scores: Object.fromEntries(ks.map((k) => [`recall@${k}`, recallAtK(ranking.keys, gold.turns, k)])),
      });
      answers.push({
        ...gold,
        rankedTurns: ranking.keys,
        turnTokens: ranking.texts.slice(0, Math.max(...ks)).map((text) => counter.count(text)),
        rankedSessions: bestRankedGroups(ranking.keys, (turn) => sessions.get(turn) as string),
        contextTokens: context.tokens,
        milliseconds: ranking.milliseconds,
        llmCalls: ranking.llmCalls + context.receipt.llmCalls,
        answerable: ranking.answerable,
      });
      onProgress?.("search", answers.length, total);
    }
  }
  return answers;
}

/** How answerable the questions of each conversation, which it can answer, seem to the memory of the next one. */
async function askElsewhere(
  memos: MemOS,
  conversations: readonly LocomoConversation[],
  { channels, signal }: LocomoOptions,
): Promise<number[]> {
  if (conversations.length < 2) return [];
  const seemed: number[] = [];
  for (const [index, conversation] of conversations.entries()) {
    const next = conversations[(index + 1) % conversations.length] as LocomoConversation;
    for (const { question, category } of goldQuestions(conversation)) {
      if (category === ADVERSARIAL) continue;
      const { receipt } = await memos.search(question, scopeOf(next), { channels, signal });
      seemed.push(receipt.answerable);
    }
  }
  return seemed;
}
