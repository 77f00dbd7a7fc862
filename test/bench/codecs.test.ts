import assert from "node:assert/strict";
import { test } from "node:test";
import { codecReport } from "../../bench/activation/codecs.js";
import { longestHold } from "../../bench/activation/longestHold.js";
import { madeState, PLAIN } from "../memos/activation/press/states.js";
import { refused } from "../memos/support.js";

test("each codec has its figures: raw is exact, fewer bits are smaller and worse", async () => {
  const state = madeState({ ...PLAIN, cells: 300 });
  const [raw, eight, four, mixed] = await codecReport(state, [
    { name: "raw" },
    { name: "kivi", options: { bits: 8 } },
    { name: "kivi", options: { bits: 4 } },
    { name: "mikv", options: { headSize: 64 } },
  ]);
  assert.ok(raw && eight && four && mixed);
  assert.deepEqual([raw.name, raw.keyError, raw.valueError], ["raw", 0, 0]);
  assert.ok(raw.ratio >= 1 && raw.ratio < 1.01);
  assert.ok(four.ratio < mixed.ratio * 1.5 && four.ratio < eight.ratio && eight.ratio < 0.8);
  assert.ok(0 < eight.keyError && eight.keyError < four.keyError);
  assert.ok(0 < eight.valueError && eight.valueError < four.valueError);
  for (const { encodeMs, decodeMs, longestHeldMs } of [raw, eight, four, mixed])
    assert.ok(encodeMs > 0 && decodeMs > 0 && longestHeldMs > 0);
});

test("a codec that does not exist is refused", async () => {
  await assert.rejects(codecReport(madeState(PLAIN), [{ name: "zip" }]), refused("INVALID_INPUT"));
});

test("the longest hold is that of the longest turn, not of the whole work", async () => {
  const spin = (milliseconds: number) => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };
  const held = await longestHold(async () => {
    spin(20);
    await new Promise((resolve) => setTimeout(resolve, 60));
    spin(40);
  });
  assert.ok(held >= 40);
});
