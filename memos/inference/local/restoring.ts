import type { FileHandle } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { isMemosError } from "../../../memcube/index.js";
import { readContainer } from "../../activation/container.js";
import { decodePayload, RAW_CODEC } from "../../activation/decode.js";
import { fingerprintDifference } from "../../activation/fingerprint.js";
import { forStreams, streamsPatch, writeState } from "../../activation/stateFile.js";
import type { AdapterUse, StoredState } from "../engine.js";
import { commonPrefix } from "./commonPrefix.js";
import type { LoadedModel } from "./loadedModel.js";
import { fingerprintOf } from "./stateShape.js";

export interface Restored {
  /** Whether the sequence holds the state now. */
  readonly used: boolean;
  /** Spent on reading, decoding and loading it. */
  readonly ms: number;
  /** Why it was not used. */
  readonly miss?: string;
}

/** States whose tokens are remembered, so that one that is of no use is not read again. */
const REMEMBERED_STATES = 64;

const tokensOfStates = new LRUCache<string, Int32Array>({ max: REMEMBERED_STATES });

/**
 * Puts a stored state into the sequence if it holds more of the prompt than the `shared` tokens that are there
 * already. Nothing reaches llama.cpp that was not verified: the container's hashes, the fingerprint, every count of
 * the state. Whatever is wrong with it is a miss; the sequence is then as it was, or empty.
 */
export async function restore(
  loaded: LoadedModel,
  { state, adapters }: { readonly state?: StoredState | undefined; readonly adapters: readonly AdapterUse[] },
  prompt: readonly Token[],
  shared: number,
  sequence: LlamaContextSequence,
): Promise<Restored> {
  const started = performance.now();
  const result = (used: boolean, miss?: string): Restored => ({
    used,
    ms: performance.now() - started,
    ...(miss === undefined ? {} : { miss }),
  });
  if (state === undefined) return result(false);
  // Its last token is evaluated in any case.
  const wanted = prompt.length - 1;
  const known = tokensOfStates.get(state.sha256);
  if (shared >= wanted || (known !== undefined && commonPrefix(known, prompt) <= shared))
    return result(false);
  const { shape, context, file, scratch } = loaded;
  if (shape === undefined) return result(false, "States of this model are not supported.");
  try {
    return await scratch.lend(async ({ path, file: copy, buffer }) => {
      // A state as the engine wrote it is copied while it is read: nobody looks at the copy before it is verified.
      const copies = state.codec === RAW_CODEC;
      const tee = copies ? (piece: Uint8Array, at: number) => writeAt(copy, piece, at) : undefined;
      const { header, payload } = await readContainer(state.path, { sha256: state.sha256 }, { buffer, tee });
      const difference = fingerprintDifference(fingerprintOf(loaded, shape, adapters), header.fingerprint);
      if (difference !== null) return result(false, difference);
      if (header.tokens >= context.contextTokens)
        return result(
          false,
          `The state has ${header.tokens} tokens; the context has room for ${context.contextTokens}.`,
        );
      const stored = await decodePayload(header, payload, file.vocabulary);
      tokensOfStates.set(state.sha256, stored.tokens.slice());
      const common = commonPrefix(stored.tokens, prompt);
      if (common === 0) return result(false, "The prompt does not begin as the state does.");
      if (common <= shared) return result(false);
      const copied = copies && header.codec.name === RAW_CODEC;
      const patch = copied ? streamsPatch(stored, payload.byteLength, context.sequences) : undefined;
      const pieces = patch ?? placed(writeState(forStreams(stored, context.sequences, 0)));
      for (const { at, bytes } of pieces) await writeAt(copy, bytes, at);
      await copy.truncate(Math.max(...pieces.map(({ at, bytes }) => at + bytes.byteLength)));
      await loadState(sequence, path, stored.tokens);
      return result(true);
    });
  } catch (error) {
    if (isMemosError(error, "STATE_INVALID")) return result(false, error.message);
    const reason = error instanceof Error ? error.message : String(error);
    return result(false, `The engine did not take the state. ${reason}`);
  }
}

/** Pieces that follow each other, each with its place. */
function placed(pieces: readonly Uint8Array[]): { at: number; bytes: Uint8Array }[] {
  let at = 0;
  return pieces.map((bytes) => {
    const piece = { at, bytes };
    at += bytes.byteLength;
    return piece;
  });
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; )
    done += (await file.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
}

async function loadState(sequence: LlamaContextSequence, path: string, tokens: Int32Array): Promise<void> {
  try {
    await sequence.loadStateFromFile(path, { acceptRisk: true });
    if (commonPrefix(sequence.contextTokens, tokens) !== tokens.length)
      throw new Error("Other tokens came back than were stored.");
  } catch (error) {
    await sequence.clearHistory();
    throw error;
  }
}
