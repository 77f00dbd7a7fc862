import { hundredths, percentile } from "../eval/metrics/index.js";

export interface Latency {
  readonly p50ms: number;
  readonly p95ms: number;
}

/** The middle and the slow end of measured times. */
export function latencyOf(milliseconds: readonly number[]): Latency {
  return { p50ms: middle(milliseconds), p95ms: hundredths(percentile(milliseconds, 95)) };
}

/** The middle of measured times alone. */
export function middle(milliseconds: readonly number[]): number {
  return hundredths(percentile(milliseconds, 50));
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
