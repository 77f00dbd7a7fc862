import assert from "node:assert/strict";
import { test } from "node:test";
import { MemosError } from "../../../memcube/index.js";
import { unembeddedTenants } from "../../../memos/unembedded.js";
import { type Lifetime, openMemos, openStore, remember, WordEmbedder } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

/** Three cubes with their vectors, an embedder that can be taken down, and the rooms below. */
async function embedded(t: Lifetime) {
  const state = { down: false };
  const embedder = new WordEmbedder({
    before: () => {
      if (state.down) throw new MemosError("EMBEDDER_FAILED", "down");
    },
  });
  const { memos, path } = await openMemos(t, { embedder });
  const ids = [
    await remember(memos, "The walrus is grey.", ANA),
    await remember(memos, "The oboe is black.", ANA),
    await remember(memos, "The pelican is white.", ANA),
  ] as const;
  return { memos, path, ids, state, store: await openStore(t, path, embedder) };
}

test("a store that is opened again looks at no cube whose text is known to have its vector", async (t) => {
  const { store } = await embedded(t);
  // One cube at most: to have looked at any it would have to come back for the others.
  assert.deepEqual(await store.ledger.unembedded(store.embedder, 0, 1), { tenants: [], through: null });
});

test("a text that was changed while the embedder was down is looked for, until it has its vector", async (t) => {
  const { memos, store, ids, state } = await embedded(t);
  state.down = true;
  await memos.update(ids[1], { text: "The oboe is brown." }, ANA);
  assert.deepEqual([...(await unembeddedTenants(store.ledger, store.embedder))], ["acme"]);
  state.down = false;
  await memos.update(ids[1], { text: "The oboe is red." }, ANA);
  assert.deepEqual([...(await unembeddedTenants(store.ledger, store.embedder))], []);
});

test("a text without a vector is not looked for while it is forgotten, and is when it comes back", async (t) => {
  const { memos, store, ids, state } = await embedded(t);
  state.down = true;
  await memos.update(ids[0], { text: "The walrus is pink." }, ANA);
  await memos.forget(ids[0], ANA);
  assert.deepEqual([...(await unembeddedTenants(store.ledger, store.embedder))], []);
  await memos.lifecycle.recover(ids[0], ANA);
  assert.deepEqual([...(await unembeddedTenants(store.ledger, store.embedder))], ["acme"]);
});

test("a text that was added without a vector is looked for, however many come after it", async (t) => {
  const { memos, store, state } = await embedded(t);
  state.down = true;
  await memos.add("The tuba is gold.", ANA);
  state.down = false;
  await memos.add("The harp is tall.", ANA);
  assert.deepEqual([...(await unembeddedTenants(store.ledger, store.embedder))], ["acme"]);
});

test("what one embedder has made counts for nothing with another", async (t) => {
  const { memos, path, store: first } = await embedded(t);
  await memos.close();
  const embedder = new WordEmbedder({ name: "other" });
  const second = await openStore(t, path, embedder);
  assert.deepEqual([...(await unembeddedTenants(second.ledger, second.embedder))], ["acme"]);

  const { memos: again } = await openMemos(t, { path, embedder });
  await again.settled();
  assert.deepEqual([...(await unembeddedTenants(second.ledger, second.embedder))], []);
  assert.deepEqual(
    [...(await unembeddedTenants(first.ledger, first.embedder))],
    ["acme"],
    "its own are gone",
  );
});
