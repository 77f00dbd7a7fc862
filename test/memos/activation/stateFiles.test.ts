import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ask } from "../chat/support.js";
import { remember } from "../support.js";
import { ANA, ONLY, openCompiling, QUESTION, RULE, states } from "./support.js";

test("states of what memories said before do not pile up", async (t) => {
  const { memos, path } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  for (let round = 0; round < 5; round++) {
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
    assert.equal((await states(path)).length, 1);
    await memos.update(id, { text: `Ana speaks ${round} languages.` }, ANA);
  }
});

test("a state that cannot be compressed is given up when there is no room for it", async (t) => {
  const { memos, path } = await openCompiling(t, { activations: { automatic: false, fileBytes: 0 } });
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const receipt = await memos.activations.tidy();
  assert.deepEqual(receipt, { compressed: 0, dropped: 1, removed: 0, fileBytes: 0, compressedBytes: 0 });
  assert.deepEqual(await states(path), []);
  assert.ok((await ask(memos, QUESTION, ANA, ONLY)).answer.length > 0);
});

test("what stands in the folder and belongs to nothing is removed, what another process writes is not", async (t) => {
  const { memos, path } = await openCompiling(t);
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const folder = join(path, "activation");
  await writeFile(join(folder, `${"0".repeat(64)}.kv`), "nothing");
  await writeFile(join(folder, "underway.part"), "half");
  assert.equal((await memos.activations.tidy()).removed, 1);
  assert.equal((await states(path)).length, 2);
});
