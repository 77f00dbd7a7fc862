import assert from "node:assert/strict";
import { test } from "node:test";
import { holds } from "../../../memos/parametric/holds.js";

test("an answer holds what was expected in whole words, whatever case and punctuation it has", () => {
  assert.ok(holds("In Porto.", "porto"));
  assert.ok(holds("I think it is São-João, yes!", "São João"));
  assert.ok(holds("I DO NOT KNOW", "I do not know."));
  assert.ok(holds("她住在上海。", "上海"));
  assert.ok(!holds("In Portoville.", "Porto"));
  assert.ok(!holds("In John's Porto", "Porto John"));
  assert.ok(!holds("In Porto.", "!"));
  assert.ok(!holds("", "Porto"));
});
