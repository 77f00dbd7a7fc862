import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ndcgAtK } from "../../../eval/metrics/index.js";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

test("places are discounted as LongMemEval does it: the first two not, the third by log2(3)", () => {
  const gold = new Set(["a"]);
  near(ndcgAtK(["a", "b", "c"], gold, 3), 1);
  near(ndcgAtK(["b", "a", "c"], gold, 3), 1);
  near(ndcgAtK(["b", "c", "a"], gold, 3), 1 / Math.log2(3));
  near(ndcgAtK(["b", "c", "a"], gold, 2), 0);
  near(ndcgAtK(["a", "x", "b"], new Set(["a", "b"]), 3), (1 + 1 / Math.log2(3)) / 2);
});

test("more gold than places is measured against what the places can hold", () => {
  near(ndcgAtK(["a", "b"], new Set(["a", "b", "c"]), 2), 1);
});

test("it is 0 to 1, and 1 when the gold is in front", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { minLength: 1 }),
      fc.nat(),
      fc.integer({ min: 1, max: 20 }),
      (items, cut, k) => {
        const gold = items.slice(0, 1 + (cut % items.length));
        near(ndcgAtK(items, new Set(gold), k), 1);
        const value = ndcgAtK([...items].reverse(), new Set(gold), k);
        assert.ok(value >= 0 && value <= 1 + 1e-12);
      },
    ),
  ));
