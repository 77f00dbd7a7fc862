/**
 * The chance that a score tells a positive from a negative: the area under the ROC curve, as the Mann-Whitney statistic
 * (Hanley and McNeil, 1982), ties counting half. NaN where one of the two is missing.
 *
 * @example auroc([0.9, 0.4], [0.4, 0.1]) // 0.875
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const scored = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let start = 0; start < scored.length; ) {
    let end = start;
    while (end < scored.length && scored[end]?.score === scored[start]?.score) end++;
    const rank = (start + end + 1) / 2;
    for (let at = start; at < end; at++) if (scored[at]?.positive === true) ranks += rank;
    start = end;
  }
  const pairs = positives.length * negatives.length;
  return (ranks - (positives.length * (positives.length + 1)) / 2) / pairs;
}
