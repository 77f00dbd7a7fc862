import { MemosError } from "../../../memcube/index.js";
import type { AdapterUse, Engine } from "../../inference/engine.js";
import type { TrainingSet } from "../example.js";

/** Of `n` questions or pairs, how many were right. */
export interface Score {
  readonly right: number;
  readonly n: number;
}

export interface Measurement {
  readonly recall: Score;
  /** Of no pairs where the engine cannot tell which of two answers is likelier. */
  readonly recognition: Score;
  readonly retention: Score;
}

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** KV states that the engine keeps at once: so many questions are asked together. */
  readonly liveStates?: number;
  /** Told after each part of the questions. */
  readonly onProgress?: (asked: number, of: number) => void;
}

export async function measure(
  _engine: Engine,
  _adapters: readonly AdapterUse[],
  _heldOut: TrainingSet["heldOut"],
  _options: MeasureOptions = {},
): Promise<Measurement> {
  throw new MemosError("UNSUPPORTED", "Nothing is measured yet.");
}
