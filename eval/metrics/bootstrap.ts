import { mean } from "./mean.js";
import { percentile } from "./percentile.js";

const RESAMPLES = 2_000;
const LEVEL = 95;

/** Mulberry32: a 32-bit generator that gives the same sequence for the same seed on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * 95 % interval of the mean by the percentile bootstrap (Efron, 1979): the spread of the means of resamples
 * drawn with replacement. It assumes no distribution, and the fixed seed makes a report reproducible.
 */
export function bootstrapInterval(values: readonly number[], seed = 1): [low: number, high: number] {
  const random = seededRandom(seed);
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(values.map(() => values[Math.floor(random() * values.length)] as number)),
  );
  const tail = (100 - LEVEL) / 2;
  return [percentile(means, tail), percentile(means, 100 - tail)];
}
