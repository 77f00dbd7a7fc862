import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../memos/index.js";
import { BaseFolder } from "../../../memos/store/index/base.js";
import { SearchIndex } from "../../../memos/store/index/searchIndex.js";
import { flush, openMemos, openStore, remember, textIn } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const BEN = { tenant: "acme", user: "ben" };

const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  "cut in half": (bytes) => bytes.subarray(0, bytes.length >> 1),
  emptied: () => Buffer.alloc(0),
  "with bits flipped all over": (bytes) =>
    bytes.map((byte, at) => (at % 97 === 0 ? byte ^ 0x55 : byte)) as Buffer,
};

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("whatever file of the index is damaged: a typed error or true answers, and a rebuild repairs it", async (t) => {
  const { memos, path } = await openMemos(t);
  const texts = new Map<string, string>();
  for (let n = 0; n < 30; n++) {
    const text = `The walrus counted to number${n}.`;
    texts.set(await remember(memos, text, ANA), text);
  }
  await memos.add("Ben's walrus is nobody's business.", BEN);
  await flush(await openStore(t, path));
  await memos.close();

  const store = await openStore(t, path);
  const { sequence } = await store.ledger.head("acme");
  /** As a process that has just started and has nothing of the index in memory. */
  const searched = async () => {
    const folder = await BaseFolder.open(join(path, "index"));
    const { candidates } = await new SearchIndex(store.ledger, folder, store.embedder, sequence).search({
      scope: ANA,
      terms: ["walru", "number3"],
      phrases: [],
      vector: null,
      types: undefined,
      now: Date.now(),
      keys: undefined,
      historic: [],
      also: [],
      limit: 100,
    });
    folder.close();
    const keys = candidates.map(({ key }) => key);
    return (await store.ledger.byKeys(keys, ANA, undefined)).map(({ cube }) => cube);
  };
  assert.equal((await searched()).length, texts.size);

  const files = await filesIn(join(path, "index"));
  let refusals = 0;
  for (const file of files) {
    const healthy = await readFile(file);
    for (const [how, damage] of Object.entries(DAMAGES)) {
      await writeFile(file, damage(healthy));
      try {
        for (const cube of await searched()) assert.equal(textIn(cube), texts.get(cube.id), `${file} ${how}`);
      } catch (error) {
        assert.ok(isMemosError(error, "INDEX_CORRUPT"), `${file} ${how}: ${String(error)}`);
        refusals++;
      }
    }
    await writeFile(file, healthy);
  }
  assert.ok(refusals > 5, "damage was noticed");

  for (const file of files) await writeFile(file, "damaged");
  const { memos: repaired } = await openMemos(t, { path });
  await repaired.rebuild();
  const { hits } = await repaired.search("walrus number3", ANA, { k: 100, channels: ["text"] });
  assert.equal(hits.length, texts.size);
});
