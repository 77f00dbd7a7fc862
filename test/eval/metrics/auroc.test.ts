import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { auroc } from "../../../eval/metrics/index.js";

test("scores that tell everything apart have 1, the wrong way round 0", () => {
  assert.equal(auroc([0.8, 0.9], [0.1, 0.2, 0.3]), 1);
  assert.equal(auroc([0.1], [0.8, 0.9]), 0);
});

test("equal scores count half", () => {
  assert.equal(auroc([0.5, 0.5], [0.5]), 0.5);
  assert.equal(auroc([0.9, 0.4], [0.4, 0.1]), 0.875);
});

test("it is the share of pairs in the right order", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(scores, scores, (positives, negatives) => {
      let right = 0;
      for (const positive of positives)
        for (const negative of negatives) right += positive > negative ? 1 : positive === negative ? 0.5 : 0;
      const expected = right / (positives.length * negatives.length);
      assert.ok(Math.abs(auroc(positives, negatives) - expected) < 1e-9);
    }),
  );
});
