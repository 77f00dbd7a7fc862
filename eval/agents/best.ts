/** The `k` items with the highest scores above 0, best first; of equal ones the first. */
export function bestOf<T>(items: readonly T[], scores: ArrayLike<number>, k: number): T[] {
  return items
    .map((item, index) => ({ item, score: scores[index] as number }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ item }) => item);
}
