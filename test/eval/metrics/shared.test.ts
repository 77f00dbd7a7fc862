import assert from "node:assert/strict";
import { test } from "node:test";
import { exactToken, stringMatchAll } from "../../../eval/metrics/index.js";

test("a token counts as a word of its own alone", () => {
  assert.equal(exactToken("The value is 4711.", "4711"), 1);
  assert.equal(exactToken('{"key": "4711"}', "4711"), 1);
  assert.equal(exactToken("The value is 47110.", "4711"), 0);
  assert.equal(exactToken("", "4711"), 0);
});

test("each gold string that is there counts for its share", () => {
  assert.equal(stringMatchAll("ab, then CD", ["AB", "cd"]), 1);
  assert.equal(stringMatchAll("ab", ["AB", "cd"]), 0.5);
  assert.equal(stringMatchAll("", ["AB", "cd"]), 0);
  assert.throws(() => stringMatchAll("ab", []), { code: "INVALID_INPUT" });
});
