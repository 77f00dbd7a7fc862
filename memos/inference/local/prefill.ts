import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { throwIfAborted } from "../../aborted.js";
import { PREFILL_CHUNK } from "./modelContext.js";

/**
 * Where a chunk that begins at a token ends. Chunks lie on a grid that begins anew at `boundary`, the end of what
 * states are made of: what follows a restored state is then evaluated in the same pieces as in a prompt that is
 * evaluated as a whole, and comes out the same to the bit. (How many tokens are evaluated at once decides about the
 * order of summation.)
 *
 *     0      128     256   boundary  +128     +256
 *     ├───────┼───────┼─────┼─────────┼────────┤
 */
export function chunkEnd(at: number, boundary: number): number {
  const start = at < boundary ? 0 : boundary;
  const end = at + PREFILL_CHUNK - ((at - start) % PREFILL_CHUNK);
  return at < boundary ? Math.min(end, boundary) : end;
}

/**
 * Brings a sequence to hold a prompt but for its end: what is left is evaluated together with the choice of the first
 * token, which saves a pass through the model.
 *
 * @param boundary tokens of the beginning that states are made of.
 * @returns how many tokens were there already, and those that are left: one chunk at most, and one token at least.
 * @throws MemosError ABORTED.
 */
export async function prefillToAnswer(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  boundary: number,
  signal: AbortSignal,
): Promise<{ kept: number; rest: Token[] }> {
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const kept = sequence.nextTokenIndex;
  let filled = kept;
  for (let end = chunkEnd(kept, boundary); end < prompt.length; end = chunkEnd(end, boundary)) filled = end;
  await prefill(sequence, prompt.slice(0, filled), boundary, signal);
  return { kept, rest: prompt.slice(filled) };
}

/**
 * Brings a sequence to hold exactly these tokens: what differs is erased, what is missing evaluated, in chunks.
 * Cancelled between two chunks, it leaves a sequence that holds a part of them.
 *
 * @param boundary tokens of the beginning that states are made of; all of them while one is made.
 * @returns how many tokens were there already.
 * @throws MemosError ABORTED.
 */
export async function prefill(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  boundary: number,
  signal: AbortSignal,
  onChunk?: (done: number) => void,
): Promise<number> {
  await sequence.adaptStateToTokens([...tokens], false);
  const kept = sequence.nextTokenIndex;
  for (let at = kept; at < tokens.length; ) {
    throwIfAborted(signal);
    const end = Math.min(tokens.length, chunkEnd(at, boundary));
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, end));
    onChunk?.(end);
    at = end;
  }
  throwIfAborted(signal);
  return kept;
}
