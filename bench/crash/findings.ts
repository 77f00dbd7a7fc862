import type { Report } from "../progress.js";
import type { KillPlan } from "./plan.js";

const SHOWN_PROBLEMS = 20;

/** Ways in which something can have gone wrong. */
export interface DamageCounts {
  /** Acknowledged, and not there as acknowledged. */
  lost: number;
  /** There twice, or written twice under one idempotency key. */
  duplicated: number;
  /** Calls of several cubes of which only a part is there. */
  torn: number;
  /** Cubes that nobody wrote; damage to the file, the version chains or the counts; a store that fails. */
  broken: number;
  /** Cubes that search does not find, or finds although they are no more. */
  misindexed: number;
  /** Calls that failed while nothing but other processes stood in their way. */
  refused: number;
}

/** What a run has found so far. */
export class Findings {
  acknowledged = 0;
  underWay = 0;
  readonly killedWhile: Record<KillPlan["moment"], number> = { opening: 0, writing: 0, indexing: 0 };
  readonly counts: DamageCounts = { lost: 0, duplicated: 0, torn: 0, broken: 0, misindexed: 0, refused: 0 };
  readonly problems: string[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Counts what went wrong in a cycle, and says it at once. */
  note(kind: keyof DamageCounts, cycle: number, problems: readonly string[]): void {
    this.counts[kind] += problems.length;
    for (const problem of problems.slice(0, SHOWN_PROBLEMS - this.problems.length)) {
      const line = `cycle ${cycle}, ${kind}: ${problem}`;
      this.problems.push(line);
      this.#report(line);
    }
  }
}
