import assert from "node:assert/strict";
import { test } from "node:test";
import { runLifecycleBench } from "../../bench/lifecycle.js";

test("the lifecycle bench pairs recalls with and without counting, and finds nothing that has expired", async () => {
  const { use, expiry } = await runLifecycleBench({ n: 300 }, () => {});
  assert.ok(use.countedP50ms > 0 && use.baseline.uncountedP50ms > 0);
  assert.equal(expiry.expired, 300);
  assert.equal(expiry.stale, 0);
});
