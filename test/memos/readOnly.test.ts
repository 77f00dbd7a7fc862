import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddInput } from "../../memos/index.js";
import {
  allOf,
  collect,
  flush,
  found,
  openMemos,
  openStore,
  refused,
  remember,
  temporaryFolder,
} from "./support.js";

const ANA = { tenant: "acme", user: "ana" };

test("a store opened for reading refuses every write and answers every read", async (t) => {
  const { memos: writer, path } = await openMemos(t);
  const id = await remember(writer, "The walrus is grey.", ANA);
  await flush(await openStore(t, path));
  await writer.add("The pelican is white.", ANA);
  const exported = await collect(writer.export(ANA));

  const { memos } = await openMemos(t, { path, readOnly: true });
  await assert.rejects(memos.add("text", ANA), refused("READ_ONLY"));
  await assert.rejects(memos.add("" as AddInput, ANA), refused("READ_ONLY"));
  await assert.rejects(memos.addMany(["text"], ANA).next(), refused("READ_ONLY"));
  await assert.rejects(memos.import(exported, ANA).next(), refused("READ_ONLY"));
  await assert.rejects(memos.update(id, { text: "changed" }, ANA), refused("READ_ONLY"));
  await assert.rejects(memos.forget(id, ANA), refused("READ_ONLY"));
  await assert.rejects(memos.rebuild(), refused("READ_ONLY"));
  await assert.rejects(memos.keys.create("acme", "laptop"), refused("READ_ONLY"));

  assert.deepEqual(await found(memos, "walrus", ANA), ["The walrus is grey."]);
  assert.deepEqual(await found(memos, "pelican", ANA), ["The pelican is white."]);
  assert.equal((await memos.search("The walrus is grey.", ANA)).receipt.warnings.length, 0);
  assert.match((await memos.recall("walrus", ANA)).text, /walrus/);
  assert.equal((await memos.get(id, ANA)).version, 1);
  assert.equal((await memos.history(id, ANA)).intact, true);
  assert.equal((await allOf(memos, ANA)).length, 2);
  assert.equal((await memos.stats(ANA)).cubes, 2);
  assert.deepEqual(await collect(memos.export(ANA)), exported);
  assert.deepEqual(await memos.keys.list(), []);

  await writer.update(id, { text: "The walrus is pink." }, ANA);
  await writer.add("The oboe is black.", ANA);
  assert.deepEqual(await found(memos, "oboe", ANA), ["The oboe is black."], "what others write is seen");
  assert.deepEqual(await found(memos, "pink", ANA), ["The walrus is pink."]);
});

test("there is nothing to open for reading in an empty folder", async (t) => {
  const path = await temporaryFolder(t);
  await assert.rejects(openMemos(t, { path, readOnly: true }), refused("STORE_INVALID"));
});
