import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GGML, ggmlLayout, NUMBER_CODECS, type NumberCodec } from "../../../../memos/inference/gguf/index.js";

function codec(type: number): NumberCodec {
  const found = NUMBER_CODECS.get(type);
  assert.ok(found !== undefined);
  return found;
}

function encoded(type: number, numbers: Float32Array): Uint8Array {
  const layout = ggmlLayout(type);
  assert.ok(layout !== undefined);
  // Not at the beginning of its memory, and at an odd place.
  const bytes = new Uint8Array((numbers.length / layout.elements) * layout.bytes + 1).subarray(1);
  codec(type).encode(numbers, bytes);
  return bytes;
}

function decoded(type: number, bytes: Uint8Array, length: number): Float32Array {
  const numbers = new Float32Array(length + 1).subarray(1);
  codec(type).decode(bytes, numbers);
  return numbers;
}

/** Half of the distance to the next number of the type, and at least that among its smallest. */
const ERROR = new Map<number, (value: number, largest: number) => number>([
  [GGML.F32, () => 0],
  [GGML.F16, (value) => Math.max(Math.abs(value) * 2 ** -11, 2 ** -25)],
  [GGML.BF16, (value) => Math.max(Math.abs(value) * 2 ** -8, 2 ** -133)],
  // The scale is rounded to half precision too, and 127 of it may be off by as much.
  [GGML.Q8_0, (_, largest) => (largest / 127) * 0.5 + largest * 2 ** -10 + 127 * 2 ** -24],
]);

for (const [type, allowed] of ERROR)
  test(`numbers come back as the nearest that ${ggmlLayout(type)?.name} can write`, () => {
    const largest = Math.min(codec(type).largest, 1e30);
    const numbers = fc
      .array(fc.float({ min: -Math.fround(largest), max: Math.fround(largest), noNaN: true }), {
        minLength: 64,
        maxLength: 64,
      })
      .map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(numbers, (values) => {
        const bytes = encoded(type, values);
        const again = decoded(type, bytes, values.length);
        for (let at = 0; at < values.length; at++) {
          const block = values.subarray(at - (at % 32), at - (at % 32) + 32);
          const most = block.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0);
          assert.ok(Math.abs((again[at] ?? 0) - (values[at] ?? 0)) <= allowed(values[at] ?? 0, most));
        }
        if (type !== GGML.Q8_0) assert.deepEqual(encoded(type, again), bytes);
      }),
      { numRuns: 300 },
    );
  });

test("a block of Q8_0 has the bytes that llama.cpp gives it", () => {
  // 127 is the largest, so the scale is 1 (0x3c00); halves go away from zero.
  const numbers = Float32Array.from({ length: 32 }, (_, at) => [127, -127, 0.5, -0.5, 1.49, 0][at] ?? 0);
  assert.deepEqual(
    [...encoded(GGML.Q8_0, numbers)],
    [0x00, 0x3c, 127, 129, 1, 255, 1, 0, ...new Array<number>(26).fill(0)],
  );
  assert.deepEqual([...encoded(GGML.Q8_0, new Float32Array(32))], new Array<number>(34).fill(0));
});

test("ties of bfloat16 go to the even one", () => {
  const numbers = new Float32Array(Uint32Array.of(0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0xbf80_7fff).buffer);
  const patterns = new Uint16Array(Uint8Array.from(encoded(GGML.BF16, numbers)).buffer);
  assert.deepEqual([...patterns], [0x3f80, 0x3f82, 0x3f81, 0xbf80]);
});
