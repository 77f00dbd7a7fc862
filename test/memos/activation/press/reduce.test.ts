import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  compacted,
  fidelity,
  importance,
  type Rope,
  withGaps,
  worthKeeping,
} from "../../../../memos/activation/press/index.js";
import { turnBy, turnRow } from "../../../../memos/activation/press/rope.js";
import { soleStream } from "../../../../memos/activation/press/soleStream.js";
import type { StateFile } from "../../../../memos/activation/state.js";
import { writeState } from "../../../../memos/activation/stateFile.js";
import { refused } from "../../support.js";
import { bitsOf, exactPart, layersOf, madeState, numbersOf, PLAIN } from "./states.js";

const ROPE: Rope = { headSize: 64, dimensions: 64, base: 10_000, pairs: "adjacent" };
const OPTIONS = { headSize: 64, ratio: 0.5, sinks: 4, recent: 10 };

const forms = fc.record({
  seed: fc.nat(),
  cells: fc.integer({ min: 1, max: 120 }),
  values: fc.constantFrom("rows" as const, "columns" as const, "none" as const),
  gaps: fc.boolean(),
});

test("first, last and the most important cells are kept, as many as the ratio says", async () => {
  await fc.assert(
    fc.asyncProperty(forms, fc.double({ min: 0, max: 1, noNaN: true }), async (form, ratio) => {
      const state = madeState({ ...PLAIN, ...form });
      const kept = await worthKeeping(state, { ...OPTIONS, ratio });
      const { cells } = form;
      const chosen = new Set(kept);
      const always = Math.min(cells, 14);
      assert.equal(kept.length, Math.max(always, Math.ceil(ratio * cells)));
      for (let cell = 0; cell < cells; cell++)
        if (cell < 4 || cell >= cells - 10) assert.ok(chosen.has(cell));
      const scores = await importance(state, { method: "keydiff", headSize: 64 });
      const of = (inside: boolean) =>
        [...scores].filter((_, cell) => cell >= 4 && cell < cells - 10 && chosen.has(cell) === inside);
      assert.ok(Math.min(...of(true)) >= Math.max(...of(false)));
    }),
    { numRuns: 60 },
  );
});

test("with gaps, rows and positions are those of the kept cells, and all tokens stay", async () => {
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const state = madeState({ ...PLAIN, ...form });
      const kept = await worthKeeping(state, OPTIONS);
      const small = await withGaps(state, kept);
      assert.deepEqual(small.tokens, state.tokens);
      assertRows(state, small, kept);
      const { positions } = soleStream(small);
      assert.deepEqual(
        [...positions],
        [...kept].map((cell) => soleStream(state).positions[cell]),
      );
      assert.equal(positions.at(-1), state.tokens.length - 1);
      writeState(small);
    }),
    { numRuns: 60 },
  );
});

function assertRows(state: StateFile, small: StateFile, kept: Int32Array, only?: "values"): void {
  const others = layersOf(small);
  for (const [i, { stream, layer, kind }] of layersOf(state).entries()) {
    if (only !== undefined && kind !== only) continue;
    const transposed = kind === "values" && stream.transposed;
    const rows = numbersOf(layer, stream.positions.length, transposed);
    assert.deepEqual(
      numbersOf(others[i]?.layer ?? layer, kept.length, transposed),
      [...kept].map((cell) => rows[cell]),
    );
  }
}

test("compacted, positions count from 0, and tokens and values are those of the kept cells", async () => {
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const state = madeState({ ...PLAIN, ...form });
      const kept = await worthKeeping(state, OPTIONS);
      const small = await compacted(state, kept, ROPE);
      const { positions } = soleStream(state);
      assert.deepEqual(
        [...small.tokens],
        [...kept].map((cell) => state.tokens[positions[cell] as number]),
      );
      assert.deepEqual([...soleStream(small).positions], [...kept.keys()]);
      assertRows(state, small, kept, "values");
      writeState(small);
    }),
    { numRuns: 60 },
  );
});

/** A state whose keys are of one vector, turned to each cell's position. */
function turnedKeys(cells: number, rope: Rope, at: (cell: number) => number): StateFile {
  const state = madeState({ ...PLAIN, cells });
  for (const { layer, kind } of layersOf(state)) {
    if (kind !== "keys") continue;
    const halves = new Uint16Array(layer.data.buffer);
    for (let at = 0; at < halves.length; at++) halves[at] = 0x3800 + (((at % 128) * 37) % 1_024);
    for (let cell = 0; cell < cells; cell++)
      turnRow(layer.data, cell * layer.rowBytes, layer.rowBytes, rope, turnBy(at(cell), rope));
  }
  return state;
}

for (const rope of [
  ROPE,
  { ...ROPE, pairs: "halves" },
  { ...ROPE, headSize: 32, dimensions: 16, base: 1e6 },
  { ...ROPE, divisors: new Float32Array(32).map((_, i) => 1 + i / 4) },
] as const)
  test(`keys moved together are those of their new positions: ${JSON.stringify({ ...rope, divisors: rope.divisors?.length })}`, async () => {
    const kept = Int32Array.from({ length: 40 }, (_, i) => 2 * i + (i % 2));
    const before = turnedKeys(100, rope, (cell) => cell);
    const small = await compacted(before, kept, rope);
    const expected = turnedKeys(40, rope, (cell) => cell);
    const { keys } = await fidelity({ ...expected, tokens: small.tokens }, small);
    for (const { error } of keys) assert.ok(error < 1e-3, `${error}`);
  });

