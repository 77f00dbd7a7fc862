import assert from "node:assert/strict";
import { test } from "node:test";
import { bestRankedGroups } from "../../../eval/metrics/index.js";

test("groups are ranked by their best item and listed once", () => {
  const sessionOf = (turn: string) => turn.slice(0, 2);
  assert.deepEqual(bestRankedGroups(["s2:1", "s1:4", "s2:9", "s3:1"], sessionOf), ["s2", "s1", "s3"]);
  assert.deepEqual(bestRankedGroups([], sessionOf), []);
});
