import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SENTENCE_CHARACTERS, sentencesIn } from "../../../graph/extraction/sentences.js";

function cut(text: string): string[] {
  return sentencesIn(text).map(([start, end]) => text.slice(start, end));
}

test("sentences end at their punctuation, at line breaks and at full stops of Chinese and Japanese", () => {
  assert.deepEqual(cut("One. Two! Three? Four… five"), ["One.", "Two!", "Three?", "Four…", "five"]);
  assert.deepEqual(cut("first\nsecond\n\n third "), ["first", "second", "third"]);
  assert.deepEqual(cut("我住在北京。你呢？好"), ["我住在北京。", "你呢？", "好"]);
  assert.deepEqual(cut('He said "no." Then he left.'), ['He said "no."', "Then he left."]);
});

test("abbreviations, initials and numbers do not end a sentence", () => {
  for (const text of [
    "Dr. Silva met Mr. Costa.",
    "J. R. R. Tolkien wrote it.",
    "It costs 3.50 or so.",
    "He was born c. 1950 in St. Louis.",
    "the file memos.ts is short",
  ])
    assert.deepEqual(cut(text), [text]);
  assert.deepEqual(cut("He lives in the U.S. He works."), ["He lives in the U.S.", "He works."]);
});

test("sentences cover all of any text but white space, in order, none longer than the limit", () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom(". ", "\n", "A. ", "word ", "。", "x".repeat(1500)),
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (input) => {
      let end = 0;
      for (const [from, to] of sentencesIn(input)) {
        assert.equal(input.slice(end, from).trim(), "");
        assert.ok(from < to && to - from <= SENTENCE_CHARACTERS);
        end = to;
      }
      assert.equal(input.slice(end).trim(), "");
    }),
  );
});