test("of equally important cells the first are kept", async () => {
  const state = madeState({ ...PLAIN, scale: 0, cells: 100 });
  const kept = await worthKeeping(state, { ...OPTIONS, ratio: 0.3 });
  assert.deepEqual(
    [...kept],
    Array.from({ length: 30 }, (_, i) => (i < 20 ? i : 70 + i)),
  );
});

test("turning there and back gives the key, whatever the distance, and leaves the other channels alone", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.constantFrom("adjacent" as const, "halves" as const),
      fc.constantFrom(0, 2, 32, 64),
      fc.nat(),
      (delta, pairs, dimensions, seed) => {
        const rope: Rope = { headSize: 64, dimensions, base: 10_000, pairs };
        const state = madeState({ ...PLAIN, seed, cells: 1, layers: 1 });
        const [before] = numbersOf(layersOf(state)[0]?.layer as never, 1, false);
        const layer = layersOf(state)[0]?.layer;
        assert.ok(before && layer);
        turnRow(layer.data, 0, layer.rowBytes, rope, turnBy(delta, rope));
        const [turned] = numbersOf(layer, 1, false);
        turnRow(layer.data, 0, layer.rowBytes, rope, turnBy(-delta, rope));
        const [back] = numbersOf(layer, 1, false);
        for (const [i, value] of before.entries()) {
          assert.ok(Math.abs(value - (back?.[i] as number)) < 2e-3);
          if (i % 64 >= dimensions) assert.equal(turned?.[i], value);
        }
      },
    ),
  );
});

test("a key turns as the formula says", () => {
  const state = madeState({ ...PLAIN, cells: 1, layers: 1, heads: 1 });
  const [keys] = layersOf(state);
  assert.ok(keys);
  for (const pairs of ["adjacent", "halves"] as const)
    for (const divisors of [undefined, new Float32Array(32).fill(4)]) {
      const rope: Rope = { ...ROPE, pairs, ...(divisors === undefined ? {} : { divisors }) };
      const halves = new Uint16Array(keys.layer.data.buffer);
      halves.fill(0);
      const [x, y] = pairs === "adjacent" ? [6, 7] : [3, 35];
      halves[x] = 0x3c00;
      turnRow(keys.layer.data, 0, 128, rope, turnBy(5, rope));
      const [row] = numbersOf(keys.layer, 1, false);
      const angle = (5 * 10_000 ** (-6 / 64)) / (divisors === undefined ? 1 : 4);
      assert.ok(Math.abs((row?.[x] as number) - Math.cos(angle)) < 1e-3);
      assert.ok(Math.abs((row?.[y] as number) - Math.sin(angle)) < 1e-3);
    }
});

test("the whole state, kept, is the state", async () => {
  const state = madeState({ ...PLAIN, values: "columns" });
  const all = await worthKeeping(state, { ...OPTIONS, ratio: 1 });
  for (const same of [await withGaps(state, all), await compacted(state, all, ROPE)]) {
    assert.deepEqual(bitsOf(same), bitsOf(state));
    assert.deepEqual(exactPart(same), exactPart(state));
  }
});

test("the state that was reduced is not changed", async () => {
  const state = madeState(PLAIN);
  const before = bitsOf(state);
  await compacted(state, await worthKeeping(state, OPTIONS), ROPE);
  assert.deepEqual(bitsOf(state), before);
});

test("cells that are not there or not in order, and a last token without a cell, are refused", async () => {
  const state = madeState({ ...PLAIN, cells: 20 });
  for (const kept of [[], [0, 1], [19, 0], [0, 0, 19], [-1, 19], [19, 20], [0, 25, 19]]) {
    await assert.rejects(withGaps(state, Int32Array.from(kept)), refused("INVALID_INPUT"), `${kept}`);
  }
  for (const kept of [[], [1, 0], [3, 3], [-1], [20]])
    await assert.rejects(compacted(state, Int32Array.from(kept), ROPE), refused("INVALID_INPUT"), `${kept}`);
});

test("a rope that does not fit is refused, and keys that are not in half precision", async () => {
  const state = madeState({ ...PLAIN, cells: 20 });
  const kept = Int32Array.of(0, 19);
  for (const wrong of [
    { headSize: 63 },
    { headSize: 0 },
    { dimensions: 66 },
    { dimensions: 3 },
    { base: 0 },
    { base: Number.NaN },
    { divisors: new Float32Array(3) },
  ])
    await assert.rejects(compacted(state, kept, { ...ROPE, ...wrong }), refused("INVALID_INPUT"));
  const stream = soleStream(state);
  const keys = stream.keys.map((layer) => ({ ...layer, type: 30 }));
  const other = { ...state, blocks: [{ streams: [{ ...stream, keys }] }] };
  await assert.rejects(compacted(other, kept, ROPE), refused("UNSUPPORTED"));
  for (const form of [{ window: true }, { recurrent: true }, { extras: true }])
    await assert.rejects(withGaps(madeState({ ...PLAIN, ...form }), kept), refused("UNSUPPORTED"));
});

test("options out of range are refused", async () => {
  const state = madeState({ ...PLAIN, cells: 3 });
  for (const wrong of [
    { ratio: 1.1 },
    { recent: 0 },
    { sinks: -1 },
    { headSize: 0 },
    { method: "h2o" as never },
  ])
    await assert.rejects(worthKeeping(state, { ...OPTIONS, ...wrong }), refused("INVALID_INPUT"));
});
