import type { Outcome } from "./outcome.js";

/** Told about every step of an evaluation: what is done, and how many of how many. */
export type EvaluationProgress = (phase: "ingest" | "search", done: number, total: number) => void;

export interface RunOptions {
  readonly onProgress?: EvaluationProgress | undefined;
  /** Told what every single question came to. */
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
