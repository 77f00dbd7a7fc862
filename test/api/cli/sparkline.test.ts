import assert from "node:assert/strict";
import { test } from "node:test";
import { SPARKLINE_WIDTH, sparkline } from "../../../api/cli/sparkline.js";

test("a line of bars goes from the smallest to the largest number", () => {
  assert.equal(sparkline([8, 7, 6, 5, 4, 3, 2, 1]), "█▇▆▅▄▃▂▁");
  assert.equal(sparkline([3, 3, 3]), "▁▁▁");
  assert.equal(sparkline([]), "");
});

test("more numbers than fit are averaged, none is left out", () => {
  assert.equal(sparkline([0, 2, 8, 6, 1, 1], 3), "▁█▁");
  assert.equal(sparkline([1, 1, 1, 1, 9], 2), "▁█");
  const falling = Array.from({ length: 1_000 }, (_, at) => 1 / (at + 1));
  const line = sparkline(falling);
  assert.equal(line.length, SPARKLINE_WIDTH);
  assert.ok(line.startsWith("█") && line.endsWith("▁"));
});
