import { type DirectEvidence, logit } from "./direct.js";
import { AMONG_TITLES, AMONG_TURNS, type FusedWeights } from "./parameters.js";
import type { Walked } from "./walk.js";

/** All evidence for one cube. Names as in `FusedWeights`. */
export type FusedEvidence = Record<keyof FusedWeights, number>;

/** Below this, the logarithm calls a score zero: 10^-6. */
const LOG_FLOOR = 6;

/** The direct evidence for each cube together with what the walk brought it beside its restart. */
export function fusedEvidence(
  direct: ReadonlyMap<number, DirectEvidence>,
  reached: ReadonlyMap<number, DirectEvidence>,
  walked: Walked,
): Map<number, FusedEvidence> {
  const brought = new Map(
    [...walked.scores].map(([key, score]) => [key, Math.max(0, score - (walked.restarts.get(key) ?? 0))]),
  );
  const order = [...brought].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const ranks = new Map(order.map(([key], index) => [key, index + 1]));
  const all = new Map<number, FusedEvidence>();
  for (const evidences of [direct, reached])
    for (const [key, evidence] of evidences) {
      const score = walked.scores.get(key) ?? 0;
      const gained = Math.sqrt(brought.get(key) ?? 0);
      const home = Math.sqrt(walked.home.get(key) ?? 0);
      const rank = ranks.get(key);
      // Named one by one: this is done for every candidate of every search, and a spread is many times slower.
      all.set(key, {
        bias: evidence.bias,
        text: evidence.text,
        direct: evidence.direct,
        rank: evidence.rank,
        titled: evidence.titled,
        titleShare: evidence.titleShare,
        titleOnly: evidence.titleOnly,
        similarity: evidence.similarity,
        near: evidence.near,
        walkLog: Math.max(0, 1 + Math.log10(score + 10 ** -LOG_FLOOR) / LOG_FLOOR),
        walk: gained,
        walkRank: rank === undefined ? 0 : 1 / (rank + 1),
        walkText: gained * evidence.text,
        home,
        homeText: home * evidence.text,
        joint: 0,
        bridge: 0,
      });
    }
  return all;
}

/** How likely a cube is wanted, from 0 to 1. `titled` is the share of the seeds that have a title. */
export function fusedScore(evidence: FusedEvidence, titled: number): number {
  const odds = titled * logit(evidence, AMONG_TITLES) + (1 - titled) * logit(evidence, AMONG_TURNS);
  return 1 / (1 + Math.exp(-odds));
}
