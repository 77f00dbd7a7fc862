import assert from "node:assert/strict";
import { test } from "node:test";
import { MemOS } from "../../../memos/index.js";
import { allOf, collect, openMemos, refused, temporaryFolder, UNKNOWN_ID, WordEmbedder } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

test("a closed store refuses everything with the same typed error", async (t) => {
  const { memos } = await openMemos(t);
  await memos.close();
  for (const attempt of [
    () => memos.add("text", ANA),
    () => collect(memos.addMany(["text"], ANA)),
    () => collect(memos.import([], ANA)),
    () => memos.search("q", ANA),
    () => memos.recall("q", ANA),
    () => memos.get(UNKNOWN_ID, ANA),
    () => memos.history(UNKNOWN_ID, ANA),
    () => memos.list(ANA),
    () => memos.update(UNKNOWN_ID, { tags: [] }, ANA),
    () => memos.forget(UNKNOWN_ID, ANA),
    () => memos.stats(ANA),
    () => collect(memos.export(ANA)),
    () => memos.rebuild(),
    () => memos.check(),
    () => memos.keys.list(),
    () => memos.keys.create("acme", "laptop"),
  ])
    await assert.rejects(attempt(), refused("CLOSED"));
  assert.equal((await memos.readiness()).ready, false);
});

test("closing twice is closing once, and nothing acknowledged is lost by it", async (t) => {
  const { memos, path } = await openMemos(t);
  assert.equal((await memos.readiness()).ready, true);
  const writes = Promise.allSettled(Array.from({ length: 20 }, (_, n) => memos.add(`note ${n}`, ANA)));
  await Promise.all([memos.close(), memos.close()]);
  await memos.close();
  const results = await writes;
  for (const result of results) if (result.status === "rejected") refused("CLOSED")(result.reason);
  const { memos: again } = await openMemos(t, { path });
  const acknowledged = results.filter(({ status }) => status === "fulfilled").length;
  assert.ok((await allOf(again, ANA)).length >= acknowledged);
});

test("a memory closes itself at the end of its block", async (t) => {
  const path = await temporaryFolder(t);
  const memos = await MemOS.open({ path, embedder: new WordEmbedder() });
  await memos[Symbol.asyncDispose]();
  await assert.rejects(memos.list(ANA), refused("CLOSED"));
});
