import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { importance, toQ8 } from "../../../../memos/activation/press/index.js";
import { refused } from "../../support.js";
import { layersOf, madeState, numbersOf, PLAIN } from "./states.js";

const forms = fc.record({
  seed: fc.nat(),
  cells: fc.integer({ min: 1, max: 40 }),
  heads: fc.integer({ min: 1, max: 3 }),
  layers: fc.integer({ min: 1, max: 3 }),
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** The papers' formulas, head by head, in plain words. */
function expected(state: ReturnType<typeof madeState>, heads: number, method: "keydiff" | "knorm"): number[] {
  const scores: number[][] = [];
  for (const { stream, layer, kind } of layersOf(state)) {
    if (kind !== "keys") continue;
    const rows = numbersOf(layer, stream.positions.length, false);
    for (let head = 0; head < heads; head++) {
      const keys = rows.map((row) => row.slice(head * 16, head * 16 + 16));
      const norms = keys.map((key) => Math.sqrt(dot(key, key)));
      const mean = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
      const anchor = new Float32Array(16).map((_, i) =>
        keys.reduce((sum, key, cell) => sum + (key[i] as number) / (norms[cell] as number), 0),
      );
      const length = Math.sqrt(dot(anchor, anchor));
      scores.push(
        keys.map((key, cell) =>
          method === "knorm"
            ? -(norms[cell] as number) / mean
            : -dot(key, anchor) / (norms[cell] as number) / length,
        ),
      );
    }
  }
  return Array.from(
    scores[0] ?? [],
    (_, cell) => scores.reduce((sum, one) => sum + (one[cell] as number), 0) / scores.length,
  );
}

for (const method of ["keydiff", "knorm"] as const)
  test(`${method} is what its paper says, averaged over heads and layers`, async () => {
    await fc.assert(
      fc.asyncProperty(forms, async (form) => {
        const state = madeState({ ...PLAIN, ...form, headSize: 16 });
        const scores = await importance(state, { method, headSize: 16 });
        for (const [cell, score] of expected(state, form.heads, method).entries())
          assert.ok(Math.abs(score - (scores[cell] as number)) < 1e-4, `${score} ${scores[cell]}`);
      }),
      { numRuns: 50 },
    );
  });

test("the one key that is unlike all others is the most important by keydiff, the shortest by knorm", async () => {
  const state = madeState({ ...PLAIN, layers: 1, heads: 1 });
  const [keys] = layersOf(state);
  assert.ok(keys);
  const halves = new Uint16Array(keys.layer.data.buffer);
  for (let i = 0; i < halves.length; i++) halves[i] = 0x3c00 + (i % 3);
  halves.fill(0xbc00, 50 * 64, 51 * 64);
  halves.fill(0x2c00, 70 * 64, 71 * 64);
  const best = async (method: "keydiff" | "knorm") => {
    const scores = await importance(state, { method, headSize: 64 });
    return scores.indexOf(Math.max(...scores));
  };
  assert.equal(await best("keydiff"), 50);
  assert.equal(await best("knorm"), 70);
});

test("a quantised and rotated cache gives nearly the same scores", async () => {
  const state = madeState(PLAIN);
  const rotated = await toQ8(state, { rotated: true, headSize: 64 });
  const options = { method: "keydiff", headSize: 64 } as const;
  const [one, other] = [await importance(state, options), await importance(rotated, options)];
  for (const [cell, score] of one.entries()) assert.ok(Math.abs(score - (other[cell] as number)) < 0.01);
});

test("keys that are nothing make no NaN", async () => {
  const state = madeState({ ...PLAIN, scale: 0 });
  for (const method of ["keydiff", "knorm"] as const)
    assert.deepEqual(await importance(state, { method, headSize: 64 }), new Float32Array(200));
});

test("a state of several caches has no one importance, and a head must divide the row", async () => {
  const options = { method: "keydiff", headSize: 64 } as const;
  for (const form of [{ window: true }, { recurrent: true }, { extras: true }])
    await assert.rejects(importance(madeState({ ...PLAIN, ...form }), options), refused("UNSUPPORTED"));
  for (const headSize of [0, 1.5, 63, -64, Number.NaN])
    await assert.rejects(importance(madeState(PLAIN), { ...options, headSize }), refused("INVALID_INPUT"));
});

test("keys that are not finite are refused", async () => {
  for (const bits of [0x7c00, 0x7e00])
    for (const method of ["keydiff", "knorm"] as const) {
      const state = madeState(PLAIN);
      const [keys] = layersOf(state);
      assert.ok(keys);
      new Uint16Array(keys.layer.data.buffer)[700] = bits;
      await assert.rejects(importance(state, { method, headSize: 64 }), refused("STATE_INVALID"));
    }
});
