/**
 * The edit distance of two lists of characters (Levenshtein, 1966), or `limit` where it is no less: a search
 * for the nearest gives up a candidate as soon as a whole row is no better than what it has.
 *
 * @example editDistance([..."kitten"], [..."sitting"]) // 3
 */
export function editDistance(
  from: readonly string[],
  to: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, character] of from.entries()) {
    const current = [row + 1];
    let least = row + 1;
    for (let column = 0; column < to.length; column++) {
      const distance = Math.min(
        (previous[column + 1] as number) + 1,
        (current[column] as number) + 1,
        (previous[column] as number) + (character === to[column] ? 0 : 1),
      );
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least >= limit) return limit;
    previous = current;
  }
  return Math.min(limit, previous[to.length] as number);
}
