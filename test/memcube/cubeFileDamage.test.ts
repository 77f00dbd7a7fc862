import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeCubeFile, encodeCubeFile, isMemosError } from "../../memcube/index.js";
import { arbitraryAnyCubeFile, PAYLOAD_KINDS } from "./arbitrary.js";
import { DIGEST_BYTES, refusalOf, sampleFile, seal } from "./forge.js";

/** Accepted, or refused as a damaged file: a file from outside has no third outcome. */
function isAccepted(bytes: Uint8Array): boolean {
  try {
    decodeCubeFile(bytes);
    return true;
  } catch (error) {
    assert.ok(isMemosError(error, "CUBE_FILE_INVALID"), String(error));
    return false;
  }
}

for (const kind of PAYLOAD_KINDS) {
  const bytes = encodeCubeFile(sampleFile(kind));

  test(`a ${kind} file that is cut off anywhere is refused`, () => {
    for (let length = 0; length < bytes.length; length++) refusalOf(bytes.subarray(0, length));
  });

  test(`a ${kind} file with any single bit flipped is refused`, () => {
    const damaged = bytes.slice();
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        damaged[at] = (bytes[at] as number) ^ (1 << bit);
        refusalOf(damaged);
        damaged[at] = bytes[at] as number;
      }
  });
}

test("a file with anything after its end is refused", () => {
  fc.assert(
    fc.property(arbitraryAnyCubeFile, fc.uint8Array({ minLength: 1, maxLength: 64 }), (file, rest) => {
      refusalOf(Buffer.concat([encodeCubeFile(file), rest]));
    }),
    { numRuns: 200 },
  );
});

test("random bytes are refused, also those that begin as a file does", () => {
  const beginning = encodeCubeFile(sampleFile("plaintext")).subarray(0, 10);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 256 }), (bytes) => {
      refusalOf(bytes);
      refusalOf(seal(Buffer.concat([beginning, bytes])));
    }),
    { numRuns: 10_000 },
  );
});

test("changed bytes under a checksum that was made for them give a whole cube or a refusal", () => {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 8 }),
    insert: fc.uint8Array({ maxLength: 8 }),
  });
  const files = PAYLOAD_KINDS.map((kind) => encodeCubeFile(sampleFile(kind)));
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 3 }), (file, edits) => {
      const bytes = [...file.subarray(0, -DIGEST_BYTES)];
      for (const { at, remove, insert } of edits) bytes.splice(at % bytes.length, remove, ...insert);
      const forged = seal(Uint8Array.from(bytes));
      if (isAccepted(forged)) assert.deepEqual(encodeCubeFile(decodeCubeFile(forged)), forged);
    }),
    { numRuns: 3_000 },
  );
});
