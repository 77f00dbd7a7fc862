/** How many items two lists share, each as often as it is in both. */
export function overlapOf(left: readonly string[], right: readonly string[]): number {
  const counts = countsOf(right);
  let common = 0;
  for (const item of left) {
    const rest = counts.get(item) ?? 0;
    if (rest === 0) continue;
    counts.set(item, rest - 1);
    common++;
  }
  return common;
}

/** The harmonic mean of the shares that two lists have in common, counted with repetition: 0 to 1. */
export function overlapF1(predicted: readonly string[], expected: readonly string[]): number {
  const common = overlapOf(predicted, expected);
  if (common === 0) return 0;
  const precision = common / predicted.length;
  const recall = common / expected.length;
  return (2 * precision * recall) / (precision + recall);
}

/** How often each item is in a list. */
export function countsOf(items: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
