import type { Channel, Embedder } from "../../memos/index.js";
import { allGoldAtK, bestRankedGroups, hundredths, ndcgAtK } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { rank } from "../ranking.js";
import type { LongMemEvalQuestion } from "./format.js";
import { type SessionRanking, type SessionScores, scoresOf } from "./scores.js";
import { type SessionStore, withSessions } from "./store.js";

/** Turns ranked for each question: a session's rank is that of its best turn, so many turns make few sessions. */
const RANKED_TURNS = 100;

export interface LongMemEvalOptions extends RunOptions {
  readonly ks: readonly number[];
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
}

export interface LongMemEvalReport extends SessionScores {
  /** Questions that nothing in their sessions answers: not scored, as in the official evaluation. */
  readonly abstentions: number;
  readonly turns: number;
  readonly ingestSeconds: number;
}

/**
 * Session retrieval on LongMemEval: every question brings sessions of its own, which are the memory of one user, and
 * is asked once.
 */
export async function evaluateLongMemEval(
  questions: readonly LongMemEvalQuestion[],
  options: LongMemEvalOptions,
): Promise<LongMemEvalReport> {
  const scored = questions.filter(({ abstention, answerSessions }) => !abstention && answerSessions.size > 0);
  const rankings: SessionRanking[] = [];
  let turns = 0;
  let ingestMs = 0;
  for (const question of scored) {
    await withSessions(question, options, async (store) => {
      ingestMs += store.ingestMs;
      turns += store.keys.size;
      const ranking = await rankingOf(store, question, options);
      rankings.push(ranking);
      const { sessions, gold } = ranking;
      options.onOutcome?.({
        id: question.id,
        output: sessions,
        scores: Object.fromEntries(
          options.ks.flatMap((k) => [
            [`recallAll@${k}`, allGoldAtK(sessions, gold, k)],
            [`ndcg@${k}`, ndcgAtK(sessions, gold, k)],
          ]),
        ),
      });
    });
    options.onProgress?.("search", rankings.length, scored.length);
  }
  return {
    ...scoresOf(rankings, options.ks),
    abstentions: questions.length - scored.length,
    turns,
    ingestSeconds: hundredths(ingestMs / 1_000),
  };
}

async function rankingOf(
  { memos, scope, keys }: SessionStore,
  { question, type, answerSessions }: LongMemEvalQuestion,
  { ks, channels, signal }: LongMemEvalOptions,
): Promise<SessionRanking> {
  const k = Math.max(RANKED_TURNS, ...ks);
  const ranking = await rank(memos, question, scope, keys, { k, channels, signal });
  const context = await memos.recall(question, scope, { channels, signal });
  return {
    type,
    sessions: bestRankedGroups(ranking.keys, (session) => session),
    gold: answerSessions,
    milliseconds: ranking.milliseconds,
    contextTokens: context.tokens,
    llmCalls: ranking.llmCalls + context.receipt.llmCalls,
  };
}
