import { MemosError } from "../../memcube/index.js";
import { mean } from "./mean.js";

/**
 * The share of the gold strings that an output holds as they are written but for their case (`string_match_all` of
 * RULER, Hsieh et al., 2024).
 *
 * @example stringMatchAll("AB and CD", ["ab", "ef"]) // 0.5
 */
export function stringMatchAll(output: string, golds: readonly string[]): number {
  if (golds.length === 0) throw new MemosError("INVALID_INPUT", "a match is undefined without gold strings");
  const lower = output.toLowerCase();
  return mean(golds.map((gold) => (lower.includes(gold.toLowerCase()) ? 1 : 0)));
}
