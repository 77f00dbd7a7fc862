import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FeatureTable } from "../../../memos/inference/featureTable.js";

function drained(table: FeatureTable): [hash: number, mass: number][] {
  const features: [number, number][] = [];
  table.drain((hash, mass) => features.push([hash, mass]));
  return features;
}

test("a table holds the sum of each feature in order of arrival, and is empty after it was read", () => {
  // Few different hashes and the same upper half, the last slot among them, so that they crowd each other out.
  const hash = fc.oneof(
    fc.integer(),
    fc.integer({ min: -8, max: 8 }),
    fc.nat(7).map((low) => 0x7fff0000 | low),
  );
  const table = new FeatureTable();
  fc.assert(
    fc.property(fc.array(fc.tuple(hash, fc.nat(9)), { maxLength: 200 }), (features) => {
      const expected = new Map<number, number>();
      for (const [at, mass] of features) {
        table.add(at, mass);
        const key = at === 0 ? 1 : at;
        expected.set(key, (expected.get(key) ?? 0) + mass);
      }
      assert.deepEqual(drained(table), [...expected]);
      assert.deepEqual(drained(table), []);
    }),
  );
});

test("a table holds as many features as it promises", () => {
  const table = new FeatureTable();
  for (let at = 1; at <= FeatureTable.capacity; at++) table.add(Math.imul(at, 0x9e3779b1), 1);
  assert.equal(drained(table).length, FeatureTable.capacity);
});
