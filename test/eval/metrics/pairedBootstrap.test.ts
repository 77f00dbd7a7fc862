import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pairedBootstrap } from "../../../eval/metrics/index.js";
import { refused } from "../../memos/support.js";

const value = fc.double({ min: 0, max: 1, noNaN: true });
const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 });

test("equal runs do not differ", () => {
  const { difference, ci95, p } = pairedBootstrap([0, 1, 1], [0, 1, 1]);
  assert.deepEqual([difference, ci95, p], [0, [0, 0], 1]);
});

test("the p of a clear difference is small, of a doubtful one is not", () => {
  const zeros = Array.from({ length: 50 }, () => 0);
  const few = zeros.map((_, at) => (at < 30 ? 1 : 0));
  assert.ok(pairedBootstrap(zeros, few).p < 0.001);
  // 11 against 9 of 20 that differ: the sign test says 0.82.
  const [first, second] = [
    zeros.map((_, at) => (at < 9 ? 1 : 0)),
    zeros.map((_, at) => (at >= 9 && at < 20 ? 1 : 0)),
  ];
  assert.ok(pairedBootstrap(first, second).p > 0.5);
});

test("exchanging the runs turns the difference round and leaves p", () =>
  fc.assert(
    fc.property(pairs, (drawn) => {
      const [first, second] = [drawn.map(([a]) => a), drawn.map(([, b]) => b)];
      const [there, back] = [pairedBootstrap(first, second), pairedBootstrap(second, first)];
      assert.ok(Math.abs(there.difference + back.difference) < 1e-12);
      assert.ok(Math.abs(there.p - back.p) < 1e-9);
      assert.ok(there.p > 0 && there.p <= 1);
      assert.ok(there.ci95[0] <= there.difference + 1e-9 && there.difference <= there.ci95[1] + 1e-9);
    }),
    { numRuns: 20 },
  ));

test("lists of different lengths are no pairs", () => {
  assert.throws(() => pairedBootstrap([1], [1, 0]), refused("INVALID_INPUT"));
});
