import assert from "node:assert/strict";
import { test } from "node:test";
import { DISTANCE_BINS, segmentPairs } from "../../../eval/sort/pairs.js";
import { refused } from "../../memos/support.js";

const WORDS = Array.from({ length: 900 }, (_, index) => `w${index}`);
const BOOK = WORDS.map((word, index) => word + (index % 9 === 8 ? "\n" : " ")).join("");
const numberOf = (segment: string) => Number(segment.split(" ")[0]?.slice(1));
const OPTIONS = { words: 20, pairs: 40, seed: 7 };

test("pairs do not overlap, are told apart rightly and fill the distance bins evenly", () => {
  const pairs = segmentPairs(BOOK, OPTIONS);
  for (const { a, b, first } of pairs) {
    assert.equal(a.split(" ").length, 20);
    assert.equal(first, numberOf(a) < numberOf(b) ? "a" : "b");
    assert.ok(Math.abs(numberOf(a) - numberOf(b)) >= 20);
  }
  for (let bin = 0; bin < DISTANCE_BINS; bin++)
    assert.equal(pairs.filter((pair) => pair.bin === bin).length, 10);
  assert.deepEqual(new Set(pairs.map(({ first }) => first)), new Set(["a", "b"]));
});

test("a seed gives the same pairs, and another one others", () => {
  assert.deepEqual(segmentPairs(BOOK, OPTIONS), segmentPairs(BOOK, OPTIONS));
  assert.notDeepEqual(segmentPairs(BOOK, OPTIONS), segmentPairs(BOOK, { ...OPTIONS, seed: 8 }));
});

test("a perturbed segment has some of its words, or all of them in another order", () => {
  const dropped = segmentPairs(BOOK, { ...OPTIONS, perturb: "drop" }).flatMap(({ a, b }) => [a, b]);
  const kept = dropped.reduce((sum, segment) => sum + segment.split(" ").length, 0) / dropped.length;
  assert.ok(kept > 14 && kept < 18, `${kept} of 20 words`);
  for (const { a } of segmentPairs(BOOK, { ...OPTIONS, perturb: "shuffle" })) {
    const sorted = a
      .split(" ")
      .map((word) => Number(word.slice(1)))
      .sort((x, y) => x - y);
    assert.equal((sorted.at(-1) ?? 0) - (sorted[0] ?? 0), 19);
  }
});

test("a book without two segments is refused", () => {
  assert.throws(() => segmentPairs("too short", OPTIONS), refused("INVALID_INPUT"));
});
