import { seededRandom } from "../../eval/metrics/index.js";

/** When the writers of a cycle are killed, decided by the seed alone. */
export interface KillPlan {
  /** From when on the delay counts: the start, both stores open, or the index being written. */
  readonly moment: "opening" | "writing" | "indexing";
  readonly delayMs: number;
  /** Which of the writers dies first, and how long the others go on. */
  readonly first: number;
  readonly staggerMs: number;
}

const OPENING_MS = 700;
const WRITING_MS = 700;
/** A flush with its optimisation takes about this long. */
const INDEXING_MS = 500;
const STAGGER_MS = 250;

export function killPlan(seed: number, cycle: number, writers: number): KillPlan {
  const random = seededRandom(seed * 1_000_003 + cycle);
  const kind = random();
  const share = random();
  const first = Math.floor(random() * writers);
  const staggerMs = random() < 0.5 ? 0 : random() * STAGGER_MS;
  if (kind < 0.15) return { moment: "opening", delayMs: share * OPENING_MS, first, staggerMs };
  if (kind < 0.55) return { moment: "writing", delayMs: share * WRITING_MS, first, staggerMs };
  return { moment: "indexing", delayMs: share * INDEXING_MS, first, staggerMs };
}
