import assert from "node:assert/strict";
import { appendFile, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { verifyBackup } from "../../../memos/index.js";
import { openMemos, openStore, temporaryFolder } from "../support.js";
import { restored, SCOPE } from "./support.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const fileOf = (sha256: string) => join("blobs", sha256.slice(0, 2), sha256);

test("the next backup in a folder takes no room for files that are the same, and needs the one before for nothing", async (t) => {
  const { memos, path } = await openMemos(t);
  const { blobs } = await openStore(t, path);
  const same = await blobs.put(bytesOf("the same"), "text/plain");
  const gone = await blobs.put(bytesOf("gone later"), "text/plain");
  const folder = await temporaryFolder(t);
  const first = await memos.backup(folder);
  assert.deepEqual([first.files, first.reused], [3, 0]);
  await blobs.release(gone.sha256);
  const fresh = await blobs.put(bytesOf("new"), "text/plain");
  await memos.add("meanwhile", SCOPE);
  const second = await memos.backup(folder);
  assert.deepEqual([second.files, second.reused], [3, 1]);
  const inode = async (backup: string) => (await stat(join(backup, fileOf(same.sha256)))).ino;
  assert.equal(await inode(first.path), await inode(second.path));
  await assert.rejects(stat(join(second.path, fileOf(gone.sha256))), { code: "ENOENT" });
  await rm(first.path, { recursive: true });
  assert.equal((await verifyBackup(folder)).path, second.path);
  const copy = await restored(t, { backup: folder });
  assert.equal(await readFile(join(copy.path, fileOf(same.sha256)), "utf8"), "the same");
  assert.equal(await readFile(join(copy.path, fileOf(fresh.sha256)), "utf8"), "new");
  // The restored store is its own: writing to it changes no backup.
  await appendFile(join(copy.path, fileOf(same.sha256)), "!");
  await verifyBackup(folder);
});

test("damage in one backup is not handed on to the next", async (t) => {
  const { memos, path } = await openMemos(t);
  const { blobs } = await openStore(t, path);
  const { sha256 } = await blobs.put(bytesOf("precious"), "text/plain");
  const folder = await temporaryFolder(t);
  const first = await memos.backup(folder);
  await appendFile(join(first.path, fileOf(sha256)), "!");
  const second = await memos.backup(folder);
  assert.equal(second.reused, 0);
  await verifyBackup(second.path);
  assert.equal(await readFile(join(second.path, fileOf(sha256)), "utf8"), "precious");
});

test("a blob that goes while its store is backed up is in neither the backup nor its ledger", async (t) => {
  const { memos, path } = await openMemos(t);
  const { blobs } = await openStore(t, path);
  const [one, two] = [
    await blobs.put(bytesOf("one"), "text/plain"),
    await blobs.put(bytesOf("two"), "text/plain"),
  ];
  let released: Promise<void> | undefined;
  const receipt = await memos.backup(await temporaryFolder(t), {
    // The first file has been read, the second not: both go now.
    onProgress: () => {
      released ??= Promise.all([one, two].map(({ sha256 }) => blobs.release(sha256))).then(() => undefined);
    },
  });
  await released;
  const { missing } = await verifyBackup(receipt.path);
  const copy = await restored(t, { backup: receipt.path });
  const left = await openStore(t, copy.path);
  const named = (await left.ledger.blobs()).map(({ sha256 }) => fileOf(sha256));
  for (const file of named)
    assert.ok(missing.includes(file) === false && (await stat(join(copy.path, file))));
});
