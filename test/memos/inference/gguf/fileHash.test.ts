import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rename, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import { sha256OfFile } from "../../../../memos/inference/gguf/index.js";
import { temporaryFolder } from "../../../eval/temporaryFolder.js";

function hashOf(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("the hash of a file is that of its bytes, however many pieces they are", async (t) => {
  const folder = await temporaryFolder(t);
  for (const length of [0, 1, 4 * 1024 * 1024, 8 * 1024 * 1024 + 3]) {
    const bytes = new Uint8Array(length).map((_, at) => at * 13 + (at >> 9));
    await writeFile(join(folder, `${length}`), bytes);
    assert.equal(await sha256OfFile(join(folder, `${length}`)), hashOf(bytes));
  }
});

test("a file that was swapped under its name is noticed, be it as long and as old", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "model");
  await writeFile(path, "one");
  assert.equal(await sha256OfFile(path), hashOf("one"));
  const { atime, mtime } = await stat(path);
  await writeFile(join(folder, "other"), "two");
  await utimes(join(folder, "other"), atime, mtime);
  await utimes(path, atime, mtime);
  assert.equal(await sha256OfFile(path), hashOf("one"));
  await rename(join(folder, "other"), path);
  assert.equal(await sha256OfFile(path), hashOf("two"));
});

test("a file that did not change is not read again", async (t) => {
  const path = join(await temporaryFolder(t), "model");
  await writeFile(path, "one");
  const { atime, mtime } = await stat(path);
  await utimes(path, atime, mtime);
  assert.equal(await sha256OfFile(path), hashOf("one"));
  // Written in place and dated back: as the file system tells it, the same file.
  await writeFile(path, "two");
  await utimes(path, atime, mtime);
  assert.equal(await sha256OfFile(path), hashOf("one"));
  await writeFile(path, "three");
  assert.equal(await sha256OfFile(path), hashOf("three"));
});

test("hashing can be cancelled, and a missing file is the file system's error", async (t) => {
  const path = join(await temporaryFolder(t), "model");
  await assert.rejects(sha256OfFile(path), { code: "ENOENT" });
  await writeFile(path, "some");
  await assert.rejects(sha256OfFile(path, AbortSignal.abort()), (error) => isMemosError(error, "ABORTED"));
});
