import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NEAREST_LIMITS } from "../../../memos/index.js";
import { examplesIn } from "../../../memos/nearest/labelled.js";

const pairsIn = (text: string) => [...examplesIn(text)].map(({ text: words, label }) => [words, label]);

test("a list of examples is read text by text", () => {
  assert.deepEqual(pairsIn("Where is my card?\nlabel: 43\n\nTop it up\nlabel: 17\n"), [
    ["Where is my card?", "43"],
    ["Top it up", "17"],
  ]);
});

test("a chunker may have made the end of a line a space", () => {
  assert.deepEqual(pairsIn("Where is my card? label: 43\n\nWhy? It is late. label: 17"), [
    ["Where is my card?", "43"],
    ["Why? It is late.", "17"],
  ]);
});

test("the halves of an example that chunks have cut apart are none", () => {
  assert.deepEqual(pairsIn("label: 4\n\nTop it up\nlabel: 17\n\nWhere is my"), [["Top it up", "17"]]);
});

test("what stands before a blank line is another paragraph, and no part of the example", () => {
  assert.deepEqual(pairsIn("Here are examples:\r\n\r\nTop it up\r\nlabel: 17\r\n"), [["Top it up", "17"]]);
});

test("of many blank lines the last is the border, and lines that hold words are none", () => {
  assert.deepEqual(pairsIn("a\n \t\nb\n\n \nTop\n it up\nlabel: 17"), [["Top\n it up", "17"]]);
  assert.deepEqual(pairsIn(`x${"\n ".repeat(500_000)}y\nlabel: 1`), [["y", "1"]]);
});

test("a sentence about a label is no example", () => {
  assert.deepEqual(pairsIn("On the jar there is a label: it says honey and milk."), []);
});

test("a label that is longer than a label is none", () => {
  assert.deepEqual(pairsIn(`Top it up\nlabel: ${"x".repeat(NEAREST_LIMITS.labelCharacters + 1)}\n`), []);
});

const words = fc
  .array(fc.constantFrom("card", "Top", "up?", "where", "42", "is"), { minLength: 1, maxLength: 6 })
  .map((all) => all.join(" "));

test("every example that is written out is read, and its span is where it stands", () => {
  const examples = fc.array(fc.tuple(words, fc.constantFrom("1", "2", "card arrival")), { maxLength: 8 });
  fc.assert(
    fc.property(examples, (pairs) => {
      const text = pairs.map(([said, label]) => `${said}\nlabel: ${label}\n`).join("\n");
      assert.deepEqual(pairsIn(text), pairs);
      for (const { text: said, span } of examplesIn(text)) assert.equal(text.slice(...span), said);
    }),
  );
});
