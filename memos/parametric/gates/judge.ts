import { MemosError } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import type { GateResult } from "../manifest.js";
import { type GateLimits, gateLimitsSchema } from "./gateLimits.js";
import type { Measurement, Score } from "./measure.js";

/** Shares are sums of ones divided by a count: a difference below this is none. */
const EXACT = 1e-9;

/**
 * What each gate says of an adapter, by measurements of the same questions without and with it.
 *
 * @throws MemosError INVALID_INPUT for limits out of range, or measurements of different questions.
 */
export function judge(before: Measurement, after: Measurement, limits: GateLimits = {}): GateResult[] {
  const { recall, recognition, retentionLoss } = parse(gateLimitsSchema, limits);
  const kept = Math.max(0, shareOf(before.retention) - retentionLoss);
  return [
    resultOf("recall", before.recall, after.recall, recall, "closed-book questions answered right"),
    // An engine that makes no decisions cannot tell; recall says more than recognition does.
    before.recognition.n === 0 && after.recognition.n === 0
      ? notMeasured(recognition)
      : resultOf(
          "recognition",
          before.recognition,
          after.recognition,
          recognition,
          "pairs in which what was learned is likelier",
        ),
    resultOf(
      "retention",
      before.retention,
      after.retention,
      kept,
      "questions over memory in the prompt answered right",
    ),
  ];
}

function resultOf(
  gate: GateResult["gate"],
  before: Score,
  after: Score,
  limit: number,
  what: string,
): GateResult {
  if (before.n !== after.n)
    throw new MemosError(
      "INVALID_INPUT",
      `The ${gate} was measured on ${before.n} and on ${after.n} questions.`,
    );
  const [was, is] = [shareOf(before), shareOf(after)];
  const passed = after.n > 0 && is >= limit - EXACT;
  const figures = `${percent(is)} of ${after.n} ${what} (${percent(was)} without the adapter)`;
  const why =
    after.n === 0
      ? `Nothing could be asked for the ${gate}, so that nothing is known of it.`
      : `${figures}; at least ${percent(limit)} ${passed ? "were" : "would have been"} needed.`;
  return { gate, before: was, after: is, limit, n: after.n, passed, why };
}

function notMeasured(limit: number): GateResult {
  const why = "Not measured: no pairs, or an engine that does not tell which of two answers is likelier.";
  return { gate: "recognition", before: 0, after: 0, limit, n: 0, passed: true, why };
}

function shareOf({ right, n }: Score): number {
  return n === 0 ? 0 : right / n;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
