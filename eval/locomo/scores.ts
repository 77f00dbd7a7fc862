import { MemosError } from "../../memcube/index.js";
import { type ByK, byK } from "../byK.js";
import {
  auroc,
  bootstrapInterval,
  hundredths,
  mean,
  percent,
  percentile,
  recallAtK,
} from "../metrics/index.js";
import { ADVERSARIAL } from "./categories.js";
import type { GoldQuestion } from "./evidence.js";

/** What the store answered to one question, beside the gold of that question. */
export interface LocomoAnswer extends Omit<GoldQuestion, "question"> {
  readonly rankedTurns: readonly string[];
  readonly rankedSessions: readonly string[];
  /** Tokens of the best turns, by rank. */
  readonly turnTokens: readonly number[];
  readonly contextTokens: number;
  readonly milliseconds: number;
  readonly llmCalls: number;
  /** How likely the store says it holds an answer: 0 to 1. */
  readonly answerable: number;
}

/**
 * How well the store tells questions that memory can answer from others, as AUROC in percent; 50 is chance, null where
 * there are no others.
 */
export interface AbstentionScores {
  /** Against category 5: questions that ask of one person what another has done. */
  readonly adversarial: number | null;
  /** Against the questions of another conversation, about people whom this one does not know. */
  readonly otherPeople: number | null;
}

export interface LocomoScores {
  readonly n: number;
  /** Mean over the questions of |evidence turns in the top k| / |evidence turns|, in percent. */
  readonly recall: ByK<number>;
  /** 95 % bootstrap interval of `recall`. */
  readonly ci95: ByK<[low: number, high: number]>;
  readonly byCategory: Readonly<Record<string, { readonly n: number; readonly recall: ByK<number> }>>;
  /** Share of the evidence sessions among the first k distinct sessions, each ranked by its best turn. */
  readonly sessionRecall: ByK<number>;
  /** Mean tokens of the k best turns. */
  readonly tokens: ByK<number>;
  /** Mean tokens of the compiled context at the default budget. */
  readonly contextTokens: number;
  readonly abstention: AbstentionScores;
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

/**
 * The scores of all answers together, at every `k`.
 *
 * @param elsewhere how answerable answerable questions seem to the memory of another conversation.
 */
export function scoresOf(
  answers: readonly LocomoAnswer[],
  ks: readonly number[],
  elsewhere: readonly number[],
): LocomoScores {
  if (answers.length === 0)
    throw new MemosError("INVALID_INPUT", "no question of the file has evidence in its conversation");
  const categories = [...new Set(answers.map(({ category }) => category))].sort((a, b) => a - b);
  const latencies = answers.map(({ milliseconds }) => milliseconds);
  return {
    n: answers.length,
    recall: byK(ks, (k) => percent(mean(turnRecalls(answers, k)))),
    ci95: byK(ks, (k) => {
      const [low, high] = bootstrapInterval(turnRecalls(answers, k));
      return [percent(low), percent(high)];
    }),
    byCategory: Object.fromEntries(
      categories.map((category) => {
        const those = answers.filter((answer) => answer.category === category);
        const recall = byK(ks, (k) => percent(mean(turnRecalls(those, k))));
        return [String(category), { n: those.length, recall }];
      }),
    ),
    sessionRecall: byK(ks, (k) =>
      percent(mean(answers.map(({ rankedSessions, sessions }) => recallAtK(rankedSessions, sessions, k)))),
    ),
    tokens: byK(ks, (k) => hundredths(mean(answers.map(({ turnTokens }) => sum(turnTokens.slice(0, k)))))),
    contextTokens: hundredths(mean(answers.map(({ contextTokens }) => contextTokens))),
    abstention: abstentionOf(answers, elsewhere),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: answers.reduce((sum, { llmCalls }) => sum + llmCalls, 0),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function turnRecalls(answers: readonly LocomoAnswer[], k: number): number[] {
  return answers.map(({ rankedTurns, turns }) => recallAtK(rankedTurns, turns, k));
}

function abstentionOf(answers: readonly LocomoAnswer[], elsewhere: readonly number[]): AbstentionScores {
  const seemed = (adversarial: boolean) =>
    answers
      .filter(({ category }) => (category === ADVERSARIAL) === adversarial)
      .map(({ answerable }) => answerable);
  const answerable = seemed(false);
  const against = (others: readonly number[]) =>
    answerable.length === 0 || others.length === 0 ? null : percent(auroc(answerable, others));
  return { adversarial: against(seemed(true)), otherPeople: against(elsewhere) };
}
