import assert from "node:assert/strict";
import { test } from "node:test";
import { type CubeFile, canonicalJson, contentOf, nextVersion, type Version } from "../../memcube/index.js";
import { forge, forgedRefusal, partsOf, refusalOf, sampleFile } from "./forge.js";

const plaintext = sampleFile("plaintext");
const parametric = sampleFile("parametric");

function withCube(file: CubeFile, change: Partial<CubeFile["portable"]["cube"]>): unknown {
  const { header } = partsOf(file);
  return { ...header, portable: { ...header.portable, cube: { ...header.portable.cube, ...change } } };
}

test("the samples are rich enough for what they are used for", () => {
  assert.ok(plaintext.portable.versions.length > 2);
  assert.ok(parametric.portable.versions.length > 1);
  assert.ok(partsOf(parametric).blobs.filter((blob) => blob.length > 0).length > 1);
});

test("a file of a newer format says so, and of which", () => {
  const { header } = partsOf(plaintext);
  assert.match(
    refusalOf(forge({ header: canonicalJson(header), version: 2 })),
    /version 2, which is newer than version 1/,
  );
  assert.match(
    refusalOf(forge({ header: canonicalJson(header), version: 0 })),
    /version 0, which does not exist/,
  );
});

test("a header longer than the file is refused by its length alone", () => {
  assert.match(
    refusalOf(forge({ header: "{}", headerBytes: 0xffffffff })),
    /4294967295 bytes by its length, the file 2/,
  );
  assert.match(refusalOf(forge({ header: "{}", headerBytes: 3 })), /3 bytes by its length, the file 2/);
});

test("a header that is not JSON, or not UTF-8, is refused", () => {
  for (const header of ["", "{", "\ufeff{}", '{"a":01}', "[".repeat(100_000)])
    assert.match(refusalOf(forge({ header })), /not JSON/);
  assert.match(refusalOf(forge({ header: Uint8Array.of(0x22, 0xc3, 0x28, 0x22) })), /not JSON/);
});

test("a header that is not that of a cube is refused with the place of the fault", () => {
  const refusal = forgedRefusal(withCube(plaintext, { version: -1 }));
  assert.match(refusal, /: header\.portable\.cube\.version: /);
  assert.match(forgedRefusal({ blobs: [] }), /: header\.portable: /);
  for (const header of [null, 1, "x", [], {}]) assert.match(forgedRefusal(header), /not that of a cube/);
});

test("a fault is told in a sentence, however long the names in it are", () => {
  const { header } = partsOf(plaintext);
  assert.ok(forgedRefusal({ ...header, ["k".repeat(100_000)]: 1 }).length < 600);
  const metadata = { ["k".repeat(100_000)]: 1 };
  const attributes = { ...header.portable.cube.attributes, metadata };
  assert.ok(forgedRefusal(withCube(plaintext, { attributes })).length < 600);
});

test("the same cube in any other JSON is refused: one cube has one file", () => {
  const { header } = partsOf(plaintext);
  const canonical = canonicalJson(header);
  for (const text of [
    ` ${canonical}`,
    JSON.stringify({ portable: header.portable, blobs: header.blobs }),
    canonical.replace('{"blobs"', '{"blobs":[],"blobs"'),
    canonical.replace('"version":1', '"version":1.0'),
    canonical.replace('"kind"', '"\\u006bind"'),
    canonical.replace('"metadata":{', '"metadata":{"__proto__":1,').replace(",}", "}"),
  ]) {
    assert.notEqual(text, canonical);
    assert.match(refusalOf(forge({ header: text })), /canonical/);
  }
});

test("a broken version chain is refused with the first version that does not follow", () => {
  const { header } = partsOf(plaintext);
  const { cube, versions } = header.portable;
  const edited = versions.with(1, { ...(versions[1] as Version), actor: "someone else" });
  assert.match(forgedRefusal({ ...header, portable: { cube, versions: edited } }), /^Version 2 of the cube/);
  const shortened = versions.toSpliced(0, 1);
  assert.match(
    forgedRefusal({ ...header, portable: { cube, versions: shortened } }),
    /^Version 2 of the cube/,
  );
});

test("a cube that is not what its last version says is refused", () => {
  const { header } = partsOf(plaintext);
  const { cube, versions } = header.portable;
  const wrong = /not what its last version says/;
  const payload = { kind: "plaintext" as const, text: "never said", format: "text" as const };
  assert.match(forgedRefusal(withCube(plaintext, { payload })), wrong);
  assert.match(forgedRefusal(withCube(plaintext, { version: cube.version + 1 })), wrong);
  assert.match(forgedRefusal({ ...header, portable: { cube, versions: versions.slice(0, -1) } }), wrong);
});

test("blobs other than those that the versions refer to are refused", () => {
  const { header, blobs } = partsOf(parametric);
  const wrong = /list of blobs/;
  assert.match(forgedRefusal({ ...header, blobs: [] }), wrong);
  assert.match(forgedRefusal({ ...header, blobs: header.blobs.slice(1) }, blobs.slice(1)), wrong);
  assert.match(forgedRefusal({ ...header, blobs: header.blobs.toReversed() }, blobs.toReversed()), wrong);
  const more = { sha256: "0".repeat(64), bytes: 0, mediaType: "text/plain" };
  assert.match(forgedRefusal({ ...header, blobs: [more, ...header.blobs] }, blobs), wrong);
});

test("a blob with other bytes than its hash says is refused by name", () => {
  const { header, blobs } = partsOf(parametric);
  const at = blobs.findIndex((blob) => blob.length > 0);
  const changed = blobs.with(
    at,
    (blobs[at] as Uint8Array).map((byte, n) => (n === 0 ? byte ^ 1 : byte)),
  );
  assert.match(
    forgedRefusal(header, changed),
    new RegExp(`blob ${header.blobs[at]?.sha256} has other bytes`),
  );
});

test("a blob that ends after the file, and bytes that no blob has, are refused", () => {
  const { header, blobs } = partsOf(parametric);
  assert.match(forgedRefusal(header, blobs.slice(0, -1)), /longer than the file/);
  assert.match(forgedRefusal(header, [...blobs, Uint8Array.of(1, 2, 3)]), /3 bytes that belong to nothing/);
});

test("a blob that claims to be larger than memory is refused by its length alone", () => {
  const { header, blobs } = partsOf(parametric);
  const { cube } = header.portable;
  if (cube.payload.kind !== "parametric") throw new Error("the sample is parametric");
  const weights = { ...cube.payload.weights, bytes: Number.MAX_SAFE_INTEGER };
  const { gguf: _, ...payload } = { ...cube.payload, weights };
  const content = contentOf({ ...cube, payload });
  const version = nextVersion(cube.id, null, {
    content,
    actor: "a",
    operation: "add",
    cause: "",
    recordedAt: cube.time.recordedAt,
  });
  const portable = { cube: { ...cube, payload, version: 1 }, versions: [version] };
  assert.match(forgedRefusal({ blobs: [weights], portable }, blobs), /longer than the file/);
});
