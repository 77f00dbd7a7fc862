import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fidelity } from "../../../../memos/activation/press/index.js";
import { kivi } from "../../../../memos/activation/press/kivi.js";
import type { StateFile } from "../../../../memos/activation/state.js";
import { F16_MAX } from "../../../../memos/inference/gguf/float16.js";
import { refused } from "../../support.js";
import { pressContract, stored, thereAndBack } from "./pressContract.js";
import { anyForm, bitsOf, layersOf, madeState, numbersOf, PLAIN } from "./states.js";

for (const bits of [8, 4, 2])
  pressContract(`kivi with ${bits} bits`, kivi, () => ({ bits, keyGroup: 32, recent: 3 }));

/** Half of a step, which is rounded up in half precision, and the rounding of the result. */
function allowed(numbers: readonly number[], bits: number): number {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const step = ((high - low) / (2 ** bits - 1)) * (1 + 2 ** -10) + 2 ** -24;
  return step / 2 + Math.max(Math.abs(low), Math.abs(high)) * 2 ** -11 + 2 ** -25;
}

/** Looks at each run of numbers that share a step. */
function assertWithinSteps(
  state: StateFile,
  back: StateFile,
  bits: number,
  groups: { keys: number; values: number },
): void {
  const others = layersOf(back);
  for (const [i, { stream, layer, kind }] of layersOf(state).entries()) {
    const cells = stream.positions.length;
    const transposed = kind === "values" && stream.transposed;
    const before = numbersOf(layer, cells, transposed);
    const after = numbersOf(others[i]?.layer ?? layer, cells, transposed);
    const channels = layer.rowBytes / 2;
    const group = groups[kind];
    const [along, across] = kind === "keys" ? [cells, channels] : [channels, cells];
    const at = (rows: Float32Array[], a: number, b: number) =>
      (kind === "keys" ? rows[a]?.[b] : rows[b]?.[a]) as number;
    for (let b = 0; b < across; b++)
      for (let from = 0; from < along; from += group) {
        const run = Array.from({ length: Math.min(group, along - from) }, (_, j) => from + j);
        const most = allowed(
          run.map((a) => at(before, a, b)),
          bits,
        );
        for (const a of run) {
          const difference = Math.abs(at(before, a, b) - at(after, a, b));
          assert.ok(difference <= most, `${kind} ${a},${b}: ${difference} > ${most}`);
          assert.ok(Math.abs(at(after, a, b)) <= F16_MAX);
        }
      }
  }
}

const groups = fc.constantFrom(8, 13, 64);

test("each number is within half a step of what it was", async () => {
  await fc.assert(
    fc.asyncProperty(anyForm, fc.constantFrom(2, 4, 8), groups, groups, async (form, bits, keys, values) => {
      const state = madeState(form);
      const options = { bits, keyGroup: keys, valueGroup: values, recent: 0 };
      assertWithinSteps(state, await thereAndBack(kivi, state, options), bits, { keys, values });
    }),
    { numRuns: 100 },
  );
});

test("the largest numbers of half precision stay finite", async () => {
  const state = madeState(PLAIN);
  for (const { layer } of layersOf(state)) {
    const halves = new Uint16Array(layer.data.buffer);
    for (let i = 0; i < halves.length; i++) halves[i] = 0x7bff - (i % 1_009) + (i % 2) * 0x8000;
  }
  for (const bits of [2, 4, 8])
    assertWithinSteps(state, await thereAndBack(kivi, state, { bits, recent: 0 }), bits, {
      keys: 64,
      values: 64,
    });
});

