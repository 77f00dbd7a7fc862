import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { F16_MAX } from "../../../../memos/inference/gguf/float16.js";
import { GgufFile } from "../../../../memos/inference/gguf/index.js";
import { readAdapterGguf, writeAdapterGguf } from "../../../../memos/parametric/files/index.js";
import { rowOrder } from "../../../../memos/parametric/files/rowOrder.js";
import { temporaryFolder } from "../../support.js";
import { adapterRefused, arbitraryAdapter, bits, sampleAdapter, smallBase } from "./support.js";

for (const architecture of ["llama", "qwen3"])
  test(`any adapter comes back bit for bit from a GGUF file in F32 (${architecture})`, async (t) => {
    const path = join(await temporaryFolder(t), "adapter.gguf");
    const base = smallBase(architecture);
    await fc.assert(
      fc.asyncProperty(arbitraryAdapter(), async (adapter) => {
        await writeAdapterGguf(path, adapter, base, "F32");
        const again = await readAdapterGguf(path, base);
        assert.deepEqual(bits(again.pairs), bits(adapter.pairs));
        assert.equal(again.rank, adapter.rank);
        assert.equal(
          Math.fround(again.scale),
          Math.fround(Math.fround(adapter.scale * adapter.rank) / adapter.rank),
        );
        if (adapter.scale === adapter.alpha / adapter.rank) assert.equal(again.alpha, adapter.alpha);
      }),
      { numRuns: 150 },
    );
  });

test("what F16 wrote comes back the same when it is written again", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const first = await writeAdapterGguf(path, sampleAdapter(), smallBase(), "F16");
  const halves = await readAdapterGguf(path, smallBase());
  assert.notDeepEqual(bits(halves.pairs), bits(sampleAdapter().pairs));
  assert.deepEqual(await writeAdapterGguf(path, halves, smallBase(), "F16"), first);
});

test("equal adapters have equal files, in whichever order their pairs are", async (t) => {
  const folder = await temporaryFolder(t);
  const adapter = sampleAdapter();
  const reversed = { ...adapter, pairs: adapter.pairs.toReversed() };
  assert.deepEqual(
    await writeAdapterGguf(join(folder, "one"), adapter, smallBase(), "F32"),
    await writeAdapterGguf(join(folder, "other"), reversed, smallBase(), "F32"),
  );
});

test("the rows of queries and keys take the order of llama's files, and no others", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const rows = (architecture: string, target: "q_proj" | "k_proj" | "v_proj") =>
    Array.from({ length: 8 }, (_, row) => rowOrder({ architecture, headDim: 4 }, target)(row));
  assert.deepEqual(rows("llama", "q_proj"), [0, 2, 1, 3, 4, 6, 5, 7]);
  assert.deepEqual(rows("llama", "k_proj"), [0, 2, 1, 3, 4, 6, 5, 7]);
  for (const [architecture, target] of [
    ["llama", "v_proj"],
    ["qwen2", "q_proj"],
    ["qwen3", "k_proj"],
    ["smollm3", "q_proj"],
  ] as const)
    assert.deepEqual(rows(architecture, target), [0, 1, 2, 3, 4, 5, 6, 7]);
  const a = new Float32Array(8);
  const b = Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
  const adapter = { rank: 1, alpha: 1, scale: 1, pairs: [{ layer: 0, target: "q_proj" as const, a, b }] };
  await writeAdapterGguf(path, adapter, smallBase("llama"), "F32");
  // Read as another architecture would, the file shows its own order.
  const file = await GgufFile.open(path);
  const entry = file.header.tensors.find(({ name }) => name === "blk.0.attn_q.weight.lora_b");
  assert.ok(entry !== undefined);
  const pieces: number[] = [];
  for await (const piece of file.rows(entry))
    for (let at = 0; at < piece.length; at += 4) pieces.push(piece.readFloatLE(at));
  await file.close();
  assert.deepEqual(pieces, [0, 2, 1, 3, 4, 6, 5, 7]);
});

test("a rank-stabilised adapter has the alpha that gives its scale", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const adapter = { ...sampleAdapter(4), alpha: 16, scale: 16 / Math.sqrt(4) };
  await writeAdapterGguf(path, adapter, smallBase(), "F32");
  const { alpha, scale } = await readAdapterGguf(path, smallBase());
  assert.deepEqual([alpha, scale], [32, 8]);
});

test("an adapter that GGUF cannot hold, or that does not fit its base, is not written", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const adapter = sampleAdapter();
  const [pair] = adapter.pairs;
  assert.ok(pair !== undefined);
  const write = (changes: object, type: "F32" | "F16" = "F32") =>
    writeAdapterGguf(path, { ...adapter, pairs: [{ ...pair, ...changes }] }, smallBase(), type);
  await assert.rejects(write({ magnitude: new Float32Array(8) }), (error) =>
    isMemosError(error, "UNSUPPORTED"),
  );
  await assert.rejects(
    write({ layer: 2 }),
    adapterRefused(/blk\.2\.attn_q\.weight, which its base does not have/),
  );
  await assert.rejects(write({ a: new Float32Array(6) }), adapterRefused(/8 rows of 8 numbers/));
  await assert.rejects(write({ b: new Float32Array(6) }), adapterRefused(/8 rows of 8 numbers/));
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -Number.POSITIVE_INFINITY])
    await assert.rejects(write({ a: pair.a.with(3, value) }), adapterRefused(/not finite/));
  await assert.rejects(write({ b: pair.b.with(3, F16_MAX + 8) }, "F16"), adapterRefused(/half precision/));
  await write({ b: pair.b.with(3, F16_MAX + 8) });
  await assert.rejects(
    writeAdapterGguf(path, { ...adapter, pairs: [] }, smallBase(), "F32"),
    adapterRefused(/changes nothing/),
  );
  await assert.rejects(
    writeAdapterGguf(path, { ...adapter, pairs: [pair, pair] }, smallBase(), "F32"),
    adapterRefused(/twice/),
  );
  await assert.rejects(
    writeAdapterGguf(path, { ...adapter, scale: 1e9 }, smallBase(), "F32"),
    adapterRefused(/alpha/),
  );
  await assert.rejects(
    writeAdapterGguf(path, sampleAdapter(257), smallBase(), "F32"),
    adapterRefused(/rank 257/),
  );
});
