import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { throwIfAborted } from "../../aborted.js";
import { PREFILL_CHUNK } from "./modelContext.js";

/**
 * Brings a sequence to hold a prompt but for its end: what is left is evaluated together with the choice of the first
 * token, which saves a pass through the model.
 *
 * @returns how many tokens were there already, and those that are left: one chunk at most, and one token at least.
 * @throws MemosError ABORTED.
 */
export async function prefillToAnswer(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  signal: AbortSignal,
): Promise<{ kept: number; rest: Token[] }> {
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const kept = sequence.nextTokenIndex;
  const chunks = Math.max(0, Math.ceil((prompt.length - kept) / PREFILL_CHUNK) - 1);
  const filled = kept + chunks * PREFILL_CHUNK;
  await prefill(sequence, prompt.slice(0, filled), signal);
  return { kept, rest: prompt.slice(filled) };
}

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
