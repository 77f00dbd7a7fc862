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
  titledSeeds: number,
): Map<number, FusedEvidence> {
  const brought = new Map(
    [...walked.scores].map(([key, score]) => [key, Math.max(0, score - (walked.restarts.get(key) ?? 0))]),
  );
  const order = [...brought].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const ranks = new Map(order.map(([key], index) => [key, index + 1]));
  const homeRanks = new Map(
    [...walked.home].sort((a, b) => b[1] - a[1]).map(([key], index) => [key, index + 1]),
  );
  let anchor = 0;
  for (const key of walked.restarts.keys()) anchor = Math.max(anchor, direct.get(key)?.titleShare ?? 0);
  anchor = Math.min(1, 2 * anchor);
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
      home: Math.sqrt(walked.home.get(key) ?? 0),
      sure: Math.sqrt(gained) * walked.confidence,
      sureRank: rank === undefined ? 0 : walked.confidence / (rank + 1),
      sureHome: Math.sqrt(walked.home.get(key) ?? 0) * walked.confidence,
      gLog: titledSeeds * Math.max(0, 1 + Math.log10(score + 10 ** -LOG_FLOOR) / LOG_FLOOR),
      gRank: titledSeeds * (rank === undefined ? 0 : 1 / (rank + 1)),
      gWalk: titledSeeds * Math.sqrt(gained),
      gText: titledSeeds * evidence.text,
      gDirect: titledSeeds * evidence.rank,
      gWalkText: titledSeeds * Math.sqrt(gained) * evidence.text,
      homeRank: 1 / ((homeRanks.get(key) ?? 1e9) + 1),
      anchorRank: rank === undefined ? 0 : anchor / (rank + 1),
      anchorWalk: Math.sqrt(gained) * anchor,
      homeText: Math.sqrt(walked.home.get(key) ?? 0) * evidence.text,
    });
  }
  return all;
}
