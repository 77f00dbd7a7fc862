import { MemosError } from "../../../memcube/index.js";
import type { Engine } from "../../inference/engine.js";
import type { Example } from "../example.js";
import type { TokenExample } from "../trainer.js";

/**
 * Examples in the tokens of the engine's model; learned are the tokens of the answer and of the end of its turn.
 *
 * @throws MemosError UNSUPPORTED for an engine that does not tell the tokens of an answer, ABORTED.
 */
export async function tokenised(
  _engine: Engine,
  _examples: readonly Pick<Example, "messages">[],
  _signal?: AbortSignal,
): Promise<TokenExample[]> {
  throw new MemosError("UNSUPPORTED", "Examples are not tokenised yet.");
}

/** What a manifest says of a training set as the trainer is given it. */
export async function tokenDigest(
  _examples: readonly TokenExample[],
): Promise<{ readonly sha256: string; readonly examples: number; readonly tokens: number }> {
  throw new MemosError("UNSUPPORTED", "Examples are not tokenised yet.");
}
