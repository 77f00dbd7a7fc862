import assert from "node:assert/strict";
import { test } from "node:test";
import { runSearchBench } from "../../bench/search.js";

test("the search bench asks one tenant of fifty, one that is alone, and one grown by single adds", async () => {
  const result = await runSearchBench({ n: 300 }, () => undefined);
  assert.deepEqual([result.cubes, result.tenants, result.n], [300, 50, 6]);
  assert.deepEqual(Object.keys(result.byChannel), ["text", "vector", "exact", "recency", "graph"]);
  // A store this small compares every vector, so nothing may be missing.
  assert.equal(result.recallAt10VsExact, 1);
  assert.equal(result.oneTenant.n, 150);
  assert.equal(result.oneTenant.recallAt10VsExact, 1);
  assert.equal(result.afterSingleAdds.n, 60);
  assert.ok(result.rssMB > 0);
  assert.ok(result.open.firstSearchMs > result.open.openMs);
});
