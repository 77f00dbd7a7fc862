import { MemosError } from "../../memcube/index.js";

/** Arithmetic mean of at least one value. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new MemosError("INVALID_INPUT", "the mean of no values is undefined");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
