import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keyphrases } from "../../../graph/extraction/keyphrases.js";

test("the key phrases of a turn are what it is about", () => {
  assert.deepEqual(keyphrases("Yeah, I signed up for a pottery class at the community centre!", 3), [
    "pottery class",
    "community centre",
  ]);
  assert.deepEqual(keyphrases("Yep, I made it with coconut milk so it's lactose-free!", 3), [
    "coconut milk",
    "lactose-free",
  ]);
});

test("small talk has none", () => {
  for (const text of [
    "Yeah, its a great idea!",
    "Sure thing! They love it!",
    "Wow, that's so cool. What do you think?",
    "",
    "!!!",
    "123 456",
  ])
    assert.deepEqual(keyphrases(text, 8), [], text);
});

test("names come first, and the listener's name does not come", () => {
  const found = keyphrases("The river Douro flows through the city of Porto to the sea near Vila Nova.", 2);
  assert.deepEqual(found, ["Vila Nova", "Douro"]);
  assert.ok(!keyphrases("Hey Jon! The campaign went well.", 8).includes("Jon"));
});

test("an article gives its subject and what it says of it", () => {
  const found = keyphrases(
    "Radio City is India's first private FM radio station. Radio City plays Hindi songs.",
    5,
  );
  assert.equal(found[0], "Radio City");
  assert.ok(found.some((phrase) => phrase.includes("radio station")));
});

test("scripts other than Latin have key phrases, scripts without spaces words", () => {
  assert.ok(keyphrases("Мой брат работает в Яндексе программистом", 8).includes("Яндексе"));
  assert.ok(keyphrases("我昨天在北京大学学习机器学习。", 8).includes("北京"));
  assert.ok(keyphrases("東京大学で機械学習を勉強しています。", 8).includes("東京"));
});

test("any text gives at most as many distinct phrases as asked for, the same each time", () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("Porto ", "pottery class ", "the ", ". ", "北京", "Ana's "),
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: -1, max: 20 }), (input, limit) => {
      const found = keyphrases(input, limit);
      assert.ok(found.length <= Math.max(0, limit));
      assert.equal(new Set(found.map((phrase) => phrase.toLowerCase())).size, found.length);
      for (const phrase of found) assert.match(phrase, /[\p{L}\p{N}]/u);
      for (const phrase of found) assert.ok(phrase.isWellFormed());
      assert.deepEqual(keyphrases(input, limit), found);
    }),
  );
});
