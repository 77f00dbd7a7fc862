import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { estimateOf, simulateCluster } from "../../../bench/placement/cluster.js";
import { Histogram } from "../../../bench/placement/histogram.js";
import { BYTES, sizing } from "../../../bench/placement/model.js";
import { runPlacementBench } from "../../../bench/placement.js";
import { percentile } from "../../../eval/metrics/index.js";

test("bytes of the model grow with the cubes, and what they come to is what a cube takes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 100_000 }), (tenants) => {
      const cubes = tenants * 10_000;
      const one = sizing(cubes);
      const two = sizing(2 * cubes);
      for (const part of ["ledger", "vectors", "graph", "index", "states", "postgres"] as const)
        assert.ok(Math.abs(two.gigabytes[part] / one.gigabytes[part] - 2) < 1e-9, part);
      assert.ok(Math.abs((one.gigabytes.ledger * 2 ** 30) / cubes - BYTES.ledger) < 1e-6);
      assert.ok(two.nodes >= one.nodes && two.nodes <= 2 * one.nodes);
      assert.ok(two.largestTenant > one.largestTenant);
      assert.ok(Math.abs(two.perSecond.adds / one.perSecond.adds - 2) < 1e-9);
    }),
    { numRuns: 10 },
  );
});

test("percentiles of a histogram are within a hundredth of the true ones", () => {
  const values = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.constantFrom(50, 95), (all, p) => {
      const histogram = new Histogram();
      for (const value of all) histogram.add(value);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil((all.length * p) / 100) - 1)] as number;
      assert.ok(Math.abs(histogram.percentile(p) / exact - 1) < 0.0101);
      assert.ok(histogram.percentile(p) <= percentile(all, 100) * 1.0101);
    }),
  );
});

test("an estimate from some nodes holds that of all of them about as often as two standard errors say", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }),
      (values) => {
        assert.equal(estimateOf(values, values.length).within, 0, "all were looked at");
        assert.ok(
          estimateOf(values, 2 * values.length).within <= estimateOf(values, 100 * values.length).within,
        );
      },
    ),
  );
});

test("a deployment is simulated on some nodes for all, the same for the same seed, and each policy serves every prompt", async () => {
  const options = { cubes: 300_000, days: { warmUp: 1, counted: 1 }, report: () => undefined };
  const figures = await simulateCluster(options);
  assert.deepEqual(await simulateCluster(options), figures);
  assert.notDeepEqual(await simulateCluster({ ...options, seed: 2 }), figures);
  assert.deepEqual(Object.keys(figures.policies), ["shipped", "supersededDropped", "lruOnly", "noTiers"]);
  for (const { tiers } of Object.values(figures.policies)) {
    const all = Object.values(tiers).reduce((sum, { value }) => sum + value, 0);
    assert.ok(Math.abs(all - 1) < 0.003, `${all}`);
  }
  const { shipped, noTiers } = figures.policies;
  assert.ok((shipped?.tiers.none.value ?? 1) < (noTiers?.tiers.none.value ?? 0));
  assert.ok((shipped?.firstTokenMs.mean.value ?? 1e9) < (noTiers?.firstTokenMs.mean.value ?? 0));
  assert.ok(figures.index.flushesPerDay > 0 && figures.index.recallMs.p95 >= figures.index.recallMs.p50);
});

test("the placement bench prints the model at four sizes beside what is simulated, in bounded memory", async () => {
  const result = await runPlacementBench({ accesses: 2_000, cubes: 100_000 }, () => undefined);
  assert.deepEqual(
    result.model.map(({ cubes }) => cubes),
    [1e6, 1e7, 1e8, 1e9],
  );
  assert.ok(result.rssMB < 1_000);
  assert.equal(result.simulated.cubes, 100_000);
});
