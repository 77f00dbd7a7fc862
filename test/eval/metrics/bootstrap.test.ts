import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapInterval, hundredths, mean, percent, seededRandom } from "../../../eval/metrics/index.js";

const coin = Array.from({ length: 100 }, (_, index) => index % 2);

test("the interval of the mean holds the mean and is as wide as theory says", () => {
  const [low, high] = bootstrapInterval(coin);
  assert.ok(low < mean(coin) && mean(coin) < high);
  // Normal approximation for 100 tosses: 0.5 ± 1.96 * 0.05.
  assert.ok(Math.abs(low - 0.402) < 0.02, String(low));
  assert.ok(Math.abs(high - 0.598) < 0.02, String(high));
});

test("the same seed gives the same interval, another seed another", () => {
  assert.deepEqual(bootstrapInterval(coin), bootstrapInterval(coin));
  const uneven = coin.map((value, index) => value * index);
  assert.notDeepEqual(bootstrapInterval(uneven, 1), bootstrapInterval(uneven, 2));
});

test("equal values have an interval without width", () => {
  assert.deepEqual(bootstrapInterval([0.25, 0.25, 0.25]), [0.25, 0.25]);
});

test("the seeded generator is uniform enough and stays in [0, 1)", () => {
  const random = seededRandom(42);
  const values = Array.from({ length: 10_000 }, random);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(mean(values) - 0.5) < 0.01);
});

test("figures are rounded to two decimals", () => {
  assert.equal(percent(0.512_49), 51.25);
  assert.equal(percent(1), 100);
  assert.equal(hundredths(1.005_1), 1.01);
});
