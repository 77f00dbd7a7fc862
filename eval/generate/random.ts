import { seededRandom } from "../metrics/index.js";

/** Draws from a seeded sequence: the same seed gives the same data on every machine. */
export interface Random {
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** Distinct items, in random order. */
  sample<T>(items: readonly T[], count: number): T[];
  shuffle<T>(items: readonly T[]): T[];
}

export function randomOf(seed: number): Random {
  const next = seededRandom(seed);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const shuffle = <T>(items: readonly T[]): T[] => {
    const shuffled = [...items];
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = between(0, at);
      [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
    }
    return shuffled;
  };
  return {
    between,
    shuffle,
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    sample: (items, count) => shuffle(items).slice(0, count),
  };
}
