import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CubeFile,
  contentOf,
  encodeCubeFile,
  isMemosError,
  nextVersion,
  sha256,
} from "../../memcube/index.js";
import { sampleFile } from "./forge.js";

const file = sampleFile("parametric");
const [name, bytes] = [...file.blobs].find(([, blob]) => blob.length > 0) as [string, Uint8Array];

function refusal(input: CubeFile): { message: string; path: string | undefined } {
  try {
    encodeCubeFile(input);
  } catch (error) {
    assert.ok(isMemosError(error, "INVALID_INPUT"), String(error));
    return { message: error.message, path: error.path };
  }
  throw new Error("the cube was accepted");
}

function withBlob(key: string, blob: Uint8Array): CubeFile {
  return { ...file, blobs: new Map([...file.blobs, [key, blob]]) };
}

test("a cube is not written without the blobs of all of its versions", () => {
  for (const missing of file.blobs.keys()) {
    const blobs = new Map([...file.blobs].filter(([key]) => key !== missing));
    assert.deepEqual(refusal({ ...file, blobs }), {
      message: `The blob ${missing} is missing.`,
      path: `blobs.${missing}`,
    });
  }
});

test("a blob of another length or with other bytes is not written", () => {
  assert.match(refusal(withBlob(name, new Uint8Array(bytes.length + 1))).message, /instead of/);
  assert.match(
    refusal(
      withBlob(
        name,
        bytes.map((byte) => byte ^ 1),
      ),
    ).message,
    /other bytes than its hash/,
  );
});

test("a blob that no version refers to is named instead of left out in silence", () => {
  const stray = Uint8Array.of(1, 2, 3);
  assert.equal(refusal(withBlob(sha256(stray), stray)).path, `blobs.${sha256(stray)}`);
});

test("one blob with two lengths is not written", () => {
  const { cube, versions } = file.portable;
  if (cube.payload.kind !== "parametric") throw new Error("the sample is parametric");
  const { weights } = cube.payload;
  const payload = { ...cube.payload, gguf: { ...weights, bytes: weights.bytes + 1 } };
  const next = nextVersion(cube.id, versions.at(-1) ?? null, {
    content: contentOf({ ...cube, payload }),
    actor: "ana",
    operation: "update",
    cause: "",
    recordedAt: cube.time.recordedAt,
  });
  const portable = { cube: { ...cube, payload, version: next.version }, versions: [...versions, next] };
  assert.match(refusal({ ...file, portable }).message, /given two lengths/);
});

test("a cube that contradicts its versions, or that no boundary accepts, is not written", () => {
  const { cube, versions } = file.portable;
  const state = cube.state === "active" ? "archived" : "active";
  assert.match(
    refusal({ ...file, portable: { cube: { ...cube, state }, versions } }).message,
    /last version/,
  );
  const unknown = {
    ...file,
    portable: { cube: { ...cube, behaviour: { ...cube.behaviour, heat: NaN } }, versions },
  };
  assert.equal(refusal(unknown).path, "portable.cube.behaviour.heat");
  assert.equal(refusal({ ...file, portable: { cube, versions: [] } }).path, "portable.versions");
});
