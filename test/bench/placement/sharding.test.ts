import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { populationOf } from "../../../bench/placement/population.js";
import {
  BOUND,
  boundedLoads,
  byHash,
  largestFirst,
  loadsOf,
  outcomeOf,
} from "../../../bench/placement/sharding.js";

const tenants = fc
  .array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 300 })
  .map((sizes) => Float64Array.from(sizes));
const nodes = fc.integer({ min: 1, max: 20 });
const sumOf = (sizes: Float64Array) => sizes.reduce((sum, size) => sum + size, 0);

test("every tenant is on a node that there is, and always on the same", () => {
  fc.assert(
    fc.property(tenants, nodes, (sizes, count) => {
      for (const sharding of [byHash, largestFirst, boundedLoads]) {
        const assignment = sharding(sizes, count);
        assert.equal(assignment.length, sizes.length);
        assert.ok(assignment.every((node) => node >= 0 && node < count));
        assert.deepEqual(sharding(sizes, count), assignment);
      }
    }),
  );
});

test("with bounded loads no node is above its bound, unless a tenant is larger than the room above the mean", () => {
  fc.assert(
    fc.property(tenants, nodes, (sizes, count) => {
      const mean = sumOf(sizes) / count;
      const fullest = Math.max(...loadsOf(boundedLoads(sizes, count), sizes, count));
      const most = (1 + BOUND) * mean;
      assert.ok(fullest <= Math.max(most, mean + Math.max(...sizes)) + 1e-6);
      if (Math.max(...sizes) <= BOUND * mean) assert.ok(fullest <= most + 1e-6);
    }),
  );
});

test("largest first is at most one tenant above the mean", () => {
  fc.assert(
    fc.property(tenants, nodes, (sizes, count) => {
      const fullest = Math.max(...loadsOf(largestFirst(sizes, count), sizes, count));
      assert.ok(fullest <= sumOf(sizes) / count + Math.max(...sizes) + 1e-6);
    }),
  );
});

test("when a node comes, bounded loads move little; hashing and packing move nearly everything", () => {
  const { tenants: sizes } = populationOf(100_000_000);
  const [hash, packed, bounded] = [byHash, largestFirst, boundedLoads].map((one) =>
    outcomeOf(one, sizes, 20),
  );
  assert.ok((bounded?.movedOnAdding ?? 1) < 0.35, JSON.stringify(bounded));
  assert.ok((hash?.movedOnAdding ?? 0) > 0.8 && (packed?.movedOnAdding ?? 0) > 0.8);
  assert.ok((bounded?.imbalance ?? 9) <= 1 + BOUND + 1e-9);
  assert.ok((hash?.imbalance ?? 0) > (bounded?.imbalance ?? 9));
});
