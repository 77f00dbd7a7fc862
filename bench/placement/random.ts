/** Draws from distributions, by a generator of numbers from 0 to 1 (`seededRandom`). */
export type Random = () => number;

/** From the exponential distribution. */
export function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random());
}

/** From the standard normal distribution (Box and Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** With mean 1 and this deviation of the logarithm. */
export function logNormal(deviation: number, random: Random): number {
  return Math.exp(deviation * normal(random) - deviation ** 2 / 2);
}

/** From the Poisson distribution: arrivals of exponential gaps are counted. */
export function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let at = exponential(1, random); at < mean; at += exponential(1, random)) count++;
  return count;
}

/** At least one, geometric. */
export function geometric(mean: number, random: Random): number {
  return mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));
}

/**
 * A rank from 0 below `count`, by Zipf's law with exponent 1: the inverse of the continuous distribution, which is
 * within one rank of the discrete one.
 */
export function zipfRank(count: number, random: Random): number {
  return Math.min(count - 1, Math.floor((count + 1) ** random()) - 1);
}

/** Another seed of a seed and a number, far from those of the numbers beside it. */
export function seedOf(seed: number, number: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** A hash of a number, from 0 to 2^32: the same on every machine. */
export function hashOf(number: number): number {
  return seedOf(0, number);
}
