import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { verifyBackup } from "../../../memos/index.js";
import { allOf, found, inLedgerFile, openMemos, temporaryFolder, textIn } from "../support.js";
import { restored, SCOPE, startWriter } from "./support.js";

test("a backup of a store that others write to has all that was acknowledged before it began, and restores whole", async (t) => {
  const { memos, path } = await openMemos(t);
  const folder = await temporaryFolder(t);
  const writers = [await startWriter(t, path, "alpha"), await startWriter(t, path, "beta")];
  for (const writer of writers) writer.begin();
  const taken = [];
  for (const wanted of [10, 30]) {
    await Promise.all(writers.map((writer) => writer.reached(wanted)));
    const before = writers.flatMap(({ acknowledged }) => [...acknowledged]);
    taken.push({ before, receipt: await memos.backup(folder) });
  }
  const during = writers.map(({ acknowledged }) => acknowledged.length);
  for (const writer of writers) await writer.kill();
  assert.equal((await readdir(folder)).length, 2);
  for (const { before, receipt } of taken) {
    assert.ok(during.reduce((sum, count) => sum + count) > before.length, "they went on meanwhile");
    await verifyBackup(receipt.path);
    const copy = await restored(t, { backup: receipt.path });
    const texts = new Set((await allOf(copy.memos, SCOPE)).map(textIn));
    assert.deepEqual([texts.size, copy.receipt.rows], [receipt.cubes, receipt.cubes]);
    for (const text of before) assert.ok(texts.has(text), `${text} was acknowledged`);
    // Of each writer a beginning without a gap: the state of one instant.
    for (const name of ["alpha", "beta"]) {
      const own = [...texts].filter((text) => text.startsWith(`note ${name}`));
      for (let n = 0; n < own.length; n++) assert.ok(texts.has(`note ${name}${n}`));
    }
    assert.deepEqual(await found(copy.memos, "alpha9", SCOPE), ["note alpha9"]);
    assert.deepEqual(
      (await copy.memos.check()).filter(({ ok }) => !ok),
      [],
    );
    assert.equal((await copy.memos.audit.verify("acme")).intact, true);
  }
});

test("a copy has no lease of the processes that had the store open", async (t) => {
  const { memos, path } = await openMemos(t);
  await memos.add("one", SCOPE);
  inLedgerFile(path, (db) =>
    db.exec(
      `INSERT OR REPLACE INTO leases (name, holder, expires_at) VALUES ('flush', 'x', ${Date.now() + 1e9})`,
    ),
  );
  const { path: backup } = await memos.backup(await temporaryFolder(t));
  const copied = inLedgerFile(backup, (db) => db.prepare("SELECT * FROM leases").all());
  assert.deepEqual(copied, []);
  assert.deepEqual((await readdir(backup)).sort(), ["ledger.db", "manifest.json"]);
  assert.equal((await restored(t, { backup })).receipt.cubes, 1);
});

test("a backup can be made from a process that only reads", async (t) => {
  const { memos, path } = await openMemos(t);
  await memos.add("one", SCOPE);
  const reader = await openMemos(t, { path, readOnly: true });
  const { path: backup } = await reader.memos.backup(join(await temporaryFolder(t), "new", "folder"));
  const copy = await restored(t, { backup });
  assert.deepEqual((await allOf(copy.memos, SCOPE)).map(textIn), ["one"]);
});
