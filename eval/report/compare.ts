import { MemosError } from "../../memcube/index.js";
import { mean, type PairedDifference, pairedBootstrap, percent } from "../metrics/index.js";
import type { EvaluationRun } from "./run.js";

/** From this on a difference is more than the questions that happened to be asked. */
const LEVEL = 0.05;

export interface Comparison {
  readonly suite: string;
  readonly measure: string;
  /** Questions that both runs were asked. */
  readonly n: number;
  readonly first: number;
  readonly second: number;
  /** Second less first, in points of a percent. */
  readonly difference: number;
  readonly ci95: readonly [low: number, high: number];
  readonly p: number;
  readonly significant: boolean;
  /** The two runs were asked of different data, or one of them not everything. */
  readonly sameData: boolean;
}

/**
 * Two runs question by question: suites of the same name, measures of the same name, and the questions that both
 * have. Nothing is corrected for looking at many measures: read a single p near the level with that in mind.
 *
 * @throws MemosError INVALID_INPUT when the runs have no question in common.
 */
export function compareRuns(first: EvaluationRun, second: EvaluationRun): Comparison[] {
  const others = new Map(second.suites.map((suite) => [suite.name, suite]));
  const compared = first.suites.flatMap((suite) => {
    const other = others.get(suite.name);
    if (other === undefined) return [];
    const shared = Object.keys(suite.scores).filter((id) => id in other.scores);
    const measures = new Set(shared.flatMap((id) => Object.keys(suite.scores[id] ?? {})));
    return [...measures].flatMap((measure): Comparison[] => {
      const pairs = shared.flatMap((id) => {
        const [before, after] = [suite.scores[id]?.[measure], other.scores[id]?.[measure]];
        return before === undefined || after === undefined ? [] : [[before, after] as const];
      });
      if (pairs.length === 0) return [];
      const values = (at: 0 | 1) => pairs.map((pair) => pair[at]);
      const paired = pairedBootstrap(values(0), values(1));
      return [
        {
          suite: suite.name,
          measure,
          n: pairs.length,
          ...inPercent(paired, values(0), values(1)),
          sameData:
            suite.dataset.sha256 === other.dataset.sha256 &&
            suite.n === pairs.length &&
            other.n === pairs.length,
        },
      ];
    });
  });
  if (compared.length === 0)
    throw new MemosError("INVALID_INPUT", "the two runs have no question of the same suite in common");
  return compared;
}

function inPercent({ difference, ci95, p }: PairedDifference, first: number[], second: number[]) {
  return {
    first: percent(mean(first)),
    second: percent(mean(second)),
    difference: percent(difference),
    ci95: [percent(ci95[0]), percent(ci95[1])] as const,
    p: Math.round(p * 10_000) / 10_000,
    significant: p < LEVEL,
  };
}
