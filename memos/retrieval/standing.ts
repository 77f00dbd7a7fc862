import { heatAt, useFactor } from "../lifecycle/heat.js";
import type { Standing } from "../store/lifecycleLedger.js";
import type { Ranked } from "./fusion.js";

/** Best results whose use is looked at, at least; for more results, twice as many as are wanted. */
const MOVED_AMONG = 40;

/** The results that use may move into what is answered. */
export function movable(ranking: readonly Ranked[], k: number): number[] {
  return ranking.slice(0, Math.max(MOVED_AMONG, 2 * k)).map(({ candidate }) => candidate.key);
}

/** The ranking with every score moved by what is known of the cube's use, within the bounds of `useFactor`. */
export function byUse(
  ranking: readonly Ranked[],
  standings: readonly Standing[],
  now: number,
): readonly Ranked[] {
  if (standings.length === 0) return ranking;
  const factors = new Map(
    standings.map(({ key, priority, heat, lastUsedAt, ...feedback }) => [
      key,
      useFactor({ priority, feedback }, heatAt({ heat, at: lastUsedAt }, now)),
    ]),
  );
  return ranking
    .map((ranked) => {
      const factor = factors.get(ranked.candidate.key);
      return factor === undefined ? ranked : { ...ranked, score: ranked.score * factor, use: factor };
    })
    .sort((a, b) => b.score - a.score || a.candidate.key - b.candidate.key);
}
