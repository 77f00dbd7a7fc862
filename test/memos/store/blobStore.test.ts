import assert from "node:assert/strict";
import { appendFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256 } from "../../../memcube/index.js";
import { openStore, refused, temporaryFolder } from "../support.js";

const path = await temporaryFolder({ after });
const { blobs, ledger } = await openStore({ after }, path);
const media = "application/octet-stream";
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function files(): Promise<string[]> {
  const names = await readdir(join(path, "blobs"), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("bytes come back as they were put, under the name of their hash", async () => {
  for (const bytes of [bytesOf("state"), new Uint8Array(), new Uint8Array(1 << 20).fill(7)]) {
    const ref = await blobs.put(bytes, media);
    assert.deepEqual(ref, { sha256: sha256(bytes), bytes: bytes.byteLength, mediaType: media });
    assert.deepEqual(new Uint8Array(await blobs.get(ref.sha256)), bytes);
    await blobs.release(ref.sha256);
  }
});

test("equal bytes are kept once, until the last reference is given back", async () => {
  const bytes = bytesOf("shared");
  const [one, two] = await Promise.all([blobs.put(bytes, media), blobs.put(bytes, media)]);
  assert.deepEqual(one, two);
  assert.deepEqual(await files(), [one.sha256]);
  await blobs.release(one.sha256);
  assert.deepEqual(new Uint8Array(await blobs.get(one.sha256)), bytes);
  await blobs.release(one.sha256);
  await assert.rejects(blobs.get(one.sha256), refused("NOT_FOUND"));
  assert.deepEqual(await files(), []);
});

test("bytes that are not what their name says are not given out", async () => {
  const { sha256: name } = await blobs.put(bytesOf("true"), media);
  const file = join(path, "blobs", name.slice(0, 2), name);
  await appendFile(file, "!");
  await assert.rejects(blobs.get(name), refused("STORE_INVALID"));
  await writeFile(file, "fals");
  await assert.rejects(blobs.get(name), refused("STORE_INVALID"));
});

test("a blob whose file was lost or cut short is made whole by putting it again", async () => {
  const bytes = bytesOf("needed");
  const { sha256: name } = await blobs.put(bytes, media);
  const file = join(path, "blobs", name.slice(0, 2), name);
  for (const damage of [() => rm(file), () => writeFile(file, "need")]) {
    await damage();
    await blobs.put(bytes, media);
    assert.deepEqual(new Uint8Array(await blobs.get(name)), bytes);
  }
});

test("a name that is no hash never becomes a path", async () => {
  const hash = sha256("x");
  for (const name of [
    "",
    "..",
    "../ledger.db",
    `${hash}/../../ledger.db`,
    hash.toUpperCase(),
    `${hash}\n`,
    "a".repeat(63),
  ]) {
    await assert.rejects(blobs.get(name), refused("INVALID_INPUT"));
    await assert.rejects(blobs.release(name), refused("INVALID_INPUT"));
  }
});

test("a file that nothing refers to is named as an orphan", async () => {
  const { sha256: kept } = await blobs.put(bytesOf("kept"), media);
  const { sha256: lost } = await blobs.put(bytesOf("lost"), media);
  const named = async () => (await blobs.orphans()).map((orphan) => orphan.sha256);
  assert.ok(!(await named()).includes(lost));
  await ledger.releaseBlob(lost);
  const orphans = await named();
  assert.deepEqual([orphans.includes(lost), orphans.includes(kept)], [true, false]);
});
