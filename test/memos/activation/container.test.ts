import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError, sha256 } from "../../../memcube/index.js";
import { type ContainerHeader, readContainer, writeContainer } from "../../../memos/activation/container.js";
import { STATE_LIMITS } from "../../../memos/activation/limits.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { headerFor } from "./sampleContainer.js";

async function* later(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk;
}

test("what was written is read, in whatever chunks it came", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      fc.boolean(),
      async (chunks, slowly) => {
        const payload = Buffer.concat(chunks);
        const header = headerFor(payload.length);
        const written = await writeContainer(path, header, slowly ? later(chunks) : chunks);
        const file = await readFile(path);
        assert.deepEqual(written, { sha256: sha256(file), bytes: file.length });
        const read = await readContainer(path, written);
        assert.deepEqual(read.header, header);
        assert.deepEqual(Buffer.from(read.payload), payload);
        assert.deepEqual(await readContainer(path), read);
      },
    ),
    { numRuns: 50 },
  );
});

test("a payload of many pieces comes back whole, in memory of its own", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  const payload = new Uint8Array(9 * 1024 * 1024 + 5).map((_, at) => at * 31 + (at >> 12));
  const written = await writeContainer(path, headerFor(payload.length), [payload]);
  const read = await readContainer(path, written);
  assert.equal(sha256(read.payload), sha256(payload));
  assert.deepEqual([read.payload.byteOffset, read.payload.buffer.byteLength], [0, payload.length]);
});

test("the file is laid out as its drawing says", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  await writeContainer(path, headerFor(3), [Uint8Array.of(7, 8, 9)]);
  const file = await readFile(path);
  assert.equal(file.toString("latin1", 0, 8), "\x89MKVS\r\n\x1a");
  const header = file.readUInt32LE(8);
  assert.deepEqual(JSON.parse(file.toString("utf8", 12, 12 + header)), headerFor(3));
  assert.deepEqual([...file.subarray(12 + header, -32)], [7, 8, 9]);
  assert.deepEqual(file.subarray(-32), createHash("sha256").update(file.subarray(0, -32)).digest());
});

test("a new file replaces an old one, and nothing else is left in the folder", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  await writeFile(path, "old");
  const written = await writeContainer(path, headerFor(1), [Uint8Array.of(1)]);
  assert.deepEqual(await readdir(folder), ["state"]);
  assert.equal((await readContainer(path, written)).payload.length, 1);
});

test("a disk that fills up is reported, and what was there before stays", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  await writeFile(path, "old");
  const full = async function* () {
    yield Uint8Array.of(1);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  await assert.rejects(writeContainer(path, headerFor(2), full()), (error) =>
    isMemosError(error, "DISK_FULL"),
  );
  assert.deepEqual(await readdir(folder), ["state"]);
  assert.equal(await readFile(path, "utf8"), "old");
});

test("a payload of another length than its header says is not written", async (t) => {
  const folder = await temporaryFolder(t);
  for (const bytes of [0, 1, 3])
    await assert.rejects(
      writeContainer(join(folder, "state"), headerFor(2), [new Uint8Array(bytes)]),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
  assert.deepEqual(await readdir(folder), []);
});

test("a header that is not well-formed is not written", async (t) => {
  const folder = await temporaryFolder(t);
  const good = headerFor(0);
  const wrong: Partial<ContainerHeader>[] = [
    { tokens: 0 },
    { tokens: STATE_LIMITS.tokens + 1 },
    { cells: good.tokens + 1 },
    { cells: 0 },
    { prefix: good.prefix.slice(1) },
    { prefix: [...good.prefix, "e".repeat(64)] },
    { prefix: ["short", "shorter"] },
    { payloadBytes: STATE_LIMITS.containerBytes + 1 },
    { stateBytes: -1 },
    { codec: { name: "", parameters: {} } },
    { fingerprint: { ...good.fingerprint, model: "other" } },
  ];
  for (const fields of wrong)
    await assert.rejects(
      writeContainer(join(folder, "state"), { ...good, ...fields }, []),
      (error) => isMemosError(error, "INVALID_INPUT"),
      JSON.stringify(fields),
    );
  assert.deepEqual(await readdir(folder), []);
});

test("a header beyond its limit is not written", async (t) => {
  const parameters = { table: "x".repeat(STATE_LIMITS.headerBytes) };
  await assert.rejects(
    writeContainer(
      join(await temporaryFolder(t), "state"),
      { ...headerFor(0), codec: { name: "raw", parameters } },
      [],
    ),
    (error) => isMemosError(error, "TOO_LARGE"),
  );
});
