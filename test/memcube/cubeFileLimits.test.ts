import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { test } from "node:test";
import {
  type CubeContent,
  type CubeFile,
  contentOf,
  encodeCubeFile,
  isMemosError,
  LIMITS,
  type Payload,
  type Version,
} from "../../memcube/index.js";
import { chainOf } from "./arbitrary.js";
import { DIGEST_BYTES, forge, HEADER_AT, refusalOf, sampleFile } from "./forge.js";

const { cube: CUBE } = sampleFile("plaintext").portable;
const HASH = "0".repeat(64);

function cubeOf(change: Partial<CubeContent>, versionCount: number): CubeFile {
  const content = { ...contentOf(CUBE), ...change };
  const { recordedAt } = content.time;
  const link = { content, actor: "a", operation: "add" as const, cause: "", recordedAt };
  const versions = chainOf(CUBE.id, Array(versionCount).fill(link));
  return { portable: { cube: { ...CUBE, ...content, version: versionCount }, versions }, blobs: new Map() };
}

function activation(bytes: number): Partial<CubeContent> {
  const payload: Payload = {
    kind: "activation",
    fingerprint: { model: HASH, engine: "e", configuration: HASH, adapters: [] },
    prefix: HASH,
    tokens: 1,
    state: { sha256: HASH, bytes, mediaType: "x/y" },
    manifest: [{ cube: CUBE.id, version: 1, sha256: HASH }],
  };
  return { payload };
}

function isTooLarge(error: unknown): boolean {
  return isMemosError(error, "TOO_LARGE");
}

test("a file over cubeFileBytes is not written, and nothing of it is hashed first", () => {
  const fixed = HEADER_AT + DIGEST_BYTES;
  assert.throws(() => encodeCubeFile(cubeOf(activation(LIMITS.cubeFileBytes - fixed + 1), 1)), isTooLarge);
  const missing = (error: unknown) =>
    isMemosError(error, "INVALID_INPUT") && /is missing/.test(error.message);
  assert.throws(() => encodeCubeFile(cubeOf(activation(LIMITS.cubeFileBytes - fixed), 1)), missing);
});

test("a file over cubeFileBytes is refused by its length alone", () => {
  // No process has to hold so much: the length is all that is looked at.
  const file = (byteLength: number) =>
    Object.defineProperty(new Uint8Array(64), "byteLength", { value: byteLength });
  assert.match(refusalOf(file(LIMITS.cubeFileBytes + 1)), /more bytes than a cube file may have/);
});

test("a header over cubeFileHeaderBytes is not written, even when it is longer than a string can be", () => {
  const payload: Payload = { kind: "plaintext", text: "x".repeat(LIMITS.textBytes), format: "text" };
  const { portable, blobs } = cubeOf({ payload }, 1);
  // The size is looked at before the chain, so the same version will do for all of them.
  const count = Math.ceil(constants.MAX_STRING_LENGTH / LIMITS.textBytes);
  const versions = Array<Version>(count).fill(portable.versions[0] as Version);
  assert.throws(() => encodeCubeFile({ portable: { ...portable, versions }, blobs }), isTooLarge);
});

test("a header over cubeFileHeaderBytes is refused by its length alone", () => {
  const file = new Uint8Array(HEADER_AT + LIMITS.cubeFileHeaderBytes + 1 + DIGEST_BYTES);
  file.set(forge({ header: "", headerBytes: LIMITS.cubeFileHeaderBytes + 1 }).subarray(0, HEADER_AT));
  assert.match(refusalOf(file), /more bytes than a header may have/);
});

test("a header over cubeFileValues is not written", () => {
  const list = Array<number>(LIMITS.metadataKeys).fill(1);
  const metadata = Object.fromEntries(list.map((_, n) => [`k${n}`, list]));
  const versions = Math.ceil(LIMITS.cubeFileValues / LIMITS.metadataKeys ** 2);
  const file = cubeOf({ attributes: { keywords: [], tags: [], metadata, authors: {} } }, versions);
  assert.throws(() => encodeCubeFile(file), isTooLarge);
});

test("a header over cubeFileValues is refused before anything is built from it", () => {
  const header = `{"blobs":[],"portable":{"cube":{},"versions":[${"{},".repeat(LIMITS.cubeFileValues / 2)}{}]}}`;
  assert.match(refusalOf(forge({ header })), /more values than a header may have/);
});

test("a header that is wrong in as many places as it may have values is refused within seconds", () => {
  const many = LIMITS.cubeFileValues / 2 - 16;
  const refused = [
    `{"blobs":[],"portable":{"cube":{},"versions":[${"{},".repeat(many)}{}]}}`,
    `{"blobs":[${"{},".repeat(many)}{}],"portable":{}}`,
    `{${Array.from({ length: many }, (_, n) => `"k${n}":1`).join(",")}}`,
    `${"[".repeat(2 * many)}${"]".repeat(2 * many)}`,
    `${'{"blobs":'.repeat(many)}1${"}".repeat(many)}`,
  ];
  for (const header of refused) {
    const started = performance.now();
    assert.match(refusalOf(forge({ header })), /not that of a cube/);
    assert.ok(performance.now() - started < 10_000);
  }
});

test("commas and brackets inside text are not counted as values", () => {
  const payload: Payload = {
    kind: "plaintext",
    text: ',[{"\\'.repeat(LIMITS.textBytes / 5 - 1),
    format: "text",
  };
  assert.ok(encodeCubeFile(cubeOf({ payload }, 2)).length > 2 * LIMITS.textBytes);
});
