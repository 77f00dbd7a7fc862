import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistories } from "../../../bench/activation/histories.js";
import { temporaryFolder } from "../support.js";

test("whatever happens to memories, no prompt gets a state of what was, and nothing purged is left in a file", async (t) => {
  const path = await temporaryFolder(t);
  const { histories, prompts, restored, stale, left } = await runHistories(path, 40);
  assert.deepEqual({ histories, prompts, stale, left }, { histories: 40, prompts: 240, stale: 0, left: 0 });
  assert.ok(restored > 40, `${restored} prompts were restored`);
});
