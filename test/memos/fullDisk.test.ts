import assert from "node:assert/strict";
import { test } from "node:test";
import { isMemosError } from "../../memos/index.js";
import { allOf, found, openMemos, refused, textIn } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const ROOM = 600_000;

/** Writes until the ledger refuses, and what was acknowledged before. */
async function fill(memos: Awaited<ReturnType<typeof openMemos>>["memos"]): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; ; n++) {
    const text = `walrus number${n} ${"padding ".repeat(500)}`;
    try {
      await memos.add(text, ANA);
    } catch (error) {
      refused("DISK_FULL")(error);
      return acknowledged;
    }
    acknowledged.push(text);
    assert.ok(n < 1_000, "the limit was never reached");
  }
}

test("a full disk is reported, keeps what was acknowledged, and reads go on", async (t) => {
  const { memos, path } = await openMemos(t, { maxLedgerBytes: ROOM });
  const acknowledged = await fill(memos);
  assert.ok(acknowledged.length > 10);
  await assert.rejects(memos.add(`more ${"padding ".repeat(2_000)}`, ANA), refused("DISK_FULL"));

  const texts = (await allOf(memos, ANA)).map(textIn);
  assert.deepEqual(texts, acknowledged, "all of it and nothing half done");
  assert.equal((await found(memos, "walrus", ANA, { k: 1_000 })).length, acknowledged.length);
  assert.equal((await found(memos, "number3", ANA)).length, 1);
  assert.ok((await memos.recall("walrus", ANA)).items.length > 0);
  assert.equal((await memos.stats(ANA)).cubes, acknowledged.length);
  await memos.close();

  const { memos: roomier } = await openMemos(t, { path, maxLedgerBytes: 10 * ROOM });
  await roomier.add("a pelican", ANA);
  assert.deepEqual(await found(roomier, "pelican", ANA), ["a pelican"]);
  assert.deepEqual(
    (await roomier.check()).filter(({ ok }) => !ok),
    [],
  );
});

test("a stream that fills the disk ends with the error, and its last receipt was true", async (t) => {
  const { memos } = await openMemos(t, { maxLedgerBytes: ROOM });
  const long = "padding ".repeat(500);
  let added = 0;
  const stream = async () => {
    const source = (function* () {
      for (let n = 0; ; n++) yield `walrus number${n} ${long}`;
    })();
    for await (const progress of memos.addMany(source, ANA)) added = progress.added;
  };
  await assert.rejects(stream(), (error: unknown) => isMemosError(error, "DISK_FULL"));
  assert.equal((await allOf(memos, ANA)).length, added);
});
