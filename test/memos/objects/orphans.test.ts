import assert from "node:assert/strict";
import { access, mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { tablesOf } from "../../../bench/objects/indexedRows.js";
import { sha256 } from "../../../memcube/index.js";
import { OBJECT_LIMITS, type Scope } from "../../../memos/index.js";
import { BlobStore } from "../../../memos/store/blobStore.js";
import { BlobCache } from "../../../memos/store/objects/blobCache.js";
import { BucketBlobs } from "../../../memos/store/objects/bucketBlobs.js";
import { flush, found, openMemos, openStore, temporaryFolder } from "../support.js";
import { objectsIn, startS3 } from "./support.js";

const ACME: Scope = { tenant: "acme" };
const media = "application/octet-stream";
const bytesOf = (text: string) => new TextEncoder().encode(text);
const keyOf = (hash: string) => `of/ana/blobs/${hash.slice(0, 2)}/${hash}`;

test("what nobody refers to goes when it is an hour old by the clock of the bucket, and nothing else does", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server);
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  await memos.add("The walrus is grey.", ACME);
  await flush(store);
  const kept = await store.blobs.put(bytesOf("kept"), media);
  const orphan = sha256(bytesOf("orphan"));
  await server.objects.put(keyOf(orphan), Buffer.from("orphan"));
  await server.objects.put(
    "of/ana/index/p4711.lance/data/a.lance",
    Buffer.from("of a table that no ledger names"),
  );
  await server.objects.put("of/ana/other.txt", Buffer.from("not ours"));
  server.objects.begin("of/ana/index/p1.lance/data/half");
  const nothing = { blobs: 0, tables: 0, bytes: 0, uploads: 0 };
  assert.deepEqual(await memos.collectOrphans(), nothing, "all of it may be on its way into the ledger");

  server.advance(OBJECT_LIMITS.graceMs + 1_000);
  const young = sha256(bytesOf("young"));
  await server.objects.put(keyOf(young), Buffer.from("young"));
  const collected = await memos.collectOrphans({ dryRun: true });
  assert.deepEqual(collected, { blobs: 1, tables: 1, bytes: 37, uploads: 0 });
  assert.ok(server.objects.get(keyOf(orphan)), "this was only a look");
  assert.deepEqual(await memos.collectOrphans(), collected);
  assert.equal(server.objects.get(keyOf(orphan)), undefined);
  assert.ok(server.objects.get(keyOf(young)));
  assert.ok(server.objects.get("of/ana/other.txt"));
  assert.deepEqual(server.objects.list("of/ana/index/p4711.lance/"), []);
  assert.deepEqual(server.objects.list("of/ana/aside/"), []);
  assert.deepEqual(new Uint8Array(await store.blobs.get(kept.sha256)), bytesOf("kept"));
  assert.deepEqual(await found(memos, "walrus", ACME), ["The walrus is grey."]);

  server.advance(OBJECT_LIMITS.uploadGraceMs);
  assert.deepEqual(await memos.collectOrphans(), { blobs: 1, tables: 0, bytes: 5, uploads: 1 });
  assert.deepEqual(await memos.collectOrphans(), nothing);
});

test("old versions of a table stay for an hour for those who read them", async (t) => {
  const objects = objectsIn(await startS3(t));
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  await memos.add("The walrus is grey.", ACME);
  await flush(store);
  const old = (await store.ledger.head("acme")).partition;
  assert.ok(old);
  const reader = await store.folder.at(old.number, old.baseVersion);
  await memos.add("The pelican is white.", ACME);
  await flush(store);
  await memos.collectOrphans();
  const table = await (await tablesOf(path, objects)).openTable(`p${old.number}`);
  const versions = (await table.listVersions()).map(({ version }) => version);
  assert.ok(versions.includes(old.baseVersion));
  assert.equal(reader.rows, 1);
});

test("wherever the removal of a blob is when the same bytes are put again, they are kept", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server, { cacheBytes: 0 });
  const path = await temporaryFolder(t);
  const one = await openStore(t, path, undefined, objects);
  const two = await openStore(t, path, undefined, objects);
  const bytes = bytesOf("wanted again");
  const hash = sha256(bytes);
  for (const [name, first, second] of [
    ["putting during a removal", () => one.blobs.remove([hash]), () => two.blobs.put(bytes, media)],
    ["removing while it is put", () => two.blobs.put(bytes, media), () => one.blobs.remove([hash])],
  ] as const)
    for (let point = 0; ; point++) {
      await server.objects.put(keyOf(hash), Buffer.from(bytes));
      let requests = 0;
      let meanwhile: Promise<unknown> | undefined;
      server.done = async () => {
        if (meanwhile !== undefined || requests++ !== point) return;
        meanwhile = second();
        await meanwhile;
      };
      await first();
      server.done = () => undefined;
      if (meanwhile === undefined) {
        assert.ok(point > 0);
        await two.blobs.release(hash).catch(() => undefined);
        break;
      }
      assert.deepEqual(new Uint8Array(await one.blobs.get(hash)), bytes, `${name}, after request ${point}`);
      assert.deepEqual(server.objects.list("of/ana/aside/"), []);
      await two.blobs.release(hash);
      assert.equal(server.objects.get(keyOf(hash)), undefined);
    }
});

test("a blob whose removal was cut short is still read, and taken back when it is needed", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server, { cacheBytes: 0, attempts: 1 });
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  const { sha256: hash } = await store.blobs.put(bytesOf("needed"), media);
  const ledger = new Proxy(store.ledger, {
    get: (target, name) =>
      name === "blobs" ? () => Promise.reject(new Error("stopped")) : Reflect.get(target, name),
  });
  assert.ok(store.bucket);
  const stopped = new BlobStore(new BucketBlobs(store.bucket, new BlobCache(path, 0)), ledger);
  await assert.rejects(stopped.remove([hash]), /stopped/);
  assert.equal(server.objects.get(keyOf(hash)), undefined);
  assert.deepEqual(new Uint8Array(await store.blobs.get(hash)), bytesOf("needed"));
  server.advance(OBJECT_LIMITS.graceMs + 1_000);
  await memos.collectOrphans();
  assert.ok(server.objects.get(keyOf(hash)));
  assert.deepEqual(server.objects.list("of/ana/aside/"), []);
});

test("on disk the same is collected, by the times of the files", async (t) => {
  const { memos, path } = await openMemos(t);
  const store = await openStore(t, path);
  await memos.add("The walrus is grey.", ACME);
  await flush(store);
  const hash = sha256(bytesOf("orphan"));
  const blob = join(path, "blobs", hash.slice(0, 2), hash);
  const table = join(path, "index", "p4711.lance", "data", "a.lance");
  for (const file of [blob, table]) {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, "orphan");
  }
  assert.deepEqual(await memos.collectOrphans(), { blobs: 0, tables: 0, bytes: 0, uploads: 0 });
  for (const file of [blob, table]) await utimes(file, 1_000, 1_000);
  assert.deepEqual(await memos.collectOrphans(), { blobs: 1, tables: 1, bytes: 12, uploads: 0 });
  for (const file of [blob, table]) await assert.rejects(access(file));
  assert.deepEqual(await found(memos, "walrus", ACME), ["The walrus is grey."]);
});
