import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fidelity, toF16, toQ8 } from "../../../../memos/activation/press/index.js";
import { readRow } from "../../../../memos/activation/press/rows.js";
import type { KvLayer, StateFile } from "../../../../memos/activation/state.js";
import { GGML } from "../../../../memos/inference/gguf/ggmlType.js";
import { refused } from "../../support.js";
import { bitsOf, exactPart, layersOf, madeState, PLAIN } from "./states.js";

/** The state with each layer replaced. */
function withLayers(state: StateFile, make: (layer: KvLayer) => KvLayer): StateFile {
  return {
    ...state,
    blocks: state.blocks.map(({ streams }) => ({
      streams: streams.map(
        (stream) => stream && { ...stream, keys: stream.keys.map(make), values: stream.values.map(make) },
      ),
    })),
  };
}

test("to Q8_0 and back is within a hundredth, rotated or not, for every size of head", async () => {
  for (const rotated of [true, false])
    for (const headSize of [32, 64, 96, 128, 192]) {
      const state = madeState({ ...PLAIN, headSize, cells: 50 });
      const quantised = await toQ8(state, { rotated, headSize });
      assert.ok(layersOf(quantised).every(({ layer }) => layer.type === GGML.Q8_0));
      assert.equal(layersOf(quantised)[0]?.layer.rowBytes, ((2 * headSize) / 32) * 34);
      const back = await toF16(quantised, { rotated, headSize });
      assert.deepEqual(exactPart(back), exactPart(state));
      const { keys, values } = await fidelity(state, back);
      for (const { error, cosine } of [...keys, ...values]) {
        assert.ok(error < 0.01, `head of ${headSize}: ${error}`);
        assert.ok(cosine > 0.9999);
      }
    }
});

test("a rotated state that is taken for an unrotated one is nothing like the original", async () => {
  const state = madeState(PLAIN);
  const rotated = await toQ8(state, { rotated: true, headSize: 64 });
  const { keys, values } = await fidelity(state, await toF16(rotated, { rotated: false, headSize: 64 }));
  for (const { error } of [...keys, ...values]) assert.ok(error > 0.5);
});

test("keys of a head of 128 are rotated as one block of 128, values in blocks of 64", async () => {
  const state = madeState({ ...PLAIN, cells: 1, heads: 1, headSize: 128, layers: 1 });
  for (const { layer } of layersOf(state)) {
    layer.data.fill(0);
    new Uint16Array(layer.data.buffer)[0] = 0x3c00;
  }
  const [keys, values] = layersOf(await toQ8(state, { rotated: true, headSize: 128 }));
  const numbers = (layer: KvLayer | undefined) => {
    const row = new Float32Array(128);
    if (layer !== undefined) readRow(layer.type, layer.data, 0, row);
    return row;
  };
  for (const [i, value] of numbers(keys?.layer).entries())
    assert.ok(Math.abs(value - 128 ** -0.5) < 1e-3, `${i}`);
  for (const [i, value] of numbers(values?.layer).entries())
    assert.ok(Math.abs(value - (i < 64 ? 0.125 : 0)) < 1e-3, `${i}`);
});

test("Q8_0 rounds as GGML does: the largest number is 127, a half goes away from zero", async () => {
  const state = madeState({ ...PLAIN, cells: 1, heads: 1, headSize: 32, layers: 1, values: "none" });
  const [keys] = layersOf(state);
  assert.ok(keys);
  new Uint16Array(keys.layer.data.buffer).set([0x57f0, 0x3800, 0xb800, 0x3e00, 0x0000, 0xd7f0], 0);
  new Uint16Array(keys.layer.data.buffer).fill(0, 6);
  const [made] = layersOf(await toQ8(state, { rotated: false, headSize: 32 }));
  assert.deepEqual(
    [...(made?.layer.data.subarray(0, 9) ?? [])],
    [0x00, 0x3c, 127, 1, 255, 2, 0, 129, 0],
    "scale 1, then 127, 0.5, -0.5, 1.5, 0, -127",
  );
});

test("single precision and bfloat16 become half precision, number by number", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), { minLength: 64, maxLength: 64 }),
      async (numbers) => {
        const singles = Float32Array.from(numbers);
        const upper = new Uint16Array(singles.buffer).filter((_, i) => i % 2 === 1);
        const form = { ...PLAIN, cells: 2, layers: 1, heads: 1, headSize: 32 };
        for (const [type, data, error] of [
          [GGML.F32, new Uint8Array(singles.buffer), 2 ** -11],
          [GGML.BF16, new Uint8Array(upper.buffer), 2 ** -7],
        ] as const)
          for (const values of ["rows", "columns"] as const) {
            const state = withLayers(madeState({ ...form, values }), () => ({
              type,
              rowBytes: data.length / 2,
              data,
            }));
            const back = await toF16(state, { rotated: true, headSize: 64 });
            for (const { layer } of layersOf(back)) {
              assert.deepEqual([layer.type, layer.rowBytes], [GGML.F16, 64]);
              const row = new Float32Array(64);
              readRow(GGML.F16, layer.data, 0, row);
              for (const [i, value] of row.entries())
                assert.ok(
                  Math.abs(value - (singles[i] as number)) <=
                    Math.abs(singles[i] as number) * error + 2 ** -24,
                );
            }
          }
      },
    ),
    { numRuns: 30 },
  );
});

test("Q4_0 has number i low and number i + 16 high in byte i, less 8, times the scale", async () => {
  const data = new Uint8Array(18);
  data.set([0x00, 0x40]);
  for (let i = 0; i < 16; i++) data[2 + i] = i | ((15 - i) << 4);
  const form = { ...PLAIN, cells: 1, layers: 1, heads: 1, headSize: 32 };
  const state = withLayers(madeState(form), () => ({ type: GGML.Q4_0, rowBytes: 18, data }));
  const [keys] = layersOf(await toF16(state, { rotated: true, headSize: 32 }));
  const row = new Float32Array(32);
  readRow(GGML.F16, keys?.layer.data ?? new Uint8Array(64), 0, row);
  assert.deepEqual(
    [...row],
    Array.from({ length: 32 }, (_, i) => 2 * (i < 16 ? i - 8 : 23 - i)),
  );
});

test("what is in half precision already stays as it is", async () => {
  const state = madeState({ ...PLAIN, values: "columns" });
  assert.deepEqual(bitsOf(await toF16(state, { rotated: true, headSize: 64 })), bitsOf(state));
});

test("what llama.cpp cannot have is refused", async () => {
  const options = { rotated: true, headSize: 64 };
  await assert.rejects(toQ8(madeState({ ...PLAIN, values: "columns" }), options), refused("UNSUPPORTED"));
  await assert.rejects(toQ8(madeState({ ...PLAIN, headSize: 7 }), options), refused("UNSUPPORTED"));
  const quantised = await toQ8(madeState(PLAIN), options);
  await assert.rejects(toQ8(quantised, options), refused("UNSUPPORTED"));
  const other = withLayers(madeState(PLAIN), (layer) => ({
    type: 20,
    rowBytes: 72,
    data: layer.data.subarray(0, 200 * 72),
  }));
  await assert.rejects(toF16(other, options), refused("UNSUPPORTED"));
  await assert.rejects(toQ8(madeState(PLAIN), { rotated: true, headSize: 192 }), refused("INVALID_INPUT"));
  const infinite = madeState(PLAIN);
  new Uint16Array(layersOf(infinite)[0]?.layer.data.buffer ?? new ArrayBuffer(0))[9] = 0x7c00;
  await assert.rejects(toQ8(infinite, options), refused("STATE_INVALID"));
});
