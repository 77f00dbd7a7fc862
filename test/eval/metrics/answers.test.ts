import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  answerScores,
  editDistance,
  lenientScores,
  NearestTitle,
  rougeL,
  rougeLsum,
  tokenF1,
} from "../../../eval/metrics/index.js";

const words = fc
  .array(fc.constantFrom("the", "red", "fox", "runs", "yes", "no", "A.", "foxes"))
  .map((list) => list.join(" "));

test("every score lies between 0 and 1, and the gold itself has all of them", () => {
  fc.assert(
    fc.property(words, words, (prediction, gold) => {
      for (const score of Object.values(answerScores(prediction, [gold])))
        assert.ok(score >= 0 && score <= 1);
      if (tokenF1(gold, gold) > 0) assert.equal(answerScores(gold, [gold]).f1, 1);
    }),
  );
});

test("another gold or a leading line never lowers a score", () => {
  fc.assert(
    fc.property(words, words, words, (prediction, gold, other) => {
      const one = lenientScores(prediction, [gold]);
      const two = lenientScores(prediction, [gold, other]);
      for (const [name, score] of Object.entries(one)) assert.ok(two[name as keyof typeof two] >= score);
    }),
  );
});

test("ROUGE of texts on one line is the same by line and as a whole", () => {
  fc.assert(
    fc.property(words, words, (prediction, gold) => {
      assert.deepEqual(rougeLsum(prediction, gold), rougeL(prediction, gold));
    }),
  );
});

test("edit distance is a metric, and a limit only cuts it", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, letters, fc.nat(9), (a, b, c, limit) => {
      const distance = editDistance(a, b);
      assert.equal(distance, editDistance(b, a));
      assert.equal(distance === 0, a.join() === b.join());
      assert.ok(distance <= editDistance(a, c) + editDistance(c, b));
      assert.equal(editDistance(a, b, limit), Math.min(distance, limit));
    }),
  );
});

test("a score without a gold, and a recommendation without entities, are errors", () => {
  assert.throws(() => answerScores("x", []), { code: "INVALID_INPUT" });
  assert.throws(() => new NearestTitle(new Map()), { code: "INVALID_INPUT" });
});
