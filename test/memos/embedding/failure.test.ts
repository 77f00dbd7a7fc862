import assert from "node:assert/strict";
import { test } from "node:test";
import { MemosError, type OpenOptions } from "../../../memos/index.js";
import {
  collect,
  flush,
  found,
  gate,
  openMemos,
  openStore,
  refused,
  remember,
  temporaryFolder,
  textIn,
  WordEmbedder,
} from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

const FAILURES: Readonly<Record<string, () => never>> = {
  "the server does not answer": () => {
    throw new MemosError("EMBEDDER_FAILED", "The embedding server does not answer.");
  },
  "it throws something of its own": () => {
    throw new TypeError("cannot read properties of undefined");
  },
};

for (const [how, before] of Object.entries(FAILURES))
  test(`an embedder that fails costs no memory: ${how}`, async (t) => {
    const path = await temporaryFolder(t);
    const { memos } = await openMemos(t, { path, embedder: new WordEmbedder({ before }) });
    const { written, warnings } = await memos.add("The walrus is grey.", ANA);
    assert.equal(written.length, 1);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["EMBEDDER_FAILED"],
    );
    assert.match(warnings[0]?.message ?? "", /without a vector/);
    const many = await collect(memos.addMany(["The pelican is white.", "The oboe is black."], ANA));
    assert.deepEqual(
      many.flatMap((progress) => progress.warnings.map(({ code }) => code)),
      ["EMBEDDER_FAILED"],
    );
    const id = (written[0] as (typeof written)[0]).id;
    await memos.update(id, { text: "The walrus is pink." }, ANA);

    const { hits, receipt } = await memos.search("walrus", ANA);
    assert.deepEqual(
      hits.map(({ cube }) => textIn(cube)),
      ["The walrus is pink."],
    );
    assert.deepEqual(
      receipt.warnings.map(({ code }) => code),
      ["EMBEDDER_FAILED"],
    );
    assert.equal((await memos.stats(ANA)).index.withoutVector, 3);
    await flush(await openStore(t, path));
    assert.deepEqual(await found(memos, "pelican", ANA), ["The pelican is white."], "in the base as well");
    await memos.close();

    const embedder = new WordEmbedder();
    const { memos: later } = await openMemos(t, { path, embedder });
    await later.settled();
    assert.equal((await later.stats(ANA)).index.withoutVector, 0, "the vectors were made when it came back");
    const nearest = await later.search("The walrus is pink.", ANA, { channels: ["vector"], explain: true });
    const [hit] = nearest.hits;
    assert.ok(hit);
    assert.equal(hit.cube.id, id);
    assert.ok((hit.explanation?.channels.vector?.score ?? 0) > 0.9999);
  });

test("a text that is changed while its vector is made late keeps the vector of what it says now", async (t) => {
  const path = await temporaryFolder(t);
  const down = () => {
    throw new MemosError("EMBEDDER_FAILED", "down");
  };
  const { memos: first } = await openMemos(t, { path, embedder: new WordEmbedder({ before: down }) });
  const id = await remember(first, "old words entirely", ANA);
  await first.close();

  const held = gate();
  const reached = gate();
  let changing = false;
  const { memos } = await openMemos(t, {
    path,
    embedder: new WordEmbedder({
      before: (_, purpose) => {
        if (purpose === "query" || changing) return undefined;
        reached.open();
        return held.opened;
      },
    }),
  });
  await reached.opened;
  changing = true;
  await memos.update(id, { text: "quite other vocabulary" }, ANA);
  held.open();
  await memos.settled();
  const { hits } = await memos.search("quite other vocabulary", ANA, { channels: ["vector"], explain: true });
  assert.ok((hits[0]?.explanation?.channels.vector?.score ?? 0) > 0.9999);
});

test("a rebuild that needs an embedder that is down fails and leaves the index as it was", async (t) => {
  const path = await temporaryFolder(t);
  let down = true;
  const embedder = new WordEmbedder({
    before: () => {
      if (down) throw new MemosError("EMBEDDER_FAILED", "down");
    },
  });
  const options: Partial<OpenOptions> = { path, embedder };
  const { memos } = await openMemos(t, options);
  await memos.add("The walrus is grey.", ANA);
  await flush(await openStore(t, path));
  await assert.rejects(memos.rebuild(), refused("EMBEDDER_FAILED"));
  assert.deepEqual(await found(memos, "walrus", ANA), ["The walrus is grey."]);
  down = false;
  await memos.rebuild();
  assert.equal((await memos.stats(ANA)).index.withoutVector, 0);
  assert.deepEqual(await found(memos, "walrus", ANA), ["The walrus is grey."]);
});
