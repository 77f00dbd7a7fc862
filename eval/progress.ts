/** Told about every step of an evaluation: what is done, and how many of how many. */
export type EvaluationProgress = (phase: "ingest" | "search", done: number, total: number) => void;

export interface RunOptions {
  readonly onProgress?: EvaluationProgress;
  readonly signal?: AbortSignal;
}
