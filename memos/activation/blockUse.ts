/** A use of so long ago counts half. */
const HALF_LIFE_DAYS = 7;
const HALF_LIFE = HALF_LIFE_DAYS * 86_400_000;

/** What is left of a number of uses that was counted at `usedAt`; times in milliseconds. */
export function fadedUses(uses: number, usedAt: number, at: number): number {
  return uses * 2 ** (-Math.max(0, at - usedAt) / HALF_LIFE);
}

/** With u uses a day for long, the fading sum settles at u · 7 / ln 2. */
export function usesPerDay(uses: number): number {
  return (uses * Math.LN2) / HALF_LIFE_DAYS;
}
