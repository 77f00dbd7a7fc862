import { MemosError } from "../../../memcube/index.js";
import type { Target } from "./adapter.js";
import type { AdapterGgufType } from "./adapterGguf.js";
import type { BaseShape } from "./baseShape.js";

/** What a GGUF adapter holds that was found to be right. */
export interface AdapterSummary {
  readonly sha256: string;
  readonly bytes: number;
  readonly architecture: string;
  readonly rank: number;
  readonly alpha: number;
  readonly scale: number;
  readonly type: AdapterGgufType;
  /** Matrices that it changes, and which kinds of them. */
  readonly pairs: number;
  readonly targets: readonly Target[];
  /** SHA-256 of the model that it says it is for, if it does. */
  readonly baseSha256: string | undefined;
}

export async function checkAdapter(
  _path: string,
  _base: BaseShape,
  _expected: { readonly sha256?: string } = {},
  _signal?: AbortSignal,
): Promise<AdapterSummary> {
  throw new MemosError("INTERNAL", "not built yet");
}
