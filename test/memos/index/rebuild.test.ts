import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { MemOS, Scope, SearchResult } from "../../../memos/index.js";
import { allOf, flush, found, gate, openMemos, openStore, refused, remember } from "../support.js";

const ANA: Scope = { tenant: "acme", user: "ana" };
const OTHER: Scope = { tenant: "globex" };
const QUERIES = ["cat", "moved to Lisbon", '"grey cat"', "latest news", "nothing of the kind"];

/** Base and delta, a session, a repetition, a change and something forgotten: all that an index row depends on. */
async function fill(memos: MemOS, path: string, t: Parameters<typeof openStore>[0]): Promise<void> {
  const store = await openStore(t, path);
  const session = { ...ANA, session: "s" };
  await memos.add(["My cat is grey.", "Her name is Zelda.", "We moved to Lisbon in March."], session);
  const changed = await remember(memos, "The cat sleeps all day.", ANA);
  const gone = await remember(memos, "The cat is called Bob.", ANA);
  await memos.add("Another tenant has a cat too.", OTHER);
  await flush(store);
  await memos.add({ text: "my cat is grey", title: "Repetition" }, ANA);
  await memos.update(changed, { text: "The cat sleeps all night." }, ANA);
  await memos.forget(gone, ANA);
  await memos.add({ text: "A grey cat came by.", keywords: ["visitor"] }, ANA);
}

/** Ids, order and duplicates of every answer, and what the words scored. */
async function answers(memos: MemOS): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const query of QUERIES)
    for (const scope of [ANA, OTHER]) {
      const { hits } = await memos.search(query, scope, { explain: true });
      results.push(
        hits.map(({ cube, duplicates, explanation }) => [cube.id, duplicates, words(explanation)]),
      );
    }
  return results;
}

function words(explanation: SearchResult["hits"][number]["explanation"]): string | undefined {
  return explanation?.channels.text?.score.toFixed(9);
}

test("without its folder the index is reported as corrupt, with the remedy, and nothing else stops", async (t) => {
  const first = await openMemos(t);
  await fill(first.memos, first.path, t);
  await first.memos.close();
  await rm(join(first.path, "index"), { recursive: true });
  const { memos } = await openMemos(t, { path: first.path });
  await assert.rejects(memos.search("cat", ANA), (error: unknown) => {
    refused("INDEX_CORRUPT")(error);
    assert.match((error as { remedy: string }).remedy, /rebuild/);
    return true;
  });
  await assert.rejects(memos.recall("cat", ANA), refused("INDEX_CORRUPT"));
  const id = await remember(memos, "The cat is on the roof.", ANA);
  assert.equal((await memos.get(id, ANA)).id, id);
  assert.ok((await allOf(memos, ANA)).length > 5);
  const findings = await memos.check();
  assert.deepEqual(
    findings.filter(({ ok }) => !ok).map(({ name }) => name),
    ["index"],
  );
  const { tenants, rows } = await memos.rebuild();
  assert.deepEqual([tenants, rows], [2, 8]);
  assert.ok((await found(memos, "roof", ANA)).length === 1, "also what came while there was no index");
});

test("a rebuilt index gives every answer that the old one gave", async (t) => {
  const { memos, path } = await openMemos(t);
  await fill(memos, path, t);
  await flush(await openStore(t, path));
  const before = await answers(memos);
  await memos.rebuild();
  assert.deepEqual(await answers(memos), before, "in the process that rebuilt it");
  const { memos: other } = await openMemos(t, { path });
  assert.deepEqual(await answers(other), before, "in another");
  await memos.close();
  await other.close();
  await rm(join(path, "index"), { recursive: true });
  const { memos: again } = await openMemos(t, { path });
  await again.rebuild();
  assert.deepEqual(await answers(again), before, "and from nothing but the ledger");
});

test("searches and writes go on while the index is rebuilt, here and in another process", async (t) => {
  const { memos, path } = await openMemos(t);
  await fill(memos, path, t);
  const { memos: other } = await openMemos(t, { path });
  const rebuilding = gate();
  const done = memos.rebuild({ onProgress: () => rebuilding.open() });
  await rebuilding.opened;
  let finished = false;
  const end = done.then(() => {
    finished = true;
  });
  for (let n = 0; n < 5 || !finished; n++) {
    const [writer, reader] = n % 2 === 0 ? [memos, other] : [other, memos];
    await writer.add(`The cat said word${n}.`, ANA);
    assert.equal((await found(reader, `word${n}`, ANA)).length, 1);
    assert.ok((await found(reader, "Lisbon", ANA)).length >= 1);
  }
  await end;
  assert.equal((await found(other, "word0", ANA)).length, 1);
});

test("a tenant that has forgotten everything can be rebuilt and searched", async (t) => {
  const { memos } = await openMemos(t);
  await memos.forget(await remember(memos, "gone", ANA), ANA);
  assert.deepEqual((await memos.rebuild()).rows, 0);
  assert.deepEqual(await found(memos, "gone", ANA), []);
  await memos.add("back again", ANA);
  assert.deepEqual(await found(memos, "again", ANA), ["back again"]);
});

test("an empty store is rebuilt to an empty index", async (t) => {
  const { memos } = await openMemos(t);
  const { tenants, rows } = await memos.rebuild();
  assert.deepEqual([tenants, rows], [0, 0]);
});
