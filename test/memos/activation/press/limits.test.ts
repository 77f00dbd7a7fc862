import assert from "node:assert/strict";
import { test } from "node:test";
import { STATE_LIMITS } from "../../../../memos/activation/limits.js";
import { kivi } from "../../../../memos/activation/press/kivi.js";
import { PRESS_LIMITS } from "../../../../memos/activation/press/limits.js";
import {
  isWithinLimits,
  type StateShape,
  stateShapeSchema,
} from "../../../../memos/activation/press/shape.js";
import { refused } from "../../support.js";
import { layersOf, madeState, PLAIN } from "./states.js";

function shape(cells: number, layers: number, rowBytes: number): StateShape {
  const rows = Array.from({ length: layers }, () => rowBytes);
  const stream = { cells, extras: false, transposed: false, keys: rows, values: rows };
  return { tokens: cells, recurrent: null, blocks: [{ streams: [stream] }] };
}

test("a layer has at most so many bytes", () => {
  const cells = PRESS_LIMITS.layerBytes / 2 ** 13;
  assert.ok(isWithinLimits(shape(cells, 1, 2 ** 13), Number.POSITIVE_INFINITY));
  assert.ok(!isWithinLimits(shape(cells + 1, 1, 2 ** 13), Number.POSITIVE_INFINITY));
});

test("all caches together have at most so many layers", () => {
  const half = PRESS_LIMITS.layers / 2;
  assert.ok(isWithinLimits(shape(1, half, 2), Number.POSITIVE_INFINITY));
  assert.ok(!isWithinLimits(shape(1, half + 1, 2), Number.POSITIVE_INFINITY));
});

test("a state has at most the bytes that are allowed: tokens, positions, extras, keys, values, recurrent cache", () => {
  const bytes = 4 * 10 + 4 * 10 + 2 * 3 * 64 * 10;
  assert.ok(isWithinLimits(shape(10, 3, 64), bytes));
  assert.ok(!isWithinLimits(shape(10, 3, 64), bytes - 1));
  const more = { ...shape(10, 3, 64), recurrent: 100 };
  const [block] = more.blocks;
  assert.ok(block?.streams[0]);
  const all = { ...more, blocks: [{ streams: [{ ...block.streams[0], extras: true }] }] };
  assert.ok(isWithinLimits(all, bytes + 100 + 12 * 10));
  assert.ok(!isWithinLimits(all, bytes + 100 + 12 * 10 - 1));
});

test("what a shape may say ends where the limits of states do", () => {
  const says = (value: StateShape) => stateShapeSchema.safeParse(value).success;
  assert.ok(says(shape(STATE_LIMITS.tokens, STATE_LIMITS.layers, STATE_LIMITS.rowBytes)));
  assert.ok(!says(shape(STATE_LIMITS.tokens + 1, 1, 64)));
  assert.ok(!says(shape(1, STATE_LIMITS.layers + 1, 64)));
  for (const rowBytes of [STATE_LIMITS.rowBytes + 2, 3, 0, -2])
    assert.ok(!says(shape(1, 1, rowBytes)), `${rowBytes}`);
  const streams = (count: number) => [{ streams: Array.from({ length: count }, () => null) }];
  assert.ok(says({ ...shape(1, 1, 64), blocks: streams(STATE_LIMITS.streams) }));
  assert.ok(!says({ ...shape(1, 1, 64), blocks: streams(STATE_LIMITS.streams + 1) }));
  assert.ok(!says({ ...shape(1, 1, 64), blocks: [] }));
  assert.ok(!says({ ...shape(1, 1, 64), blocks: [...streams(1), ...streams(1), ...streams(1)] }));
});

test("a state beyond the limits is too large to be encoded", async () => {
  const state = madeState({ ...PLAIN, cells: 129 });
  const [{ stream }] = layersOf(state) as [ReturnType<typeof layersOf>[number]];
  // Only its length is looked at.
  const data = { byteLength: 129 * STATE_LIMITS.rowBytes } as Uint8Array;
  const keys = [{ type: 1, rowBytes: STATE_LIMITS.rowBytes, data }];
  const large = { ...state, blocks: [{ streams: [{ ...stream, keys, values: [] }] }] };
  await assert.rejects(kivi.encode(large), refused("TOO_LARGE"));
});
