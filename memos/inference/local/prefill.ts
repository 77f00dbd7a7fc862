import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { throwIfAborted } from "../../aborted.js";
import { PREFILL_CHUNK } from "./modelContext.js";

/**
 * Brings a sequence to hold exactly these tokens: what differs is erased, what is missing evaluated, in chunks.
 * Cancelled between two chunks, it leaves a sequence that holds a part of them.
 *
 * @returns how many tokens were there already.
 * @throws MemosError ABORTED.
 */
export async function prefill(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  signal: AbortSignal,
  onChunk?: (done: number) => void,
): Promise<number> {
  await sequence.adaptStateToTokens([...tokens], false);
  const kept = sequence.nextTokenIndex;
  for (let at = kept; at < tokens.length; at += PREFILL_CHUNK) {
    throwIfAborted(signal);
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + PREFILL_CHUNK));
    onChunk?.(Math.min(tokens.length, at + PREFILL_CHUNK));
  }
  throwIfAborted(signal);
  return kept;
}
