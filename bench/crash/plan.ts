import { seededRandom } from "../../eval/metrics/index.js";

/** When the writers of a cycle are killed, decided by the seed alone. */
export interface KillPlan {
  /** From when on the delay counts: the start, both stores open, or the index being written. */
  readonly moment: "opening" | "writing" | "indexing";
  readonly delayMs: number;
  /** Which of the writers dies first, and how long the others go on. */
  readonly first: number;
  readonly staggerMs: number;
  /** Whether the index takes in what waits before the store is looked at, or is looked at as the crash left it. */
  readonly indexFirst: boolean;
}

const OPENING_MS = 700;
const WRITING_MS = 700;
/** A flush with its optimisation is over after about two thirds of this. */
const INDEXING_MS = 900;
const STAGGER_MS = 250;
const INDEX_FIRST_SHARE = 0.3;

export function killPlan(seed: number, cycle: number, writers: number): KillPlan {
  const random = seededRandom(seed * 1_000_003 + cycle);
  const kind = random();
  const share = random();
  const rest = {
    first: Math.floor(random() * writers),
    staggerMs: random() < 0.5 ? 0 : random() * STAGGER_MS,
    indexFirst: random() < INDEX_FIRST_SHARE,
  };
  if (kind < 0.1) return { moment: "opening", delayMs: share * OPENING_MS, ...rest };
  if (kind < 0.5) return { moment: "writing", delayMs: share * WRITING_MS, ...rest };
  return { moment: "indexing", delayMs: share * INDEXING_MS, ...rest };
}