test("recent tokens come back bit by bit, older ones do not", async () => {
  const state = madeState({ ...PLAIN, gaps: true });
  const back = await thereAndBack(kivi, state, { recent: 10 });
  for (const [i, { layer }] of layersOf(state).entries()) {
    const kept = 190 * layer.rowBytes;
    const other = layersOf(back)[i]?.layer.data ?? new Uint8Array();
    assert.deepEqual(Buffer.from(other.subarray(kept)), Buffer.from(layer.data.subarray(kept)));
    assert.notDeepEqual(Buffer.from(other.subarray(0, kept)), Buffer.from(layer.data.subarray(0, kept)));
  }
  const all = await thereAndBack(kivi, state, { recent: 200 });
  assert.deepEqual(bitsOf(all), bitsOf(state));
});

test("more bits mean smaller errors and longer payloads", async () => {
  const state = madeState({ ...PLAIN, cells: 500 });
  const results = [];
  for (const bits of [2, 4, 8]) {
    const { payload, parameters } = await stored(kivi, state, { bits, recent: 0 });
    const { keys, values } = await fidelity(state, await kivi.decode(payload, parameters));
    results.push({ bytes: payload.length, errors: [...keys, ...values].map(({ error }) => error) });
  }
  const [two, four, eight] = results;
  assert.ok(two && four && eight);
  assert.ok(two.bytes < four.bytes && four.bytes < eight.bytes);
  for (const [i, error] of two.errors.entries()) {
    assert.ok(error > 3 * (four.errors[i] as number), "2 bits are worse than 4");
    assert.ok((four.errors[i] as number) > 10 * (eight.errors[i] as number), "4 bits are worse than 8");
    assert.ok((eight.errors[i] as number) < 0.01);
  }
});

test("a channel that is large in every token costs its neighbours nothing, in keys", async () => {
  const small = madeState(PLAIN);
  const [first] = layersOf(small);
  assert.ok(first);
  const large = { ...first.layer, data: first.layer.data.slice() };
  const halves = new Uint16Array(large.data.buffer);
  for (let cell = 0; cell < 200; cell++) halves[cell * 128 + 5] = 0x7000 + cell;
  const withOutlier = (state: StateFile): StateFile => ({
    ...state,
    blocks: [{ streams: [{ ...first.stream, keys: [large, ...first.stream.keys.slice(1)] }] }],
  });
  const numbers = async (state: StateFile) => {
    const back = await thereAndBack(kivi, state, { recent: 0 });
    return numbersOf(layersOf(back)[0]?.layer ?? large, 200, false).map((row) => row.with(5, 0));
  };
  assert.deepEqual(await numbers(withOutlier(small)), await numbers(small));
});

test("infinities, NaN and other types than half precision are refused", async () => {
  for (const bits of [0x7c00, 0xfc00, 0x7e00]) {
    const state = madeState({ ...PLAIN, cells: 20 });
    const [, , values] = layersOf(state);
    assert.ok(values);
    new Uint16Array(values.layer.data.buffer)[300] = bits;
    await assert.rejects(kivi.encode(state, { recent: 0 }), refused("STATE_INVALID"));
  }
  const state = madeState(PLAIN);
  const [{ stream, layer }] = layersOf(state) as [ReturnType<typeof layersOf>[number]];
  for (const type of [30, 8]) {
    const rowBytes = type === 8 ? 34 : layer.rowBytes;
    const data = layer.data.subarray(0, 200 * rowBytes);
    const other = { ...stream, keys: stream.keys.map(() => ({ type, rowBytes, data })) };
    await assert.rejects(kivi.encode({ ...state, blocks: [{ streams: [other] }] }), refused("UNSUPPORTED"));
  }
});

test("options out of range are refused", async () => {
  const state = madeState({ ...PLAIN, cells: 3 });
  for (const wrong of [
    { bits: 3 },
    { keyGroup: 7 },
    { valueGroup: 1_025 },
    { recent: -1 },
    { recent: 2 ** 20 + 1 },
  ])
    await assert.rejects(kivi.encode(state, wrong), refused("INVALID_INPUT"));
  for (const right of [{ keyGroup: 8 }, { valueGroup: 1_024 }, { recent: 2 ** 20 }])
    await kivi.encode(state, right);
});
