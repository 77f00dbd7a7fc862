import { MemosError } from "../../memcube/index.js";
import { exactMatch, substringMatch } from "./answerMatch.js";
import { parseOutput } from "./parseOutput.js";
import { rougeL, rougeLsum } from "./rouge.js";
import { tokenF1 } from "./tokenF1.js";

/** The scores of one answer, 0 to 1, by the names of the official result files. */
export interface AnswerScores {
  readonly exact_match: number;
  readonly f1: number;
  readonly substring_exact_match: number;
  readonly rougeL_f1: number;
  readonly rougeL_recall: number;
  readonly rougeLsum_f1: number;
  readonly rougeLsum_recall: number;
}

/** Every score of a prediction, each against the gold that it is best for. */
export function answerScores(prediction: string, golds: readonly string[]): AnswerScores {
  const rouges = golds.map((gold) => ({ l: rougeL(prediction, gold), sum: rougeLsum(prediction, gold) }));
  return {
    exact_match: bestOver(golds, (gold) => exactMatch(prediction, gold)),
    f1: bestOver(golds, (gold) => tokenF1(prediction, gold)),
    substring_exact_match: bestOver(golds, (gold) => substringMatch(prediction, gold)),
    rougeL_f1: bestOver(rouges, ({ l }) => l.f1),
    rougeL_recall: bestOver(rouges, ({ l }) => l.recall),
    rougeLsum_f1: bestOver(rouges, ({ sum }) => sum.f1),
    rougeLsum_recall: bestOver(rouges, ({ sum }) => sum.recall),
  };
}

/** Every score of an output, as it is or as it is parsed, whichever is better for that score. */
export function lenientScores(output: string, golds: readonly string[]): AnswerScores {
  const raw = answerScores(output, golds);
  const parsed = answerScores(parseOutput(output), golds);
  const better = Object.entries(raw).map(([name, score]) => [
    name,
    Math.max(score, parsed[name as keyof AnswerScores]),
  ]);
  return Object.fromEntries(better) as Record<keyof AnswerScores, number>;
}

/** The best score over the golds, of which there is at least one. */
export function bestOver<T>(golds: readonly T[], score: (gold: T) => number): number {
  if (golds.length === 0) throw new MemosError("INVALID_INPUT", "an answer cannot be scored without a gold");
  return Math.max(...golds.map(score));
}
