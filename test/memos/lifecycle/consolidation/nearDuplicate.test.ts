import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { completeLinkage } from "../../../../memos/lifecycle/consolidation/clusters.js";
import { sayingOf, saysTheSame } from "../../../../memos/lifecycle/consolidation/nearDuplicate.js";

const same = (a: string, b: string) => saysTheSame(sayingOf(a), sayingOf(b));

const DIFFERENT: readonly (readonly [why: string, a: string, b: string])[] = [
  ["a number", "I have 2 cats and a garden at home.", "I have 3 cats and a garden at home."],
  ["a number as a word", "I have two cats and a garden at home.", "I have three cats and a garden at home."],
  ["the place of two numbers", "I keep 2 cats and 3 dogs.", "I keep 3 cats and 2 dogs."],
  ["a sign", "It was -5 degrees outside in Oslo.", "It was 5 degrees outside in Oslo."],
  ["a decimal", "The rent rose by 1.5 percent here.", "The rent rose by 15 percent here."],
  ["a date", "My visa ends on 2024-05-01 in Berlin.", "My visa ends on 2024-06-01 in Berlin."],
  ["a weekday", "The choir rehearses on Monday evenings.", "The choir rehearses on Tuesday evenings."],
  ["a name", "My dentist is Anna Keller in Bonn.", "My dentist is Hanna Keller in Bonn."],
  ["a negation", "I do eat fish and seafood.", "I do not eat fish and seafood."],
  ["a contracted negation", "I can eat fish and seafood.", "I can't eat fish and seafood."],
  [
    "what is denied",
    "I am not a nurse at the Porto hospital.",
    "I am not just a nurse at the Porto hospital.",
  ],
  ["how it is done", "Rita sleeps in the Porto flat.", "Rita sleeps well in the Porto flat."],
  ["never", "I never drink coffee before lunch.", "I drink coffee before lunch."],
  ["a relative", "My sister works as a nurse in Porto.", "My brother works as a nurse in Porto."],
  ["a tense", "I live in Lisbon with Rita.", "I lived in Lisbon with Rita."],
  ["who did it", "Ana told Bo that the train was late.", "Bo told Ana that the train was late."],
  ["a colour", "I bought a red bicycle yesterday.", "I bought a blue bicycle yesterday."],
  ["a wish", "I would move to Lisbon for work.", "I will move to Lisbon for work."],
  ["a repetition", "I ran the city marathon.", "I ran the city marathon again."],
  ["a restriction", "I like coffee with milk and sugar.", "I like coffee with milk and without sugar."],
  ["a question", "Does Rita live near the river?", "Does Rita really live near the river?"],
  ["small talk", "Thanks, that sounds great!", "Thanks, that really sounds great!"],
];

for (const [why, a, b] of DIFFERENT)
  test(`texts that differ in ${why} do not say the same`, () => {
    assert.equal(same(a, b), false);
    assert.equal(same(b, a), false);
  });

const ALIKE: readonly (readonly [why: string, a: string, b: string])[] = [
  ["fillers", "I love hiking in the mountains.", "Well, I really just love hiking in the mountains!"],
  ["contractions", "I'm allergic to peanuts and shellfish.", "I am allergic to peanuts and shellfish."],
  ["articles", "Rita keeps bees behind the house.", "Rita keeps bees behind a house."],
];

for (const [why, a, b] of ALIKE)
  test(`texts that differ in ${why} only say the same`, () => {
    assert.equal(same(a, b), true);
    assert.equal(same(b, a), true);
  });

const word = fc.constantFrom(
  "the",
  "really",
  "I",
  "have",
  "cats",
  "garden",
  "Lisbon",
  "keep",
  "bees",
  "not",
  "and",
);
const number = fc.integer({ min: 0, max: 30 }).map(String);
const text = fc.array(fc.oneof(word, number), { minLength: 3, maxLength: 9 }).map((words) => words.join(" "));
const numbersIn = (said: string) => (said.match(/\d+/g) ?? []).join(" ");

test("no cluster joins texts with different numbers, and all its pairs say the same", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 30 }), (texts) => {
      const groups = completeLinkage(texts, same, 32);
      for (const group of groups) {
        assert.equal(new Set(group.map(numbersIn)).size, 1);
        for (const a of group) for (const b of group) assert.ok(same(a, b) && same(b, a));
      }
    }),
    { numRuns: 300 },
  );
});

test("changing one number of a text always makes it another", () => {
  fc.assert(
    fc.property(text, fc.nat(), number, (said, at, other) => {
      const found = said.match(/\d+/g) ?? [];
      fc.pre(found.length > 0);
      const chosen = at % found.length;
      fc.pre(found[chosen] !== other);
      let seen = -1;
      const changed = said.replaceAll(/\d+/g, (digits) => (++seen === chosen ? other : digits));
      assert.equal(same(said, changed), false);
    }),
  );
});

test("a chain does not make its ends one, and no group grows past its bound", () => {
  const near = (a: number, b: number) => Math.abs(a - b) <= 1;
  assert.deepEqual(completeLinkage([1, 2, 3, 4], near, 32), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(
    completeLinkage([1, 1, 1, 1, 1], near, 2).map(({ length }) => length),
    [2, 2],
  );
  assert.deepEqual(completeLinkage([1, 5, 9], near, 32), []);
});
