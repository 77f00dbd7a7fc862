import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { factQuestion } from "../../../graph/extraction/questions.js";
import { canonicalRelation, factsIn } from "../../../graph/extraction/relations.js";
import { ARTICLES, CONVERSATION, STATEMENTS } from "./statedFacts.js";

const SENTENCES = [...CONVERSATION, ...STATEMENTS, ...ARTICLES].map(({ text }) => text);

/** Sentences with facts in them, cut and mixed with anything. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SENTENCES),
      fc.constantFrom(...SENTENCES.flatMap((each) => each.split(/(?<= )/u))),
      fc.string({ unit: "binary" }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const options = fc.record(
  { speaker: fc.constantFrom("Tom", ""), title: fc.constantFrom("Soul Boy", "Ana", "("), at: fc.date() },
  { requiredKeys: [] },
);

test("any text gives facts whose span holds what it states, and never an error", () => {
  fc.assert(
    fc.property(text, options, (input, given) => {
      for (const { subject, object, relation, span } of factsIn(input, given)) {
        assert.ok(0 <= span[0] && span[0] < span[1] && span[1] <= input.length);
        const stated = input.slice(...span);
        assert.ok(stated.includes(object) || stated.includes(subject), `${stated}: ${object}`);
        assert.ok(subject.trim() !== "" && object.trim() !== "");
        assert.equal(canonicalRelation(relation), relation);
      }
    }),
    { numRuns: 300 },
  );
});

test("the same text gives the same facts", () => {
  fc.assert(
    fc.property(text, options, (input, given) => {
      assert.deepEqual(factsIn(input, given), factsIn(input, given));
    }),
    { numRuns: 100 },
  );
});

test("any question is answered or left alone, with a canonical relation", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), text), (input) => {
      const asked = factQuestion(input, "Tom");
      if (asked !== undefined) assert.equal(canonicalRelation(asked.relation), asked.relation);
    }),
  );
});

test("endless words, capitals, quotation marks and brackets are read to the end", () => {
  for (const piece of [
    "a ",
    "A ",
    "Ab ",
    '"',
    "“",
    "(",
    "the of ",
    "is a ",
    "I live in ",
    "Ana, ",
    "and ",
    "字",
    "'s ",
  ])
    assert.ok(
      Array.isArray(factsIn(piece.repeat(20_000 / piece.length), { speaker: "Tom", title: "Ana" })),
      piece,
    );
});
