import type { DirectEvidence } from "./direct.js";
import type { FusedWeights } from "./parameters.js";
import type { Walked } from "./walk.js";

/** All evidence for one cube. Names as in `FusedWeights`. */
export type FusedEvidence = Record<keyof FusedWeights, number>;

/** Below this, the logarithm calls a score zero: 10^-6. */
const LOG_FLOOR = 6;

/** What the walk brought each cube beside its restart, and the cubes in that order. */
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
  for (const [key, evidence] of [...direct, ...reached]) {
    const score = walked.scores.get(key) ?? 0;
    const gained = brought.get(key) ?? 0;
    const rank = ranks.get(key);
    all.set(key, {
      ...evidence,
      walkLog: Math.max(0, 1 + Math.log10(score + 10 ** -LOG_FLOOR) / LOG_FLOOR),
      walk: Math.sqrt(gained),
      walkRank: rank === undefined ? 0 : 1 / (rank + 1),
      walkText: Math.sqrt(gained) * evidence.text,
    });
  }
  return all;
}
