import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "libsql";
import { indexDefects } from "../../bench/crash/indexRows.js";
import { readLedger } from "../../bench/crash/ledgerFile.js";
import { syntheticTexts } from "../../bench/text.js";
import { MemOS } from "../../memos/index.js";
import { temporaryFolder } from "../eval/temporaryFolder.js";

const SCOPE = { tenant: "a" };

/** A store of which most is in the base and the last few cubes are in the outbox. */
async function filledStore(context: TestContext): Promise<string> {
  const path = await temporaryFolder(context);
  const memos = await MemOS.open({ path });
  await memos.add(syntheticTexts(900, 0), SCOPE);
  await memos.add(syntheticTexts(300, 900), SCOPE);
  await memos.settled();
  await memos.add(syntheticTexts(5, 1_200), SCOPE);
  await memos.close();
  return path;
}

function spoil(path: string, sql: string): void {
  const db = new Database(join(path, "ledger.db"));
  db.exec(sql);
  db.close();
}

test("base and outbox together are the ledger", async (context) => {
  const path = await filledStore(context);
  const ledger = await readLedger(path);
  assert.equal(ledger.cubes.length, 1_205);
  assert.equal(ledger.partitions[0]?.rows, 1_200);
  assert.deepEqual(ledger.defects, []);
  assert.deepEqual(await indexDefects(path, ledger), []);
});

test("a cube that is neither in the base nor in the outbox is noticed", async (context) => {
  const path = await filledStore(context);
  spoil(path, "DELETE FROM outbox WHERE sequence = (SELECT max(sequence) FROM outbox)");
  assert.deepEqual(await indexDefects(path, await readLedger(path)), [
    "1 cubes are neither in the base nor in the outbox",
  ]);
});

test("a base that is not the one that the ledger names is noticed", async (context) => {
  const path = await filledStore(context);
  spoil(path, "UPDATE cubes SET state = 'forgotten' WHERE key = 7; UPDATE partitions SET rows = rows - 1");
  assert.deepEqual(await indexDefects(path, await readLedger(path)), [
    "1 base rows belong to no cube",
    "the ledger counts 1199 base rows, the base has 1200",
  ]);
});

test("versions that are missing are noticed", async (context) => {
  const path = await filledStore(context);
  spoil(
    path,
    "INSERT INTO versions SELECT key, 2, content, actor, operation, cause, recorded_at, hash, hash FROM versions WHERE key = 9",
  );
  assert.deepEqual((await readLedger(path)).defects, ["1 cubes have more or fewer versions than they count"]);
});
