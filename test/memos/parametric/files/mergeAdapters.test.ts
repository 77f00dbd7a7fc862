import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { type Adapter, mergeAdapters, type Target } from "../../../../memos/parametric/files/index.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { TARGETS } from "../../../../memos/parametric/recipe.js";
import { adapterRefused, arbitraryAdapter, LAYERS, MATRICES, moderate, sampleAdapter } from "./support.js";

/** scale · B · A of one matrix in double precision, row by row; zeros where it is not changed. */
function delta({ rank, scale, pairs }: Adapter, layer: number, target: Target): number[] {
  const [columns, rows] = MATRICES[target];
  const pair = pairs.find((one) => one.layer === layer && one.target === target);
  return Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let of = 0; of < rank; of++)
      sum +=
        (pair?.b[Math.floor(at / columns) * rank + of] ?? 0) * (pair?.a[of * columns + (at % columns)] ?? 0);
    return scale * sum;
  });
}

test("what a merged adapter adds is the weighted sum of what the adapters add", async () => {
  const weighted = fc.record({ adapter: arbitraryAdapter(moderate), weight: moderate });
  await fc.assert(
    fc.asyncProperty(fc.array(weighted, { minLength: 1, maxLength: 4 }), async (adapters) => {
      const merged = await mergeAdapters(adapters);
      assert.equal(
        merged.rank,
        adapters.reduce((sum, { adapter }) => sum + adapter.rank, 0),
      );
      assert.deepEqual([merged.scale, merged.alpha], [1, merged.rank]);
      for (let layer = 0; layer < LAYERS; layer++)
        for (const target of TARGETS) {
          const found = delta(merged, layer, target);
          const parts = adapters.map(({ adapter, weight }) =>
            delta(adapter, layer, target).map((value) => weight * value),
          );
          found.forEach((value, at) => {
            const expected = parts.reduce((sum, part) => sum + (part[at] ?? 0), 0);
            // B is rounded to single precision; the sizes of its terms bound what that can do.
            const size =
              parts.reduce((sum, part) => sum + Math.abs(part[at] ?? 0), 0) + merged.rank * 64 * 33;
            assert.ok(Math.abs(value - expected) <= size * 2 ** -23, `${value} ${expected}`);
          });
        }
    }),
    { numRuns: 150 },
  );
});

test("one adapter alone, at its weight, has its matrices and its scale in B", async () => {
  const adapter = sampleAdapter(2);
  const merged = await mergeAdapters([{ adapter, weight: 0.5 }]);
  assert.deepEqual(
    merged.pairs.map(({ a, b }) => [a, b]),
    adapter.pairs.map(({ a, b }) => [a, b.map((value) => value * 0.5 * adapter.scale)]),
  );
});

test("a merge of no adapters, of too many ranks, of DoRA or of different bases is refused with a reason", async () => {
  const adapter = sampleAdapter();
  const [pair] = adapter.pairs;
  assert.ok(pair !== undefined);
  const refused = (code: "INVALID_INPUT" | "TOO_LARGE" | "UNSUPPORTED", reason: RegExp) => (error: unknown) =>
    isMemosError(error, code) && reason.test(error.message);
  await assert.rejects(mergeAdapters([]), refused("INVALID_INPUT", /no adapters/));
  for (const weight of [Number.NaN, Number.POSITIVE_INFINITY])
    await assert.rejects(mergeAdapters([{ adapter, weight }]), refused("INVALID_INPUT", /not finite/));
  const half = { adapter: sampleAdapter(ADAPTER_LIMITS.rank / 2), weight: 1 };
  assert.equal((await mergeAdapters([half, half])).rank, ADAPTER_LIMITS.rank);
  await assert.rejects(
    mergeAdapters([half, half, { adapter: sampleAdapter(1), weight: 1 }]),
    refused("TOO_LARGE", /rank 257; 256 are allowed/),
  );
  const dora = { ...adapter, pairs: [{ ...pair, magnitude: new Float32Array(8) }] };
  await assert.rejects(mergeAdapters([{ adapter: dora, weight: 1 }]), refused("UNSUPPORTED", /DoRA/));
  const other = { ...adapter, pairs: [{ ...pair, a: new Float32Array(2 * 16) }] };
  await assert.rejects(
    mergeAdapters([
      { adapter, weight: 1 },
      { adapter: other, weight: 1 },
    ]),
    adapterRefused(/different bases: blk\.0\.attn_q\.weight/),
  );
  const large = { ...adapter, pairs: [{ ...pair, b: pair.b.with(5, 3e38) }] };
  await assert.rejects(mergeAdapters([{ adapter: large, weight: 9 }]), adapterRefused(/not be finite/));
});

test("others have turns while large adapters are merged", async () => {
  const rank = 64;
  const pair = {
    layer: 0,
    target: "q_proj" as const,
    a: new Float32Array(rank),
    b: new Float32Array(2 ** 23),
  };
  let turns = 0;
  const count = () => {
    turns++;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  await mergeAdapters([{ adapter: { rank, alpha: 1, scale: 1 / rank, pairs: [pair] }, weight: 1 }]);
  clearImmediate(counting);
  assert.ok(turns > 0);
});
