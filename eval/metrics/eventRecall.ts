import { MemosError } from "../../memcube/index.js";

/** 1 when an output holds every gold string as it is written but for its case, otherwise 0 (EventQA). */
export function eventRecall(output: string, golds: readonly string[]): number {
  if (golds.length === 0) throw new MemosError("INVALID_INPUT", "recall is undefined without gold items");
  const lower = output.toLowerCase();
  return golds.every((gold) => lower.includes(gold.toLowerCase())) ? 1 : 0;
}
