import { hundredths } from "../../eval/metrics/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { Report } from "../progress.js";
import { lfu, lru, type Outcome, optimum, policy } from "./caches.js";
import { type TraceOptions, traceOf } from "./trace.js";

/** Share of all blocks that there is space for. */
const CAPACITY = 0.1;

const BLOCKS_PER_ACCESS = 0.1;

const TRACES: readonly Omit<TraceOptions, "accesses" | "blocks" | "seed">[] = [
  { name: "zipf 0.9", exponent: 0.9, shiftEvery: 0, spread: 0 },
  { name: "zipf 1.1", exponent: 1.1, shiftEvery: 0, spread: 0 },
  { name: "zipf 1.1, shifting", exponent: 1.1, shiftEvery: 0.25, spread: 0 },
  { name: "zipf 1.1, sizes differ", exponent: 1.1, shiftEvery: 0, spread: 0.7 },
];

export interface CacheBenchOptions {
  readonly accesses: number;
  readonly signal?: AbortSignal;
}

export interface CacheRow {
  readonly trace: string;
  /** Hit rate against the offline optimum's. */
  readonly ofOptimum: number;
  readonly policy: Outcome;
  readonly lru: Outcome;
  readonly lfu: Outcome;
  readonly optimum: Outcome;
}

export interface CacheBenchResult {
  readonly accesses: number;
  readonly traces: readonly CacheRow[];
}

/** Runs made-up histories of use through the placement policy and through LRU, LFU and the offline optimum. */
export async function runCacheBench(
  { accesses, signal }: CacheBenchOptions,
  report: Report,
): Promise<CacheBenchResult> {
  const traces: CacheRow[] = [];
  for (const [seed, options] of TRACES.entries()) {
    throwIfAborted(signal);
    report(options.name);
    const blocks = Math.max(100, Math.round(accesses * BLOCKS_PER_ACCESS));
    const shiftEvery = Math.round(options.shiftEvery * accesses);
    const trace = traceOf({ ...options, shiftEvery, accesses, blocks, seed: seed + 1 });
    const capacity = CAPACITY * trace.bytes.reduce((sum, size) => sum + size, 0);
    const of = (cache: typeof lru) => rounded(cache(trace, capacity));
    const row = { policy: of(policy), lru: of(lru), lfu: of(lfu), optimum: of(optimum) };
    traces.push({
      trace: options.name,
      ofOptimum: Math.round((1000 * row.policy.hitRate) / row.optimum.hitRate) / 1000,
      ...row,
    });
  }
  return { accesses, traces };
}

function rounded({ hitRate, gigabytesMoved }: Outcome): Outcome {
  return { hitRate: Math.round(hitRate * 1000) / 1000, gigabytesMoved: hundredths(gigabytesMoved) };
}
