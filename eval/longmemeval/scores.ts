import { MemosError } from "../../memcube/index.js";
import { type ByK, byK } from "../byK.js";
import {
  allGoldAtK,
  anyGoldAtK,
  bootstrapInterval,
  hundredths,
  mean,
  ndcgAtK,
  percent,
  percentile,
} from "../metrics/index.js";

/** What the store answered to one question that can be answered. */
export interface SessionRanking {
  readonly type: string;
  readonly sessions: readonly string[];
  readonly gold: ReadonlySet<string>;
  readonly milliseconds: number;
  readonly contextTokens: number;
  readonly llmCalls: number;
}

export interface SessionScores {
  readonly n: number;
  /** Share of the questions with every evidence session among the first k (the official measure), in percent. */
  readonly recallAll: ByK<number>;
  /** 95 % bootstrap interval of `recallAll`. */
  readonly ci95: ByK<[low: number, high: number]>;
  /** Share of the questions with at least one of them there: what vendors quote, and nearly saturated. */
  readonly recallAny: ByK<number>;
  readonly ndcg: ByK<number>;
  readonly byType: Readonly<Record<string, { readonly n: number; readonly recallAll: ByK<number> }>>;
  /** Mean tokens of the compiled context at the default budget. */
  readonly contextTokens: number;
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

export function scoresOf(rankings: readonly SessionRanking[], ks: readonly number[]): SessionScores {
  if (rankings.length === 0)
    throw new MemosError("INVALID_INPUT", "no question of the file has evidence in its sessions");
  const scores = (score: typeof allGoldAtK, k: number, of = rankings) =>
    of.map(({ sessions, gold }) => score(sessions, gold, k));
  const share = (score: typeof allGoldAtK, of = rankings) =>
    byK(ks, (k) => percent(mean(scores(score, k, of))));
  const latencies = rankings.map(({ milliseconds }) => milliseconds);
  const types = [...new Set(rankings.map(({ type }) => type))].sort();
  return {
    n: rankings.length,
    recallAll: share(allGoldAtK),
    ci95: byK(ks, (k) => {
      const [low, high] = bootstrapInterval(scores(allGoldAtK, k));
      return [percent(low), percent(high)];
    }),
    recallAny: share(anyGoldAtK),
    ndcg: share(ndcgAtK),
    byType: Object.fromEntries(
      types.map((type) => {
        const those = rankings.filter((ranking) => ranking.type === type);
        return [type, { n: those.length, recallAll: share(allGoldAtK, those) }];
      }),
    ),
    contextTokens: hundredths(mean(rankings.map(({ contextTokens }) => contextTokens))),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: rankings.reduce((sum, { llmCalls }) => sum + llmCalls, 0),
  };
}
