import assert from "node:assert/strict";
import { test } from "node:test";
import { NEAREST_LIMITS } from "../../../memos/index.js";
import { Voters } from "../../../memos/nearest/voters.js";

const example = (text: string, label = "pets") => ({ text, label, cube: 1, span: [0, text.length] as const });

test("of an example as much is taken as is read, and all of them have a limit together", () => {
  const voters = new Voters();
  voters.beginCube();
  const long = "x".repeat(10 * NEAREST_LIMITS.exampleCharacters);
  const room = NEAREST_LIMITS.characters / NEAREST_LIMITS.exampleCharacters;
  for (let taken = 0; taken < room + 5; taken++) voters.take(example(long));
  assert.ok(voters.isFull);
  assert.equal(voters.left, 5);
  assert.equal(voters.all.length, room);
  assert.equal(voters.all[0]?.text.length, NEAREST_LIMITS.exampleCharacters);
});

test("no more examples vote than may, and no more labels", () => {
  const voters = new Voters();
  voters.beginCube();
  for (let label = 0; label <= NEAREST_LIMITS.labels; label++) voters.take(example("x", `label ${label}`));
  assert.equal(voters.left, 1);
  for (let taken = 0; taken < NEAREST_LIMITS.examples; taken++) voters.take(example("x", "label 0"));
  assert.equal(voters.all.length, NEAREST_LIMITS.examples);
  assert.equal(voters.left, 1 + NEAREST_LIMITS.labels);
});

test("the examples of the oldest memory come first, those of one memory as they stand there", () => {
  const voters = new Voters();
  for (const texts of [
    ["new 1", "new 2"],
    ["old 1", "old 2"],
  ]) {
    voters.beginCube();
    for (const text of texts) voters.take(example(text));
  }
  assert.deepEqual(
    voters.all.map(({ text }) => text),
    ["old 1", "old 2", "new 1", "new 2"],
  );
});
