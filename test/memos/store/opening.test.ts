import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import Database from "libsql";
import type { ErrorCode } from "../../../memos/index.js";
import { isMemosError } from "../../../memos/index.js";
import {
  allOf,
  found,
  inLedgerFile,
  type Lifetime,
  openMemos,
  refused,
  temporaryFolder,
  textIn,
} from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

async function refusesUntouched(t: Lifetime, path: string, code: ErrorCode): Promise<void> {
  const file = join(path, "ledger.db");
  const before = await readFile(file);
  await assert.rejects(openMemos(t, { path }), refused(code));
  assert.deepEqual(await readFile(file), before, "not a byte of it was changed");
}

test("a store that a newer program wrote is left alone", async (t) => {
  const { memos, path } = await openMemos(t);
  await memos.add("text", ANA);
  await memos.close();
  const db = new Database(join(path, "ledger.db"));
  db.exec("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  await refusesUntouched(t, path, "STORE_NEWER");
});

test("a closed store holds nothing open: its ledger is one file, which can be copied and moved", async (t) => {
  const path = await temporaryFolder(t);
  for (let time = 0; time < 3; time++) {
    const { memos } = await openMemos(t, { path });
    await memos.add("text", ANA);
    await memos.search("text", ANA);
    await memos.close();
    const files = (await readdir(path)).filter((name) => name.startsWith("ledger.db"));
    assert.deepEqual(files, ["ledger.db"]);
  }
});

test("a SQLite file of another program is left alone", async (t) => {
  for (const statements of [
    "CREATE TABLE notes (text)",
    "PRAGMA user_version = 1",
    "PRAGMA application_id = 7; CREATE TABLE t (a)",
  ]) {
    const path = await temporaryFolder(t);
    const db = new Database(join(path, "ledger.db"));
    db.exec(statements);
    db.close();
    await refusesUntouched(t, path, "STORE_INVALID");
  }
});

test("a file that is no database is left alone", async (t) => {
  for (const bytes of [
    "not a database at all",
    "\u0000".repeat(4096),
    `SQLite format 3\u0000${"x".repeat(8192)}`,
  ]) {
    const path = await temporaryFolder(t);
    await writeFile(join(path, "ledger.db"), bytes);
    await refusesUntouched(t, path, "STORE_INVALID");
  }
});

test("a path that is a file, or a ledger that is a folder, is refused", async (t) => {
  const path = await temporaryFolder(t);
  await writeFile(join(path, "file"), "x");
  await assert.rejects(openMemos(t, { path: join(path, "file") }), refused("STORE_INVALID"));
  await mkdir(join(path, "store", "ledger.db"), { recursive: true });
  await assert.rejects(openMemos(t, { path: join(path, "store") }), refused("STORE_INVALID"));
});

test("a new store is made in a folder that is not there yet, for its owner only", async (t) => {
  const path = join(await temporaryFolder(t), "a", "b");
  const { memos } = await openMemos(t, { path });
  await memos.add("here", ANA);
  assert.deepEqual(await found(memos, "here", ANA), ["here"]);
  if (process.platform !== "win32") assert.equal((await stat(path)).mode & 0o077, 0);
});

test("a damaged ledger is reported, never read as something else", async (t) => {
  const { memos, path } = await openMemos(t);
  for (let n = 0; n < 50; n++) await memos.add(`walrus number${n}`, ANA);
  const texts = new Set((await allOf(memos, ANA)).map(({ payload }) => JSON.stringify(payload)));
  await memos.close();
  const file = join(path, "ledger.db");
  const db = new Database(file);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  const healthy = await readFile(file);
  for (const damage of [
    healthy.subarray(0, healthy.length >> 1),
    healthy.map((byte, at) => (at > 100 && at % 61 === 0 ? byte ^ 0x55 : byte)),
  ]) {
    await writeFile(file, damage);
    try {
      const { memos: damaged } = await openMemos(t, { path });
      const findings = await damaged.check();
      assert.ok(
        findings.some(({ ok }) => !ok),
        "the check sees it",
      );
      for (const { payload } of await allOf(damaged, ANA)) assert.ok(texts.has(JSON.stringify(payload)));
    } catch (error) {
      assert.ok(isMemosError(error), String(error));
      assert.notEqual(error.code, "INTERNAL", error.message);
    }
  }
});

test("a version that something else has changed is reported, by the check and in its history", async (t) => {
  const { memos, path } = await openMemos(t);
  const { written } = await memos.add("The walrus is grey.", ANA);
  const id = written[0]?.id ?? "";
  inLedgerFile(path, (db) => db.exec("UPDATE versions SET content = replace(content, 'grey', 'pink')"));
  assert.equal((await memos.history(id, ANA)).intact, false);
  const broken = (await memos.check()).filter(({ ok }) => !ok);
  assert.deepEqual(
    broken.map(({ name }) => name),
    ["version chains"],
  );
  assert.match(broken[0]?.detail ?? "", new RegExp(id));
});

/** How many threads this process has started so far, this one included. */
async function threadsStarted(): Promise<number> {
  const worker = new Worker("", { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
}

test("stores that are opened one after the other are served by the same threads, each with its own memory", async (t) => {
  const scope = { tenant: "acme" };
  const before = await threadsStarted();
  for (let turn = 0; turn < 5; turn++) {
    const { memos } = await openMemos(t);
    await memos.add(`turn ${turn}`, scope);
    assert.deepEqual((await allOf(memos, scope)).map(textIn), [`turn ${turn}`]);
    await memos.close();
    await assert.rejects(memos.add("too late", scope), refused("CLOSED"));
  }
  const started = (await threadsStarted()) - before - 1;
  assert.ok(started <= 2, `${started} threads for five stores`);
});
