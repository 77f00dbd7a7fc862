import { throwIfAborted } from "../../aborted.js";
import { sha256OfFile } from "../../inference/gguf/index.js";
import type { Target } from "./adapter.js";
import { type AdapterGgufType, decoded } from "./adapterGguf.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { adapterLayout, ofAdapter, openAdapter } from "./adapterLayout.js";
import type { BaseShape } from "./baseShape.js";

/** What a GGUF adapter holds that was found to be right. */
export interface AdapterSummary {
  readonly sha256: string;
  readonly bytes: number;
  readonly architecture: string;
  readonly rank: number;
  readonly alpha: number;
  /** How much B · A counts. */
  readonly scale: number;
  readonly type: AdapterGgufType;
  /** Matrices that it changes, and which kinds of them. */
  readonly pairs: number;
  readonly targets: readonly Target[];
  /** SHA-256 of the model that it says it is for, if it does. */
  readonly baseSha256: string | undefined;
}

/**
 * Everything that must be right of a GGUF adapter before native code sees it: llama.cpp aborts the process for some
 * faults, and takes others silently. The file is read once, in pieces.
 *
 * @param expected SHA-256 of the file where it is known: that alone finds a changed weight.
 * @throws MemosError ADAPTER_INVALID, with a sentence that says what is wrong; ABORTED.
 */
export async function checkAdapter(
  path: string,
  base: BaseShape,
  expected: { readonly sha256?: string | undefined } = {},
  signal?: AbortSignal,
): Promise<AdapterSummary> {
  const file = await openAdapter(path);
  try {
    const { rank, alpha, type, pairs, baseSha256 } = adapterLayout(file, base);
    const sha256 = await sha256OfFile(path, signal);
    if (expected.sha256 !== undefined && sha256 !== expected.sha256)
      throw adapterInvalid("The file of the adapter is another one than was kept.");
    for (const tensor of pairs.flatMap(({ a, b }) => [a, b]))
      for await (const _ of decoded(file, tensor)) throwIfAborted(signal);
    return {
      sha256,
      bytes: file.size,
      architecture: base.architecture,
      rank,
      alpha,
      scale: alpha / rank,
      type,
      pairs: pairs.length,
      targets: [...new Set(pairs.map(({ target }) => target))],
      baseSha256,
    };
  } catch (error) {
    throw ofAdapter(error);
  } finally {
    await file.close();
  }
}
