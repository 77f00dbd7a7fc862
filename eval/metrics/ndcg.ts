/**
 * Normalised discounted cumulative gain with binary relevance, as LongMemEval's `eval_utils.py` counts it: the first
 * place is not discounted, place i (from 2) by log2(i), and the ideal ranking has every gold item in front.
 *
 * @param gold at least one item; every one of them is taken to be in the collection.
 * @example ndcgAtK(["b", "a"], new Set(["a"]), 5) // 1: the second place is discounted by log2(2)
 */
export function ndcgAtK(ranked: readonly string[], gold: ReadonlySet<string>, k: number): number {
  const gained = gain(ranked.slice(0, k).map((item) => gold.has(item)));
  return gained / gain(Array.from({ length: Math.min(gold.size, k) }, () => true));
}

function gain(relevant: readonly boolean[]): number {
  return relevant.reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(Math.max(2, at + 1)) : 0), 0);
}
