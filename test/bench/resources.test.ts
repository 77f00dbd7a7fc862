import assert from "node:assert/strict";
import { test } from "node:test";
import { runResourcesBench } from "../../bench/resources.js";

test("every page of a long PDF is cited by a chunk, and nothing is written the second time", async () => {
  const result = await runResourcesBench({ pages: 60 }, () => undefined);
  assert.equal(result.pages, 60);
  assert.ok(result.chunks >= 60);
  assert.deepEqual([result.uncited, result.pagesWithoutChunk], [0, 0]);
  assert.equal(result.again.status, "unchanged");
  assert.ok(result.rssMB >= result.ownRssMB);
  assert.ok(result.baseline.pagesPerSecond > 0);
});
