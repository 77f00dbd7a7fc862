import type { LlamaContextSequence, Token } from "node-llama-cpp";
import type { LoadedModel } from "./loadedModel.js";
import type { GenerateCall } from "./protocol.js";

export interface Restored {
  /** Tokens that the sequence got from the state; 0 when it was not used. */
  readonly tokens: number;
  readonly ms: number;
  /** Why it was not used. */
  readonly miss?: string;
}

const NOTHING: Restored = { tokens: 0, ms: 0 };

/** Puts a stored state into the sequence if it has more of the prompt than the `shared` tokens already there. */
export async function restore(
  _loaded: LoadedModel,
  _call: GenerateCall,
  _prompt: readonly Token[],
  _shared: number,
  _sequence: LlamaContextSequence,
): Promise<Restored> {
  return NOTHING;
}
