import assert from "node:assert/strict";
import { test } from "node:test";
import { runWritersBench } from "../../bench/writers.js";

test("two processes add to one store without an error and without losing a cube", async () => {
  const result = await runWritersBench({ n: 300 }, () => undefined);
  assert.deepEqual(
    [result.processes, result.adds, result.errors, result.cubes],
    [2, 600, 0, 600],
    "what was added is there",
  );
  assert.equal(result.searchable.found, result.searchable.sampled);
});
