import assert from "node:assert/strict";
import { test } from "node:test";
import { withTemporaryStore } from "../../eval/temporaryStore.js";
import { MemOS, StaticEmbedder } from "../../memos/index.js";
import { temporaryFolder } from "./temporaryFolder.js";

const SCOPE = { tenant: "eval" };

/** What a recall before a search moves the score of its best result by, if it does. */
async function movedBy(memos: MemOS): Promise<number | undefined> {
  await memos.add([{ text: "Orla keeps bees in Quillmere." }], SCOPE);
  await memos.recall("Who keeps bees?", SCOPE);
  await memos.settled();
  const { hits } = await memos.search("Who keeps bees?", SCOPE, { channels: ["text"], explain: true });
  assert.equal(hits.length, 1);
  return hits[0]?.explanation?.use;
}

test("in the store of an evaluation no question moves the ranking of another, as it does elsewhere", async (context) => {
  const embedder = await StaticEmbedder.load();
  assert.equal(await withTemporaryStore(embedder, movedBy), undefined);
  const memos = await MemOS.open({ path: await temporaryFolder(context), embedder });
  context.after(() => memos.close());
  assert.ok(((await movedBy(memos)) ?? 1) > 1);
});
