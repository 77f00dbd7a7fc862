import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PREFILL_CHUNK } from "../../../../memos/inference/local/modelContext.js";
import { chunkEnd } from "../../../../memos/inference/local/prefill.js";

const CHUNKS = 40;

/** The ends of all chunks from a token on. */
function ends(from: number, boundary: number): number[] {
  const all: number[] = [];
  for (let at = from; all.length < CHUNKS; ) {
    at = chunkEnd(at, boundary);
    all.push(at);
  }
  return all;
}

test("chunks are whole or end at the boundary, and no larger than an abort may wait for", () => {
  fc.assert(
    fc.property(fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }), (from, boundary) => {
      let before = from;
      for (const end of ends(from, boundary)) {
        assert.ok(end > before && end - before <= PREFILL_CHUNK);
        assert.ok(before >= boundary || end <= boundary, "no chunk goes over the boundary");
        before = end;
      }
    }),
  );
});

test("what follows the boundary is cut in the same places, wherever evaluation began", () => {
  fc.assert(
    fc.property(fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }), (boundary, from) => {
      const whole = ends(0, boundary).filter((end) => end > boundary);
      const part = ends(Math.min(from, boundary), boundary).filter((end) => end > boundary);
      const common = Math.min(whole.length, part.length);
      assert.deepEqual(part.slice(0, common), whole.slice(0, common));
    }),
  );
});
