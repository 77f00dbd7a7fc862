import assert from "node:assert/strict";
import { test } from "node:test";
import { flush, found, openMemos, openStore, refused, WordEmbedder } from "../support.js";

const ANSWERS: Readonly<Record<string, (vectors: Float32Array[]) => Float32Array[]>> = {
  "vectors of another dimension": (vectors) => vectors.map((vector) => vector.slice(1)),
  "numbers that are none": (vectors) => vectors.map((vector) => vector.fill(Number.NaN, 3, 4)),
  "infinite numbers": (vectors) => vectors.map((vector) => vector.fill(Number.POSITIVE_INFINITY, 0, 1)),
  "fewer vectors than texts": (vectors) => vectors.slice(1),
  "more vectors than texts": (vectors) => [...vectors, ...vectors],
};

test("an embedder that answers with something else than vectors cannot poison the index", async (t) => {
  const { memos: healthy, path } = await openMemos(t);
  const store = await openStore(t, path);
  const scopes = Object.keys(ANSWERS).map((what) => ({ tenant: what }));
  for (const scope of scopes) await healthy.add("The oboe is black.", scope);
  await flush(store);

  for (const [what, spoil] of Object.entries(ANSWERS))
    await t.test(what, async (t) => {
      const scope = { tenant: what };
      const { memos } = await openMemos(t, { path, embedder: new WordEmbedder({ spoil }) });
      const { warnings } = await memos.add(["The walrus is grey.", "The pelican is white."], scope);
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ["EMBEDDING_INVALID"],
      );
      const { hits, receipt } = await memos.search("walrus", scope);
      assert.equal(hits.length, 1);
      assert.deepEqual(
        receipt.warnings.map(({ code }) => code),
        ["EMBEDDING_INVALID"],
      );
      await flush(store);
      assert.deepEqual(await found(memos, "pelican", scope), ["The pelican is white."]);
      await assert.rejects(memos.rebuild(), refused("EMBEDDING_INVALID"));
      assert.equal((await memos.stats(scope)).index.withoutVector, 2, "nothing of the answer was kept");
    });

  await t.test("and a healthy one makes up for it", async (t) => {
    const { memos } = await openMemos(t, { path });
    await memos.settled();
    for (const scope of scopes) {
      assert.equal((await memos.stats(scope)).index.withoutVector, 0);
      assert.equal((await memos.search("The walrus is grey.", scope)).hits.length, 3);
    }
  });
});
