import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffFields, diffWords } from "../../../api/viewer/diff.js";

const words = fc
  .array(fc.constantFrom("Ana", "lives", "in", "Lisbon", "Porto", "\n", "  ", "now"), { maxLength: 30 })
  .map((list) => list.join(" "));

const textOf = (kinds: readonly string[], pieces: ReturnType<typeof diffWords>) =>
  pieces
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join("");

test("what stayed and what went is the text before, what stayed and what came is the text after", () => {
  fc.assert(
    fc.property(words, words, (before, after) => {
      const pieces = diffWords(before, after);
      assert.equal(textOf(["same", "removed"], pieces), before);
      assert.equal(textOf(["same", "added"], pieces), after);
      assert.ok(pieces.every(({ text }) => text !== ""));
    }),
  );
});

test("only the words that differ are marked", () => {
  assert.deepEqual(diffWords("I live in Lisbon now.", "I live in Porto now."), [
    { kind: "same", text: "I live in " },
    { kind: "removed", text: "Lisbon" },
    { kind: "added", text: "Porto" },
    { kind: "same", text: " now." },
  ]);
  assert.deepEqual(diffWords("same", "same"), [{ kind: "same", text: "same" }]);
});

test("texts that differ in too many words to compare each with each are told apart as a whole", () => {
  const before = Array.from({ length: 3_000 }, (_, n) => `a${n}`).join(" ");
  const after = Array.from({ length: 3_000 }, (_, n) => `b${n}`).join(" ");
  const pieces = diffWords(`same ${before}`, `same ${after}`);
  assert.deepEqual(
    pieces.map(({ kind }) => kind),
    ["same", "removed", "added"],
  );
});

test("the fields that differ are named by their path", () => {
  assert.deepEqual(diffFields({ a: { b: 1, c: [1] }, d: "x" }, { a: { b: 2, c: [1] }, e: "y" }), [
    { path: "a.b", before: "1", after: "2" },
    { path: "d", before: "x", after: "" },
    { path: "e", before: "", after: "y" },
  ]);
});
