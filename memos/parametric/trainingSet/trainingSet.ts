import { MemosError } from "../../../memcube/index.js";
import type { ManifestEntry } from "../../activation/block.js";
import type { Engine } from "../../inference/engine.js";
import type { Example, TrainingSet } from "../example.js";
import type { LeftOut } from "../manifest.js";
import type { TrainingSetOptions } from "./options.js";
import type { Source } from "./source.js";

export interface TrainingSetCall extends TrainingSetOptions {
  /** Conversations that must stay as they are; their last message, of the assistant, is what must be said. */
  readonly moreReplay?: readonly Example["messages"][];
  /** Asked for questions about each memory, beside those that the rules make. */
  readonly engine?: Engine | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Paraphrasing {
  /** Memories that the model was asked about, and examples that came of it. */
  readonly asked: number;
  readonly added: number;
  /** Answers, or pairs in them, that were of no use. */
  readonly skipped: number;
}

export interface TrainingSetResult {
  readonly set: TrainingSet;
  /** The cubes at the versions that they were learned in. */
  readonly used: readonly ManifestEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly paraphrasing: Paraphrasing;
}

/**
 * What an adapter learns from memories, and what it is judged by.
 *
 * @throws MemosError INVALID_INPUT for no memories, or none that may be learned; TOO_LARGE for more than one adapter
 * takes (`planAdapters` splits them); ABORTED.
 */
export async function trainingSetOf(
  _sources: readonly Source[],
  _call: TrainingSetCall = {},
): Promise<TrainingSetResult> {
  throw new MemosError("UNSUPPORTED", "Training sets are not made yet.");
}
