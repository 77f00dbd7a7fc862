import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson, isMemosError } from "../../../memcube/index.js";
import { type ContainerHeader, readContainer, writeContainer } from "../../../memos/activation/container.js";
import { STATE_LIMITS } from "../../../memos/activation/limits.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { LLAMA_STATES } from "./llamaStates.js";
import { arbitraryMutation, mutated } from "./mutation.js";
import { stateInvalid } from "./refused.js";
import { headerFor } from "./sampleContainer.js";

const PAYLOAD = LLAMA_STATES["plain"]?.bytes ?? Buffer.of();
const MAGIC = Buffer.from("\x89MKVS\r\n\x1a", "latin1");

/** A file whose checksum is right, whatever is in it: what damage does not make, but a person can. */
function forged(
  header: string | Buffer,
  payload: Uint8Array,
  headerBytes = Buffer.byteLength(header),
): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headerBytes);
  const body = Buffer.concat([MAGIC, length, Buffer.from(header), payload]);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

test("a file that is missing, empty, a folder, or text is refused", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  await assert.rejects(readContainer(path), stateInvalid(/cannot be read/));
  await assert.rejects(readContainer(folder), stateInvalid(/not a file/));
  await writeFile(path, "");
  await assert.rejects(readContainer(path), stateInvalid(/0 bytes/));
  await writeFile(path, "This is a letter, long enough to be a file of some kind.");
  await assert.rejects(readContainer(path), stateInvalid(/does not begin/));
  await writeFile(path, PAYLOAD);
  await assert.rejects(readContainer(path), stateInvalid(/does not begin/));
  await mkdir(join(folder, "deep"));
  await symlink(join(folder, "nowhere"), join(folder, "deep", "link"));
  await assert.rejects(readContainer(join(folder, "deep", "link")), stateInvalid(/cannot be read/));
});

test("a file that is cut off anywhere is refused", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  await writeContainer(path, headerFor(PAYLOAD.length), [PAYLOAD]);
  for (let length = (await readFile(path)).length - 1; length >= 0; length--) {
    await truncate(path, length);
    await assert.rejects(readContainer(path), stateInvalid());
  }
});

test("another file than was expected is refused, be it whole", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  const expected = await writeContainer(path, headerFor(1), [Uint8Array.of(1)]);
  await writeContainer(path, headerFor(1), [Uint8Array.of(2)]);
  await assert.rejects(readContainer(path, expected), stateInvalid(/another one/));
  assert.equal((await readContainer(path)).payload[0], 2);
});

test("keys that became NaN, or of which a bit flipped, do not get out", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  await writeContainer(path, headerFor(PAYLOAD.length), [PAYLOAD]);
  const file = await readFile(path);
  const keys = file.length - 32 - PAYLOAD.length + 88;
  for (const change of [
    (bytes: Buffer) => bytes.fill(0x7f, keys, keys + 192),
    (bytes: Buffer) => bytes.fill(bytes.readUInt8(keys) ^ 1, keys, keys + 1),
  ]) {
    const damaged = Buffer.from(file);
    change(damaged);
    await writeFile(path, damaged);
    await assert.rejects(readContainer(path), stateInvalid(/damaged/));
  }
});

test("a right checksum makes no wrong header right", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  const good = headerFor(PAYLOAD.length);
  const withFields = (fields: Record<string, unknown>) => canonicalJson({ ...good, ...fields });
  const wrong: [Buffer, RegExp][] = [
    [forged("", PAYLOAD), /not JSON/],
    [forged("{", PAYLOAD), /not JSON/],
    [forged(Buffer.of(0xff, 0xfe), PAYLOAD), /not JSON/],
    [forged("null", PAYLOAD), /not valid/],
    [forged("[".repeat(200_000), PAYLOAD), /not JSON/],
    [forged(`${"[".repeat(200_000)}${"]".repeat(200_000)}`, PAYLOAD), /not valid/],
    [forged(withFields({ codec: { name: "raw", parameters: [] } }), PAYLOAD), /codec/],
    [forged(canonicalJson(good), PAYLOAD, 2 ** 32 - 1), /4294967295 bytes/],
    [forged(canonicalJson(good), PAYLOAD, STATE_LIMITS.headerBytes + 1), /cannot be/],
    [forged(canonicalJson(good), PAYLOAD, canonicalJson(good).length - 1), /not JSON/],
    [forged("x".repeat(STATE_LIMITS.headerBytes + 1), PAYLOAD), /cannot be/],
    [forged(withFields({ version: 2 }), PAYLOAD), /version/],
    [forged(withFields({ tokens: 1e9 }), PAYLOAD), /tokens/],
    [forged(withFields({ cells: -1 }), PAYLOAD), /cells/],
    [forged(withFields({ prefix: [] }), PAYLOAD), /prefix/],
    [forged(withFields({ payloadBytes: 2 ** 52 }), PAYLOAD), /payloadBytes/],
    [forged(withFields({ payloadBytes: PAYLOAD.length - 1 }), PAYLOAD), /not as long/],
    [forged(withFields({ payloadBytes: PAYLOAD.length + 1 }), PAYLOAD), /not as long/],
    [forged(withFields({ layout: { ...good.layout, blocks: 3 } }), PAYLOAD), /layout/],
    [forged(withFields({ more: true }), PAYLOAD), /more/],
  ];
  for (const [file, reason] of wrong) {
    await writeFile(path, file);
    await assert.rejects(readContainer(path), stateInvalid(reason));
  }
  await writeFile(path, forged(canonicalJson(good), PAYLOAD));
  assert.deepEqual((await readContainer(path)).header, good as ContainerHeader);
});

test("an error repeats no more of a hostile header than a line", async (t) => {
  const path = join(await temporaryFolder(t), "state");
  await writeFile(
    path,
    forged(canonicalJson({ ...headerFor(0), ["x".repeat(900_000)]: 1 }), new Uint8Array(0)),
  );
  await assert.rejects(readContainer(path), (error) => isMemosError(error) && error.message.length < 300);
});

test("of 10,000 damaged files each is refused, in little memory", async (t) => {
  const folder = await temporaryFolder(t);
  const written = await writeContainer(join(folder, "state"), headerFor(PAYLOAD.length), [PAYLOAD]);
  const file = await readFile(join(folder, "state"));
  const before = process.resourceUsage().maxRSS;
  const mutations = fc.sample(arbitraryMutation, 10_000);
  let refused = 0;
  const work = async (path: string) => {
    for (let mutation = mutations.pop(); mutation !== undefined; mutation = mutations.pop()) {
      const damaged = Buffer.from(mutated(file, mutation));
      // With a checksum made for it, what was changed is still another file than was written.
      const sealed = mutations.length % 4 === 0;
      if (sealed) sealFor(damaged).copy(damaged, Math.max(0, damaged.length - 32));
      if (damaged.equals(file)) continue;
      await writeFile(path, damaged);
      const expected = sealed || mutations.length % 2 === 0 ? written : {};
      await assert.rejects(readContainer(path, expected), stateInvalid(), JSON.stringify(mutation));
      refused++;
    }
  };
  await Promise.all([1, 2, 3, 4].map((number) => work(join(folder, `state${number}`))));
  assert.ok(refused > 9_000, `only ${refused} were changed`);
  assert.ok(process.resourceUsage().maxRSS - before < 256 * 1024, "kilobytes");
});

function sealFor(file: Buffer): Buffer {
  return createHash("sha256").update(file.subarray(0, -32)).digest();
}
