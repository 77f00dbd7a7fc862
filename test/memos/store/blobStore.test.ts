import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256 } from "../../../memcube/index.js";
import type { Store } from "../../../memos/store/store.js";
import { objectsIn, startS3 } from "../objects/support.js";
import { openStore, refused, temporaryFolder } from "../support.js";

const media = "application/octet-stream";
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A store, and a hand at what lies under its blobs. */
interface Place {
  readonly name: string;
  readonly store: Store;
  /** The names of what is kept. */
  readonly names: () => Promise<string[]>;
  readonly replace: (hash: string, bytes: Uint8Array) => Promise<unknown>;
  readonly lose: (hash: string) => Promise<unknown>;
}

async function onDisk(): Promise<Place> {
  const path = await temporaryFolder({ after });
  const fileOf = (hash: string) => join(path, "blobs", hash.slice(0, 2), hash);
  return {
    name: "on disk",
    store: await openStore({ after }, path),
    names: async () => {
      const entries = await readdir(join(path, "blobs"), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    replace: (hash, bytes) => writeFile(fileOf(hash), bytes),
    lose: (hash) => rm(fileOf(hash)),
  };
}

async function inBucket(): Promise<Place> {
  const server = await startS3({ after });
  const keyOf = (hash: string) => `of/ana/blobs/${hash.slice(0, 2)}/${hash}`;
  const path = await temporaryFolder({ after });
  return {
    name: "in a bucket",
    // Without copies every read goes to the bucket.
    store: await openStore({ after }, path, undefined, objectsIn(server, { cacheBytes: 0 })),
    names: async () => server.objects.list("of/ana/blobs/").map(({ key }) => key.split("/").at(-1) ?? ""),
    replace: (hash, bytes) => server.objects.put(keyOf(hash), Buffer.from(bytes)),
    lose: (hash) => server.objects.remove(keyOf(hash)),
  };
}

for (const { name, store, names, replace, lose } of [await onDisk(), await inBucket()]) {
  const { blobs, ledger } = store;

  test(`bytes come back as they were put, under the name of their hash, ${name}`, async () => {
    for (const bytes of [bytesOf("state"), new Uint8Array(), new Uint8Array(1 << 20).fill(7)]) {
      const ref = await blobs.put(bytes, media);
      assert.deepEqual(ref, { sha256: sha256(bytes), bytes: bytes.byteLength, mediaType: media });
      assert.deepEqual(new Uint8Array(await blobs.get(ref.sha256)), bytes);
      await blobs.release(ref.sha256);
    }
  });

  test(`equal bytes are kept once, until the last reference is given back, ${name}`, async () => {
    const bytes = bytesOf("shared");
    const [one, two] = await Promise.all([blobs.put(bytes, media), blobs.put(bytes, media)]);
    assert.deepEqual(one, two);
    assert.deepEqual(await names(), [one.sha256]);
    await blobs.release(one.sha256);
    assert.deepEqual(new Uint8Array(await blobs.get(one.sha256)), bytes);
    await blobs.release(one.sha256);
    await assert.rejects(blobs.get(one.sha256), refused("NOT_FOUND"));
    assert.deepEqual(await names(), []);
  });

  test(`bytes that are not what their name says are not given out, ${name}`, async () => {
    const { sha256: hash } = await blobs.put(bytesOf("true"), media);
    for (const damaged of ["true!", "fals", ""]) {
      await replace(hash, bytesOf(damaged));
      await assert.rejects(blobs.get(hash), refused("STORE_INVALID"));
    }
  });

  test(`a blob that was lost or cut short is made whole by putting it again, ${name}`, async () => {
    const bytes = bytesOf("needed");
    const { sha256: hash } = await blobs.put(bytes, media);
    for (const damage of [() => lose(hash), () => replace(hash, bytesOf("need"))]) {
      await damage();
      await blobs.put(bytes, media);
      assert.deepEqual(new Uint8Array(await blobs.get(hash)), bytes);
    }
  });

  test(`a name that is no hash never becomes a path, ${name}`, async () => {
    const hash = sha256("x");
    for (const wrong of [
      "",
      "..",
      "../ledger.db",
      `${hash}/../../ledger.db`,
      hash.toUpperCase(),
      `${hash}\n`,
      "a".repeat(63),
    ]) {
      await assert.rejects(blobs.get(wrong), refused("INVALID_INPUT"));
      await assert.rejects(blobs.release(wrong), refused("INVALID_INPUT"));
    }
  });

  test(`what nothing refers to is named as an orphan, ${name}`, async () => {
    const { sha256: kept } = await blobs.put(bytesOf("kept"), media);
    const { sha256: lost } = await blobs.put(bytesOf("lost"), media);
    const orphans = async () => (await blobs.orphans()).map((orphan) => orphan.sha256);
    assert.ok(!(await orphans()).includes(lost));
    await ledger.releaseBlob(lost);
    const found = await orphans();
    assert.deepEqual([found.includes(lost), found.includes(kept)], [true, false]);
  });
}
