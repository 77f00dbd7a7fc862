import { MemosError } from "../../../memcube/index.js";
import type { Adapter } from "./adapter.js";

export interface WeightedAdapter {
  readonly adapter: Adapter;
  /** How much of it counts: 1 as it was trained. */
  readonly weight: number;
}

export async function mergeAdapters(_adapters: readonly WeightedAdapter[]): Promise<Adapter> {
  throw new MemosError("INTERNAL", "not built yet");
}
