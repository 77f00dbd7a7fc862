import { MemosError } from "../../memcube/index.js";

/**
 * Share of the gold items among the first `k` of a ranking: |gold in the top k| / |gold|.
 *
 * @example recallAtK(["a", "b", "c"], new Set(["a", "c"]), 2) // 0.5
 */
export function recallAtK(ranked: readonly string[], gold: ReadonlySet<string>, k: number): number {
  if (gold.size === 0) throw new MemosError("INVALID_INPUT", "recall is undefined without gold items");
  const found = new Set(ranked.slice(0, k).filter((item) => gold.has(item)));
  return found.size / gold.size;
}

/** 1 when every gold item is among the first `k` of a ranking, otherwise 0. */
export function allGoldAtK(ranked: readonly string[], gold: ReadonlySet<string>, k: number): number {
  return recallAtK(ranked, gold, k) === 1 ? 1 : 0;
}

/** 1 when at least one gold item is among the first `k` of a ranking, otherwise 0. */
export function anyGoldAtK(ranked: readonly string[], gold: ReadonlySet<string>, k: number): number {
  return recallAtK(ranked, gold, k) > 0 ? 1 : 0;
}
