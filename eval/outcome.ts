import { createHash } from "node:crypto";

/** What one question came to. */
export interface Outcome {
  /** The question, by the data set's own name for it; the same in every run. */
  readonly id: string;
  /** What was found or answered: equal in two runs of one configuration. */
  readonly output: string | readonly string[];
  /** From 0 to 1, by measure. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Equal for two runs exactly when every question came to the same; the order of the questions does not matter. */
export function hashOf(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ id, output, scores }) =>
    JSON.stringify([id, output, Object.entries(scores).sort(([a], [b]) => (a < b ? -1 : 1))]),
  );
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}
