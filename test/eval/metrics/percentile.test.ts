import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mean, percentile } from "../../../eval/metrics/index.js";

test("percentiles interpolate between the two closest ranks", () => {
  const values = [40, 10, 30, 20];
  assert.equal(percentile(values, 0), 10);
  assert.equal(percentile(values, 50), 25);
  assert.equal(percentile(values, 100), 40);
  assert.ok(Math.abs(percentile(values, 95) - 38.5) < 1e-9);
  assert.equal(percentile([7], 95), 7);
});

test("the percentile and the mean of nothing are errors", () => {
  assert.throws(() => percentile([], 50), { code: "INVALID_INPUT" });
  assert.throws(() => percentile([1], 101), { code: "INVALID_INPUT" });
  assert.throws(() => mean([]), { code: "INVALID_INPUT" });
});

test("a percentile lies within the values, rises with p and does not reorder its input", () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.nat(100), fc.nat(100), (list, a, b) => {
      const copy = [...list];
      const [low, high] = [percentile(list, Math.min(a, b)), percentile(list, Math.max(a, b))];
      assert.ok(Math.min(...list) <= low && low <= high && high <= Math.max(...list));
      assert.deepEqual(list, copy);
    }),
  );
});
