import assert from "node:assert/strict";
import { test } from "node:test";
import { contentWords, syntheticText, syntheticTexts } from "../../bench/text.js";
import { textDigest } from "../../memos/retrieval/digest.js";

test("a text is the same for the same seed", () => {
  assert.equal(syntheticText(41), syntheticText(41));
  assert.deepEqual(syntheticTexts(3, 40)[1], syntheticText(41));
});

test("no text repeats another, not even in other words' order of magnitude", () => {
  const digests = syntheticTexts(5_000, 0).map((text) => Buffer.from(textDigest(text)).toString("hex"));
  assert.equal(new Set(digests).size, digests.length);
});

test("sentences have eight to thirty words", () => {
  for (const text of syntheticTexts(500, 0)) {
    const sentences = text.split(". ");
    assert.ok(sentences.length <= 2);
    for (const sentence of sentences) {
      const { length } = sentence.split(" ");
      assert.ok(length >= 8 && length <= 30, sentence);
    }
  }
});

test("a few words are said often and most seldom", () => {
  const counts = new Map<string, number>();
  const words = syntheticTexts(2_000, 0).flatMap((text) => text.toLowerCase().match(/[a-z]+/g) ?? []);
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequencies = [...counts.values()].sort((a, b) => b - a);
  const most = frequencies.slice(0, 20).reduce((sum, count) => sum + count, 0);
  assert.ok(most > words.length * 0.2, "grammar");
  assert.ok(frequencies.filter((count) => count <= 3).length > counts.size * 0.4, "rare words");
});

test("the content words of a text leave the grammar out", () => {
  assert.deepEqual(contentWords("The stainus of the fekaint, and the stainus."), ["stainus", "fekaint"]);
});
