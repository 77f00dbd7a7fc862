import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { after, test } from "node:test";
import type { MemOS } from "../../../memos/index.js";
import {
  flush,
  found,
  gate,
  type Lifetime,
  openMemos,
  openStore,
  temporaryFolder,
  textIn,
  WordEmbedder,
} from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const TEXTS = Array.from({ length: 300 }, (_, n) => `walrus number${n}`);

const template = await temporaryFolder({ after });
{
  const embedder = new WordEmbedder({ name: "old" });
  const { memos } = await openMemos({ after }, { path: template, embedder });
  await memos.add(TEXTS.slice(0, 290), ANA);
  await flush(await openStore({ after }, template, embedder));
  await memos.add(TEXTS.slice(290), ANA);
  await memos.close();
}

/** A closed store with vectors of the embedder "old", in both tiers of the index. */
async function embeddedBefore(t: Lifetime): Promise<string> {
  const path = await temporaryFolder(t);
  await cp(template, path, { recursive: true });
  return path;
}

/** What the vectors alone find nearest to a text, and how near. */
async function nearest(
  memos: MemOS,
  text: string,
): Promise<{ text: string; similarity: number } | undefined> {
  const { hits } = await memos.search(text, ANA, { channels: ["vector"], k: 1, explain: true });
  const [hit] = hits;
  if (hit === undefined) return undefined;
  return { text: textIn(hit.cube), similarity: hit.explanation?.channels.vector?.score ?? Number.NaN };
}

async function assertVectorsWork(memos: MemOS): Promise<void> {
  for (const text of ["walrus number3", "walrus number295"]) {
    const hit = await nearest(memos, text);
    assert.equal(hit?.text, text);
    assert.ok(Math.abs((hit?.similarity ?? 0) - 1) < 1e-5, `similarity ${hit?.similarity} to itself`);
  }
  assert.deepEqual((await memos.search("walrus", ANA)).receipt.warnings, []);
  assert.equal((await memos.stats(ANA)).index.withoutVector, 0);
}

test("another embedder makes all vectors again, in the background", async (t) => {
  const path = await embeddedBefore(t);
  const embedder = new WordEmbedder({ name: "new" });
  const { memos } = await openMemos(t, { path, embedder });
  await memos.settled();
  await assertVectorsWork(memos);
  assert.equal(embedder.passages, TEXTS.length, "each text once");
  assert.equal((await memos.stats(ANA)).index.embedder, "new");
});

test("also one of another dimension", async (t) => {
  const path = await embeddedBefore(t);
  const { memos } = await openMemos(t, { path, embedder: new WordEmbedder({ dimension: 24 }) });
  await memos.settled();
  await assertVectorsWork(memos);
});

test("while vectors are made again, searches use the text, say so, and never compare vectors of two embedders", async (t) => {
  const path = await embeddedBefore(t);
  const held = gate();
  const embedder = new WordEmbedder({
    name: "new",
    before: (texts, purpose) => (purpose === "passage" && texts.length > 1 ? held.opened : undefined),
  });
  const { memos } = await openMemos(t, { path, embedder });
  const { hits, receipt } = await memos.search("walrus number3", ANA, { explain: true });
  assert.deepEqual(
    receipt.warnings.map(({ code }) => code),
    ["REEMBEDDING"],
  );
  assert.equal(textIn((hits[0] as (typeof hits)[number]).cube), "walrus number3");
  for (const { explanation } of hits) assert.equal(explanation?.channels.vector, undefined);

  await memos.add("a new pelican", ANA);
  assert.deepEqual(await found(memos, "pelican", ANA), ["a new pelican"]);
  const recalled = await memos.recall("walrus number3", ANA, { budget: 200 });
  assert.match(recalled.text, /number3/);

  held.open();
  await memos.settled();
  await assertVectorsWork(memos);
  assert.equal((await nearest(memos, "a new pelican"))?.text, "a new pelican");
});

test("a change that is cut short by closing is taken up at the next opening", async (t) => {
  const path = await embeddedBefore(t);
  const reached = gate();
  const { memos: interrupted } = await openMemos(t, {
    path,
    embedder: new WordEmbedder({
      name: "new",
      before: (texts, purpose) => {
        if (purpose === "query" || texts.length === 256) return undefined;
        reached.open();
        return new Promise(() => {});
      },
    }),
  });
  await reached.opened;
  await interrupted.close();
  const { memos } = await openMemos(t, { path, embedder: new WordEmbedder({ name: "new" }) });
  await memos.settled();
  await assertVectorsWork(memos);
});

test("a change that is given up leaves the embedder before usable", async (t) => {
  const path = await embeddedBefore(t);
  const { memos: tried } = await openMemos(t, {
    path,
    embedder: new WordEmbedder({ name: "new", before: () => new Promise(() => {}) }),
  });
  await tried.close();
  const { memos } = await openMemos(t, { path, embedder: new WordEmbedder({ name: "old" }) });
  await memos.settled();
  await assertVectorsWork(memos);
});

test("an embedder without vectors searches the text, and the vectors are still there afterwards", async (t) => {
  const path = await embeddedBefore(t);
  const { memos: without } = await openMemos(t, {
    path,
    embedder: new WordEmbedder({ name: "none", dimension: 0 }),
  });
  await without.settled();
  const { hits, receipt } = await without.search("walrus number3", ANA);
  assert.equal(textIn((hits[0] as (typeof hits)[number]).cube), "walrus number3");
  assert.deepEqual([receipt.warnings, receipt.channels.includes("vector")], [[], false]);
  await without.close();
  const embedder = new WordEmbedder({ name: "old" });
  const { memos } = await openMemos(t, { path, embedder });
  await memos.settled();
  await assertVectorsWork(memos);
  assert.equal(embedder.passages, 0, "nothing had to be embedded again");
});
