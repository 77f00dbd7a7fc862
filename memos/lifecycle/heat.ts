import type { Behaviour } from "../../memcube/index.js";

/** After this long without use, half of the heat is left. */
export const HALF_LIFE_DAYS = 30;

/** Heat below which a cube counts as cold: what one recall leaves after four half-lives. */
export const COLD_HEAT = 0.015;

/** How long a cube that was not used since it was written or changed counts as new and not as cold. */
export const NEW_DAYS = 90;

/** A rest of this long doubles what a use adds; a longer one adds no more than that. */
export const FULL_REST_DAYS = 30;

const DAY = 86_400_000;
const HALF_LIFE = HALF_LIFE_DAYS * DAY;

/**
 * What each kind of use adds, before the spacing, and what is left of the heat that was there. A memory that
 * was confirmed matters more than one that was merely put into a prompt; one that was corrected cools down.
 */
export const USES = {
  recalled: { adds: 0.25, keeps: 1 },
  cited: { adds: 1, keeps: 1 },
  confirmed: { adds: 2, keeps: 1 },
  outdated: { adds: 0, keeps: 0.5 },
  wrong: { adds: 0, keeps: 0.25 },
} as const;

export type UseKind = keyof typeof USES;

/** When heat was last written, in milliseconds since the epoch, and how much it was then. */
export interface Heat {
  readonly heat: number;
  readonly at: number | null;
}

/** Heat at a time: it halves every `HALF_LIFE_DAYS`, and is never more than it was when the clock is set back. */
export function heatAt({ heat, at }: Heat, now: number): number {
  return at === null || heat === 0 ? heat : heat * 2 ** (-Math.max(0, now - at) / HALF_LIFE);
}

/**
 * Heat after a use. A use after a rest counts more than one of many in a row (the spacing effect; the forgetting
 * curve of MemoryBank, arXiv 2305.10250, section 3): up to double after `FULL_REST_DAYS`.
 */
export function heatAfter(before: Heat, kind: UseKind, now: number): { heat: number; at: number } {
  const at = Math.max(before.at ?? now, now);
  const { adds, keeps } = USES[kind];
  const rest = before.at === null ? 0 : Math.min((at - before.at) / DAY, FULL_REST_DAYS);
  const spacing = 1 + Math.log1p(rest) / Math.log1p(FULL_REST_DAYS);
  return { heat: heatAt(before, at) * keeps + adds * spacing, at };
}

/** When a cube turns cold if it is not used again, in milliseconds since the epoch. */
export function coldAt({ heat, at }: Heat, changedAt: number): number {
  const unused = changedAt + NEW_DAYS * DAY;
  if (at === null || heat <= COLD_HEAT) return unused;
  return Math.max(unused, Math.ceil(at + HALF_LIFE * Math.log2(heat / COLD_HEAT)));
}

/** The most that use, the owner's priority, and doubts may move a score: by a factor, up and down. */
export const HEAT_SHARE = 0.1;
export const PRIORITY_SHARE = 0.1;
export const DOUBT_SHARE = 0.2;

/** The factor by which use moves a score: from 0.7 to 1.2, 1 for a cube that was never used or judged. */
export function useFactor(
  { priority, feedback }: Pick<Behaviour, "priority" | "feedback">,
  heat: number,
): number {
  const { useful, wrong, outdated } = feedback;
  const doubt = (wrong + outdated) / (1 + useful + wrong + outdated);
  return 1 + (HEAT_SHARE * heat) / (1 + heat) + (PRIORITY_SHARE * priority) / 100 - DOUBT_SHARE * doubt;
}
