/** A node and its score. */
export interface RankedNode {
  readonly node: number;
  readonly score: number;
}

/**
 * The `k` nodes with the highest scores, best first and equal ones by their number, without sorting the
 * rest. Takes the ranking of a push as it is; for the dense scores of `pageRank`, leave `nodes` out.
 *
 * @example topNodes({ scores: [0.2, 0.6, 0] }, 1) // [{ node: 1, score: 0.6 }]
 */
export function topNodes(
  { scores, nodes }: { readonly scores: ArrayLike<number>; readonly nodes?: ArrayLike<number> },
  k: number,
): RankedNode[] {
  const best: RankedNode[] = [];
  for (let index = 0; index < scores.length; index++) {
    const found = {
      node: nodes === undefined ? index : (nodes[index] as number),
      score: scores[index] as number,
    };
    if (best.length >= k && !(k > 0 && isBefore(found, best[best.length - 1] as RankedNode))) continue;
    best.splice(placeOf(found, best), 0, found);
    if (best.length > k) best.pop();
  }
  return best;
}

function isBefore(a: RankedNode, b: RankedNode): boolean {
  return a.score === b.score ? a.node < b.node : a.score > b.score;
}

/** Where in a sorted list it belongs: binary search. */
function placeOf(found: RankedNode, sorted: readonly RankedNode[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(found, sorted[middle] as RankedNode)) high = middle;
    else low = middle + 1;
  }
  return low;
}
