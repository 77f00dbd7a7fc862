import { PeakMemory } from "./memory.js";
import { type CacheRow, runCacheBench } from "./placement/cacheBench.js";
import { type ClusterFigures, simulateCluster } from "./placement/cluster.js";
import { type Sizing, sizing } from "./placement/model.js";
import { readTrace } from "./placement/operation.js";
import { type RecordedFigures, simulateRecorded } from "./placement/recorded.js";
import type { Report } from "./progress.js";

/** Sizes that the model is printed for. */
const SIZES = [1e6, 1e7, 1e8, 1e9];

export interface PlacementBenchOptions {
  /** Accesses of each trace of blocks. */
  readonly accesses: number;
  /** Cubes of the deployment that is simulated. */
  readonly cubes: number;
  /** A recorded trace (`readTrace`), simulated in the place of a made-up one. */
  readonly trace?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface PlacementBenchResult {
  readonly accesses: number;
  /** One cache of blocks under made-up use: the policy, LRU, LFU and the offline optimum. */
  readonly traces: readonly CacheRow[];
  /** The model on paper, at a million cubes and beyond. */
  readonly model: readonly Sizing[];
  readonly simulated: ClusterFigures | RecordedFigures;
  readonly seconds: number;
  readonly rssMB: number;
}

/** Where memory should live: one cache of blocks, the model on paper, and a deployment operation by operation. */
export async function runPlacementBench(
  { accesses, cubes, trace, signal }: PlacementBenchOptions,
  report: Report,
): Promise<PlacementBenchResult> {
  const started = performance.now();
  using memory = new PeakMemory();
  const { traces } = await runCacheBench({ accesses, ...(signal === undefined ? {} : { signal }) }, report);
  const simulated =
    trace === undefined
      ? await simulateCluster({ cubes, signal, report })
      : await simulateRecorded(await readTrace(trace), signal);
  return {
    accesses,
    traces,
    model: SIZES.map(sizing),
    simulated,
    seconds: Math.round((performance.now() - started) / 1_000),
    rssMB: memory.megabytes,
  };
}
