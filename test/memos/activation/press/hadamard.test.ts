import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seededRandom } from "../../../../eval/metrics/index.js";
import { hadamard, keyBlock } from "../../../../memos/activation/press/hadamard.js";

const rows = fc.record({
  seed: fc.nat(),
  block: fc.constantFrom(1, 2, 64, 128, 256),
  blocks: fc.integer({ min: 0, max: 4 }),
});

function rowOf(seed: number, length: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

test("rotating twice gives the row back", () => {
  fc.assert(
    fc.property(rows, ({ seed, block, blocks }) => {
      const row = rowOf(seed, block * blocks);
      const turned = row.slice();
      hadamard(turned, block);
      hadamard(turned, block);
      for (const [i, value] of turned.entries()) assert.ok(Math.abs(value - (row[i] as number)) < 1e-5);
    }),
  );
});

test("lengths and angles stay, so that attention of rotated queries to rotated keys is the same", () => {
  fc.assert(
    fc.property(rows, ({ seed, block, blocks }) => {
      const [a, b] = [rowOf(seed, block * blocks), rowOf(seed + 1, block * blocks)];
      const before = dot(a, b);
      hadamard(a, block);
      hadamard(b, block);
      assert.ok(Math.abs(dot(a, b) - before) < 1e-3);
    }),
  );
});

test("the matrix is Sylvester's: entry (i, j) has the sign of the bits that i and j share", () => {
  for (let j = 0; j < 64; j++) {
    const row = new Float32Array(64);
    row[j] = 1;
    hadamard(row, 64);
    for (let i = 0; i < 64; i++) {
      const shared = (i & j).toString(2).replaceAll("0", "").length;
      assert.ok(Math.abs((row[i] as number) - (shared % 2 === 0 ? 0.125 : -0.125)) < 1e-7);
    }
  }
});

test("keys are rotated in blocks of the largest 64 times a power of two that divides the head", () => {
  for (const [headSize, block] of [
    [32, undefined],
    [64, 64],
    [80, undefined],
    [96, undefined],
    [128, 128],
    [192, 64],
    [256, 256],
    [576, 64],
  ] as const)
    assert.equal(keyBlock(headSize), block);
});
