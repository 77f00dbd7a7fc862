import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { F16_MAX, F16_VALUES, f16Bits } from "../../../../memos/inference/gguf/float16.js";

test("every one of the 65,536 patterns comes back as itself, NaN as some NaN", () => {
  for (let bits = 0; bits < 0x1_0000; bits++) {
    const value = F16_VALUES[bits] as number;
    const back = f16Bits(value);
    if (Number.isNaN(value)) assert.ok(Number.isNaN(F16_VALUES[back] as number), `NaN ${bits}`);
    else assert.equal(back, bits);
  }
});

test("known patterns have their values", () => {
  for (const [bits, value] of [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1_023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, F16_MAX],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ] as const)
    assert.equal(F16_VALUES[bits], value);
  assert.ok(Object.is(F16_VALUES[0x8000], -0));
});

/** Finite values in ascending order, from that of 0 on. */
function neighbours(magnitude: number): [below: number, above: number] {
  let below = 0;
  for (let step = 0x4000; step > 0; step >>= 1)
    if (below + step < 0x7c00 && (F16_VALUES[below + step] as number) <= magnitude) below += step;
  return [below, below + 1];
}

test("a number between two patterns goes to the nearer one, from the middle to the even one", () => {
  const check = (value: number) => {
    const single = Math.fround(value);
    const [below, above] = neighbours(Math.abs(single));
    const low = F16_VALUES[below] as number;
    // Beyond the largest number, infinity stands where the next one would be.
    const high = above === 0x7c00 ? 65_536 : (F16_VALUES[above] as number);
    const middle = (low + high) / 2;
    const magnitude = Math.abs(single);
    const nearest =
      magnitude === middle ? (below % 2 === 0 ? below : above) : magnitude < middle ? below : above;
    assert.equal(f16Bits(value), nearest | (single < 0 || Object.is(single, -0) ? 0x8000 : 0), String(value));
  };
  for (let bits = 0; bits < 0x7c00; bits++) {
    const next = bits === 0x7bff ? 65_536 : (F16_VALUES[bits + 1] as number);
    check(((F16_VALUES[bits] as number) + next) / 2);
  }
  fc.assert(fc.property(fc.float({ min: -70_000, max: 70_000, noNaN: true }), check), { numRuns: 5_000 });
  fc.assert(fc.property(fc.float({ min: Math.fround(-1e-4), max: Math.fround(1e-4), noNaN: true }), check), {
    numRuns: 5_000,
  });
});
