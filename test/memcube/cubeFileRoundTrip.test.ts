import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeCubeFile, encodeCubeFile, portableCubeSchema } from "../../memcube/index.js";
import { arbitraryAnyCubeFile, arbitraryCubeFile, PAYLOAD_KINDS } from "./arbitrary.js";
import { partsOf, sampleFile } from "./forge.js";

for (const kind of PAYLOAD_KINDS)
  test(`a ${kind} cube comes out of its file as it went in, with all versions and blobs`, () => {
    fc.assert(
      fc.property(arbitraryCubeFile(kind), (file) => {
        const decoded = decodeCubeFile(encodeCubeFile(file));
        assert.deepEqual(decoded.portable, file.portable);
        assert.deepEqual(new Map([...decoded.blobs].sort()), new Map([...file.blobs].sort()));
      }),
      { numRuns: 200 },
    );
  });

test("a decoded file encodes to the same bytes", () => {
  fc.assert(
    fc.property(arbitraryAnyCubeFile, (file) => {
      const bytes = encodeCubeFile(file);
      assert.deepEqual(encodeCubeFile(decodeCubeFile(bytes)), bytes);
    }),
    { numRuns: 200 },
  );
});

test("the order of keys and of blobs does not change the file", () => {
  fc.assert(
    fc.property(arbitraryAnyCubeFile, ({ portable: { cube, versions }, blobs }) => {
      const reordered = {
        blobs: new Map([...blobs].reverse()),
        portable: { versions, cube: Object.fromEntries(Object.entries(cube).reverse()) as typeof cube },
      };
      assert.deepEqual(encodeCubeFile(reordered), encodeCubeFile({ portable: { cube, versions }, blobs }));
    }),
    { numRuns: 100 },
  );
});

test("the blobs of all versions are in the file once each, in the order of their hashes", () => {
  fc.assert(
    fc.property(arbitraryAnyCubeFile, (file) => {
      const { header } = partsOf(file);
      assert.deepEqual(
        header.blobs.map(({ sha256 }) => sha256),
        [...file.blobs.keys()].sort(),
      );
    }),
    { numRuns: 100 },
  );
});

test("a file is read from the middle of a larger buffer", () => {
  const bytes = encodeCubeFile(sampleFile("parametric"));
  const larger = new Uint8Array(bytes.length + 14);
  larger.set(bytes, 7);
  assert.deepEqual(decodeCubeFile(larger.subarray(7, 7 + bytes.length)), decodeCubeFile(bytes));
});

test("every cube that the tests make is one that the boundary accepts", () => {
  fc.assert(
    fc.property(arbitraryAnyCubeFile, ({ portable }) => {
      assert.deepEqual(portableCubeSchema.parse(portable), portable);
    }),
    { numRuns: 200 },
  );
});
