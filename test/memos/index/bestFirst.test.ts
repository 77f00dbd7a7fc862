import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bestFirst } from "../../../memos/store/index/bestFirst.js";

test("the best come first, and among equals the lower key, as if all had been sorted", () => {
  const scores = fc.uniqueArray(fc.tuple(fc.nat(1_000), fc.integer({ min: -3, max: 3 })), {
    selector: ([key]) => key,
  });
  fc.assert(
    fc.property(scores, fc.nat(20), (entries, wanted) => {
      const sorted = entries.toSorted(([a, x], [b, y]) => y - x || a - b).map(([key]) => key);
      const taken: number[] = [];
      for (const key of bestFirst(new Map(entries))) {
        if (taken.length === wanted) break;
        taken.push(key);
      }
      assert.deepEqual(taken, sorted.slice(0, wanted));
    }),
  );
});
