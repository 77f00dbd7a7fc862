import { MemosError } from "../../memcube/index.js";
import { seededRandom } from "./bootstrap.js";
import { mean } from "./mean.js";
import { percentile } from "./percentile.js";

const RESAMPLES = 10_000;

export interface PairedDifference {
  /** Mean of second minus first. */
  readonly difference: number;
  /** 95 % interval of it. */
  readonly ci95: readonly [low: number, high: number];
  /** Two-sided: how often a difference of at least this size comes about when there is none. */
  readonly p: number;
}

/**
 * The paired bootstrap test (Efron and Tibshirani, 1993, 16.4): the same questions were asked of both, so the
 * differences of the pairs are resampled, and for p the differences less their mean.
 *
 * @throws MemosError INVALID_INPUT for pairs that are none, or no values.
 */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  seed = 1,
): PairedDifference {
  if (first.length !== second.length)
    throw new MemosError("INVALID_INPUT", "pairs have two values each: the lists are not equally long");
  const differences = second.map((value, at) => value - (first[at] as number));
  const difference = mean(differences);
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < differences.length; draw++)
      sum += differences[Math.floor(random() * differences.length)] as number;
    return sum / differences.length;
  });
  // One resample more, the sample itself, keeps p above zero (Davison and Hinkley, 1997, 4.2.2).
  const asFar = means.filter((value) => Math.abs(value - difference) >= Math.abs(difference) - 1e-12).length;
  const sorted = [...means];
  return {
    difference,
    ci95: [percentile(sorted, 2.5), percentile(sorted, 97.5)],
    p: (asFar + 1) / (RESAMPLES + 1),
  };
}
