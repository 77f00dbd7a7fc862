import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { coverageOf, evidenceOf, isStale, PassageText } from "../../../eval/mab/coverage.js";
import { substringMatch } from "../../../eval/metrics/index.js";

const passages = new PassageText(["It rained in Rome", "and the Velm Tower", "fell in 1871. label: 43"]);

test("an answer is covered from the first passage on that holds it", () => {
  assert.deepEqual(coverageOf("documents", passages, ["1871", "rome!"], [1, 3]), { "1": 1, "3": 1 });
  assert.deepEqual(coverageOf("documents", passages, ["1871"], [1, 2, 3]), { "1": 0, "2": 0, "3": 1 });
  assert.deepEqual(coverageOf("documents", passages, ["Paris"], [3]), { "3": 0 });
});

test("an answer may go over the seam of two passages", () => {
  assert.deepEqual(coverageOf("documents", passages, ["Tower fell"], [2, 3]), { "2": 0, "3": 1 });
});

test("a label is covered by an example with it and not by its number; ids of movies are in no text", () => {
  assert.deepEqual(coverageOf("labels", passages, ["43"], [3]), { "3": 1 });
  for (const label of ["4", "1871"])
    assert.deepEqual(coverageOf("labels", passages, [label], [3]), { "3": 0 });
  assert.equal(coverageOf("movies", passages, ["43"], [3]), undefined);
});

test("at the last k coverage is the substring match of all passages, and it never falls with k", () => {
  const word = fc.constantFrom("red", "fox", "the", "runs", "A.", "x-y");
  const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), text, (texts, gold) => {
      const covered = coverageOf("documents", new PassageText(texts), [gold], [1, 2, 5]);
      assert.ok(
        (covered?.["1"] ?? 0) <= (covered?.["2"] ?? 0) && (covered?.["2"] ?? 0) <= (covered?.["5"] ?? 0),
      );
      assert.equal(covered?.["5"], substringMatch(texts.join(" "), gold));
    }),
  );
});

test("evidence counts by its share, and none is none", () => {
  assert.deepEqual(evidenceOf(passages, ["rained", "1871"], [1, 3]), { "1": 0.5, "3": 1 });
  assert.equal(evidenceOf(passages, [], [1]), undefined);
  assert.equal(evidenceOf(passages, undefined, [1]), undefined);
});

test("a stale value stands before the current one, or alone in an answer", () => {
  assert.equal(isStale({ passages }, ["1871"], ["Rome"]), true);
  assert.equal(isStale({ passages }, ["Rome"], ["1871"]), false);
  assert.equal(isStale({ output: "It was Rome." }, ["1871"], ["Rome"]), true);
  assert.equal(isStale({ output: "Rome, later 1871" }, ["1871"], ["Rome"]), false);
  assert.equal(isStale({ output: "" }, ["1871"], ["Rome"]), false);
  assert.equal(isStale({ output: "Rome" }, ["1871"], undefined), undefined);
});
