import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { type DamageCounts, Findings } from "./crash/findings.js";
import type { KillPlan } from "./crash/plan.js";
import { StoreLife, WRITERS } from "./crash/storeLife.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

/** Crashes that one store goes through before a new one takes its place: a full one is slow to verify. */
const CYCLES_PER_STORE = 10;

export interface CrashBenchOptions {
  /** Times that all writers are killed and the store is opened again. */
  readonly cycles: number;
  /** Decides what is written and when is killed; 1 unless said otherwise. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface CrashBenchResult extends Readonly<DamageCounts> {
  readonly cycles: number;
  readonly stores: number;
  readonly writers: number;
  /** Cubes written, changed and forgotten that a writer had an answer for. */
  readonly acknowledged: number;
  /** Calls that had no answer when their writer died. */
  readonly underWay: number;
  readonly killedWhile: Record<KillPlan["moment"], number>;
  readonly secondsPerCycle: number;
  /** The first of everything that went wrong. */
  readonly problems: readonly string[];
}

/**
 * Kills processes that write into one store, over and over, and looks each time whether the store holds
 * what they were told it holds.
 */
export async function runCrashBench(options: CrashBenchOptions, report: Report): Promise<CrashBenchResult> {
  const { cycles, seed = 1, signal } = options;
  const findings = new Findings(report);
  const started = performance.now();
  const say = seldom(report);
  for (let from = 0; from < cycles; from += CYCLES_PER_STORE) {
    const to = Math.min(cycles, from + CYCLES_PER_STORE);
    await withTemporaryFolder(async (folder) => {
      const life = new StoreLife(folder, seed, findings);
      try {
        for (let cycle = from; cycle < to; cycle++) {
          throwIfAborted(signal);
          await life.cycle(cycle);
          say(() => `${cycle + 1} of ${cycles} crashes, ${findings.acknowledged} acknowledged`);
        }
        await life.end(to - 1);
      } finally {
        await life.close();
      }
    });
  }
  return {
    cycles,
    stores: Math.ceil(cycles / CYCLES_PER_STORE),
    writers: WRITERS,
    acknowledged: findings.acknowledged,
    underWay: findings.underWay,
    ...findings.counts,
    killedWhile: findings.killedWhile,
    secondsPerCycle: hundredths((performance.now() - started) / 1000 / cycles),
    problems: findings.problems,
  };
}
