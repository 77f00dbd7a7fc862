import { MemosError } from "../../../memcube/index.js";
import type { BaseShape } from "./baseShape.js";
import type { WeightedAdapter } from "./mergeAdapters.js";

export interface MergeIntoBase {
  readonly base: BaseShape;
  /** With the SHA-256 that each is known by. */
  readonly adapters: readonly (WeightedAdapter & { readonly sha256: string })[];
  /** Where the new model goes. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

export interface MergedBase {
  readonly sha256: string;
  readonly bytes: number;
  /** Tensors that were quantised, and had to be so again: each lost a little. */
  readonly requantised: number;
}

export async function mergeIntoBase(_merge: MergeIntoBase): Promise<MergedBase> {
  throw new MemosError("INTERNAL", "not built yet");
}
