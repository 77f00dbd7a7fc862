import { MemosError } from "../../memcube/index.js";

/**
 * The `p`-th percentile (0 to 100) with linear interpolation between the two closest ranks (definition 7
 * of Hyndman and Fan, 1996, the default of NumPy and R).
 *
 * @example percentile([10, 20, 30, 40], 50) // 25
 */
export function percentile(values: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 100)) throw new MemosError("INVALID_INPUT", "a percentile is between 0 and 100");
  const sorted = values.toSorted((a, b) => a - b);
  const position = ((sorted.length - 1) * p) / 100;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined)
    throw new MemosError("INVALID_INPUT", "a percentile of no values is undefined");
  return below + (above - below) * (position - Math.floor(position));
}
