import assert from "node:assert/strict";
import { test } from "node:test";
import { FORGOTTEN_AT_ONCE } from "../../../../memos/index.js";
import { NoneEmbedder } from "../../../../memos/inference/none.js";
import { collect, openMemos, remember } from "../../support.js";

test("tombstones do not stand in the way of forgetting what is left", async (t) => {
  const { memos } = await openMemos(t, { embedder: new NoneEmbedder() });
  const scope = { tenant: "acme", user: "ana" };
  const texts = Array.from({ length: FORGOTTEN_AT_ONCE + 1 }, (_, n) => `walrus ${n}`);
  await collect(memos.addMany(texts, scope));
  const first = await memos.forgetting.forget({ all: true }, scope);
  assert.deepEqual([first.forgotten.length, first.more], [FORGOTTEN_AT_ONCE, true]);
  await remember(memos, "A pelican.", scope);
  const second = await memos.forgetting.forget({ all: true }, scope);
  assert.deepEqual([second.forgotten.length, second.more], [2, false]);
  assert.equal((await memos.census(scope)).cubes, 0);
});
