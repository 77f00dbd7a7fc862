import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unitVector, unitVectorOrZero, unitVectors } from "../../../memos/inference/unitVector.js";

const INVALID = { code: "EMBEDDING_INVALID" };

test("any finite numbers that are not all zero are scaled to length 1, in their direction", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 64 }), (values) => {
      fc.pre(values.some((value) => value !== 0));
      const vector = unitVector(values, values.length);
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
      for (const [at, value] of vector.entries())
        assert.ok(value === 0 || Math.sign(value) === Math.sign(values[at] as number));
    }),
  );
});

test("numbers whose squares overflow or vanish keep their direction", () => {
  for (const size of [1e-320, 1e-200, 1e200, Number.MAX_VALUE])
    assert.deepEqual(unitVector([size, -size], 2), Float32Array.of(Math.SQRT1_2, -Math.SQRT1_2));
});

test("what is not a finite number is refused, wherever it stands", () => {
  const wrong = fc.constantFrom<unknown>(NaN, Infinity, -Infinity, null, undefined, "1", true, 1n, [1], {});
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), wrong, fc.nat(), (values, fault, at) => {
      const row: unknown[] = [...values];
      row[at % row.length] = fault;
      assert.throws(() => unitVector(row, row.length), INVALID);
    }),
  );
});

test("another number of numbers is refused", () => {
  for (const row of [[], [1], [1, 2, 3]]) assert.throws(() => unitVector(row, 2), INVALID);
});

test("a zero vector is refused unless it is allowed", () => {
  assert.throws(() => unitVector([0, -0, 0], 3), INVALID);
  assert.deepEqual(unitVectorOrZero([0, -0, 0], 3), new Float32Array(3));
});

test("another number of vectors is refused", () => {
  assert.throws(() => unitVectors([[1]], 2, 1), INVALID);
  assert.throws(() => unitVectors([[1], [1], [1]], 2, 1), INVALID);
  assert.deepEqual(unitVectors([[2], [-2]], 2, 1), [Float32Array.of(1), Float32Array.of(-1)]);
});
