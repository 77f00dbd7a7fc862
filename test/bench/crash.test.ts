import assert from "node:assert/strict";
import { test } from "node:test";
import { runCrashBench } from "../../bench/crash.js";

/** Where the machine is busy, all may be killed before their first receipt, which says nothing: then others are. */
const OTHER_SEEDS = [6, 7];

test("killed writers leave everything that was acknowledged, once and whole", async () => {
  let result = await runCrashBench({ cycles: 3, seed: 5 }, () => undefined);
  for (const seed of OTHER_SEEDS)
    if (result.acknowledged === 0) result = await runCrashBench({ cycles: 3, seed }, () => undefined);
  assert.deepEqual(result.problems, []);
  const { lost, duplicated, torn, broken, misindexed, refused } = result;
  assert.deepEqual(
    { lost, duplicated, torn, broken, misindexed, refused },
    { lost: 0, duplicated: 0, torn: 0, broken: 0, misindexed: 0, refused: 0 },
  );
  assert.equal(result.cycles, 3);
  assert.ok(result.acknowledged > 0);
  const { opening, writing, indexing } = result.killedWhile;
  assert.equal(opening + writing + indexing, 3);
});
