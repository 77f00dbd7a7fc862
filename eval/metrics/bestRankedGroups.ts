/**
 * The distinct groups of a ranking in the order of each group's best-ranked item: a session is as good as
 * its best turn.
 *
 * @example bestRankedGroups(["s2/a", "s1/a", "s2/b"], (item) => item.slice(0, 2)) // ["s2", "s1"]
 */
export function bestRankedGroups<T>(ranked: readonly T[], groupOf: (item: T) => string): string[] {
  return [...new Set(ranked.map(groupOf))];
}
