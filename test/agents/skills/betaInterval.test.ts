import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { betaInterval } from "../../../agents/index.js";
import { betaQuantile } from "../../../agents/skills/betaInterval.js";

/** The last four by Simpson's rule over the density, the others in closed form. */
const KNOWN: readonly (readonly [a: number, b: number, low: number, high: number])[] = [
  [1, 1, 0.05, 0.95],
  [2, 1, Math.sqrt(0.05), Math.sqrt(0.95)],
  [1, 2, 1 - Math.sqrt(0.95), 1 - Math.sqrt(0.05)],
  [1, 10, 1 - 0.95 ** 0.1, 1 - 0.05 ** 0.1],
  [6, 2, 0.47929703, 0.9466245],
  [2, 6, 0.0533755, 0.52070297],
  [10, 3, 0.56189456, 0.92812974],
  [101, 51, 0.60044498, 0.72603346],
];

test("the quantiles of Beta are the known ones", () => {
  for (const [a, b, low, high] of KNOWN) {
    assert.ok(Math.abs(betaQuantile(0.05, a, b) - low) < 1e-7, `${a} ${b}`);
    assert.ok(Math.abs(betaQuantile(0.95, a, b) - high) < 1e-7, `${a} ${b}`);
  }
});

test("without an outcome everything is possible", () => {
  const { mean, low, high } = betaInterval(0, 0);
  assert.equal(mean, 0.5);
  assert.ok(Math.abs(low - 0.05) < 1e-9 && Math.abs(high - 0.95) < 1e-9);
});

test("the ends of the distribution are its quantiles of 0 and 1", () => {
  assert.equal(betaQuantile(0, 3, 4), 0);
  assert.equal(betaQuantile(1, 3, 4), 1);
});

const count = fc.integer({ min: 0, max: 400 });

test("the mean is inside the interval, and success and failure mirror each other", () => {
  fc.assert(
    fc.property(count, count, (worked, failed) => {
      const { mean, low, high } = betaInterval(worked, failed);
      assert.ok(0 < low && low < mean && mean < high && high < 1);
      const other = betaInterval(failed, worked);
      assert.ok(Math.abs(other.low - (1 - high)) < 1e-9);
      assert.ok(Math.abs(other.mean - (1 - mean)) < 1e-12);
    }),
    { numRuns: 200 },
  );
});

test("a success raises both ends, a failure lowers them", () => {
  fc.assert(
    fc.property(count, count, (worked, failed) => {
      const now = betaInterval(worked, failed);
      const better = betaInterval(worked + 1, failed);
      const worse = betaInterval(worked, failed + 1);
      assert.ok(better.low > now.low && better.high > now.high);
      assert.ok(worse.low < now.low && worse.high < now.high);
    }),
    { numRuns: 200 },
  );
});

test("many outcomes make the interval narrow around the rate", () => {
  const { low, high } = betaInterval(9_000, 1_000);
  assert.ok(low > 0.894 && high < 0.906);
});
