import assert from "node:assert/strict";
import { test } from "node:test";
import { runGovernanceBench } from "../../bench/governance.js";

test("the governance bench measures decisions, reads and the audit", async () => {
  const result = await runGovernanceBench({ n: 200 });
  assert.deepEqual(Object.keys(result.spread), ["1", "10", "100", "1000"]);
  for (const { p50us, p99us } of Object.values(result.stacked)) assert.ok(p99us >= p50us && p50us > 0);
  assert.ok(result.get.principalP50ms > 0 && result.auditPerSecond > 0);
});
