import assert from "node:assert/strict";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../../memcube/index.js";
import { BlobCache } from "../../../memos/store/objects/blobCache.js";
import { openStore, temporaryFolder } from "../support.js";
import { objectsIn, startS3 } from "./support.js";

const KILOBYTE = 1_000;

function blob(n: number): { readonly bytes: Uint8Array; readonly hash: string } {
  const bytes = new Uint8Array(KILOBYTE).fill(n);
  return { bytes, hash: sha256(bytes) };
}

const numbers = (length: number) => Array.from({ length }, (_, n) => n);

/** Which of the first blobs there are copies of. */
async function kept(folder: string, length: number): Promise<number[]> {
  const names = await readdir(folder);
  return numbers(length).filter((n) => names.includes(blob(n).hash));
}

/** Sets when a copy was last used, in seconds. */
async function used(folder: string, n: number, at: number): Promise<void> {
  await utimes(join(folder, blob(n).hash), at, at);
}

test("when copies take more than they may, those go that were used the longest ago, also after a restart", async (t) => {
  const folder = await temporaryFolder(t);
  const first = new BlobCache(folder, 10 * KILOBYTE);
  for (const n of numbers(10)) {
    await first.put(blob(n).hash, blob(n).bytes);
    await used(folder, n, 1_000 + n);
  }
  assert.deepEqual(await kept(folder, 10), numbers(10), "all that fit are kept");
  const again = new BlobCache(folder, 10 * KILOBYTE);
  assert.deepEqual(new Uint8Array((await again.get(blob(0).hash)) ?? []), blob(0).bytes);
  await again.put(blob(10).hash, blob(10).bytes);
  assert.deepEqual(await kept(folder, 11), [0, 3, 4, 5, 6, 7, 8, 9, 10], "the first was just used");
});

test("a blob that is larger than all copies may be is not copied, and a quota of nothing keeps nothing", async (t) => {
  const folder = await temporaryFolder(t);
  await new BlobCache(folder, KILOBYTE - 1).put(blob(1).hash, blob(1).bytes);
  await new BlobCache(folder, 0).put(blob(1).hash, blob(1).bytes);
  assert.deepEqual(await readdir(folder), []);
});

test("two processes share a folder of copies and its quota", async (t) => {
  const folder = await temporaryFolder(t);
  const caches = [new BlobCache(folder, 5 * KILOBYTE), new BlobCache(folder, 5 * KILOBYTE)];
  for (const n of numbers(20)) await caches[n % 2]?.put(blob(n).hash, blob(n).bytes);
  // Each looks when by its own account there is no room: together they hold less than twice the quota, and then fit.
  await Promise.all(numbers(20).map((n) => caches[n % 2]?.put(blob(n).hash, blob(n).bytes)));
  assert.ok((await kept(folder, 20)).length <= 10);
});

test("a copy with other bytes than its name says is never given out: the bucket is asked again", async (t) => {
  const server = await startS3(t);
  const path = await temporaryFolder(t);
  const { blobs } = await openStore(t, path, undefined, objectsIn(server));
  const { bytes, hash } = blob(7);
  await blobs.put(bytes, "application/octet-stream");
  const copy = join(path, "cache", hash);
  const asked = server.requests;
  assert.deepEqual(new Uint8Array(await blobs.get(hash)), bytes);
  assert.equal(server.requests, asked, "a copy spares the request");
  for (const damaged of [bytes.slice(1), new Uint8Array(KILOBYTE).fill(8), new Uint8Array()]) {
    await writeFile(copy, damaged);
    assert.deepEqual(new Uint8Array(await blobs.get(hash)), bytes);
  }
  assert.equal(server.requests, asked + 3);
  await blobs.release(hash);
  assert.deepEqual(await readdir(join(path, "cache")), [], "what is removed has no copy");
});
