import { generateDocuments } from "../generate/documents.js";
import { generateKeyValues } from "../generate/keyValues.js";
import type { GeneratedRow, RowOptions } from "../generate/row.js";
import { generateVariables } from "../generate/variables.js";
import { bestOver, exactToken, stringMatchAll, tokenF1 } from "../metrics/index.js";

export const SHARED_TASKS = ["kv", "vt", "qa"] as const;
export type SharedTask = (typeof SHARED_TASKS)[number];

/** Assignments of a chain after that of its number. */
const HOPS = 2;

/** A context of each task, which is ingested once and asked about many times. */
export async function sharedContexts(
  options: RowOptions,
): Promise<Readonly<Record<SharedTask, GeneratedRow>>> {
  return {
    kv: await generateKeyValues(options),
    vt: await generateVariables({ ...options, hops: HOPS, ask: "variables" }),
    qa: await generateDocuments({ ...options, hops: 1 }),
  };
}

/** How an answer is scored, from 0 to 1, as in SCBench (Li et al., 2025). */
export const SCORERS: Readonly<Record<SharedTask, (answer: string, golds: readonly string[]) => number>> = {
  kv: (answer, golds) => bestOver(golds, (gold) => exactToken(answer, gold)),
  vt: stringMatchAll,
  qa: (answer, golds) => bestOver(golds, (gold) => tokenF1(answer, gold)),
};
