import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { judge, type Measurement, type Score } from "../../../../memos/parametric/gates/index.js";
import { gateResultSchema } from "../../../../memos/parametric/manifest.js";

function measured(recall: number, recognition: number, retention: number, n = 100): Measurement {
  const score = (right: number): Score => ({ right, n });
  return { recall: score(recall), recognition: score(recognition), retention: score(retention) };
}

const passes = (before: Measurement, after: Measurement, limits = {}) =>
  judge(before, after, limits).map(({ gate, passed }) => [gate, passed]);

test("an adapter that learned and forgot nothing passes, at the limits as well", () => {
  const all = [
    ["recall", true],
    ["recognition", true],
    ["retention", true],
  ];
  assert.deepEqual(passes(measured(2, 50, 93), measured(95, 99, 94)), all);
  assert.deepEqual(passes(measured(0, 50, 93), measured(80, 80, 90)), all);
});

test("each gate refuses by itself, in a sentence with its figures", () => {
  const refused = (after: Measurement) =>
    judge(measured(2, 50, 93), after).flatMap(({ gate, passed, why }) => (passed ? [] : [`${gate}: ${why}`]));
  assert.deepEqual(refused(measured(79, 99, 93)), [
    "recall: 79.0 % of 100 closed-book questions answered right (2.0 % without the adapter); at least 80.0 % would have been needed.",
  ]);
  assert.deepEqual(refused(measured(95, 79, 93)).length, 1);
  assert.match(refused(measured(95, 99, 89))[0] ?? "", /^retention: 89\.0 % .*at least 90\.0 %/);
});

test("other limits are taken, and limits out of range are refused", () => {
  const [before, after] = [measured(0, 50, 90), measured(50, 60, 80)];
  assert.ok(
    judge(before, after, { recall: 0.5, recognition: 0.6, retentionLoss: 0.1 }).every(({ passed }) => passed),
  );
  assert.throws(
    () => judge(before, after, { recall: 2 }),
    (error) => isMemosError(error, "INVALID_INPUT"),
  );
});

test("what was not asked is not passed, but for recognition where the engine cannot tell", () => {
  const nothing = measured(0, 0, 0, 0);
  assert.deepEqual(passes(nothing, nothing), [
    ["recall", false],
    ["recognition", true],
    ["retention", false],
  ]);
  assert.match(judge(nothing, nothing)[1]?.why ?? "", /^Not measured/);
});

test("measurements of different questions are refused", () => {
  assert.throws(
    () => judge(measured(0, 0, 0, 10), measured(0, 0, 0, 11)),
    (error) => isMemosError(error, "INVALID_INPUT"),
  );
});

test("results are what a manifest holds, and a better measurement never fails where a worse one passes", () => {
  const share = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(share, share, share, fc.array(share, { minLength: 3, maxLength: 3 }), (a, b, c, more) => {
      const before = measured(1, 20, 30, 40);
      const better = (at: number, value: number) => Math.min(40, value + (more[at] ?? 0));
      const worse = judge(before, measured(a, b, c, 40));
      const best = judge(before, measured(better(0, a), better(1, b), better(2, c), 40));
      for (const [at, result] of worse.entries()) {
        gateResultSchema.parse(result);
        assert.ok(!result.passed || best[at]?.passed === true);
      }
    }),
  );
});
