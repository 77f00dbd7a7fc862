import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalRelation, isLasting, isSingleValued } from "../../../graph/extraction/predicates.js";

test("wordings of one relation have one name", () => {
  for (const [relation, wordings] of Object.entries({
    "lives in": ["lives_in", "Lives In", "live in", "moved to", "RESIDES IN", "residence", "is living in"],
    "works at": ["works for", "employer", "is employed by", "EMPLOYED_BY"],
    "chief executive officer": ["CEO", "CEO of", "the current CEO of", "chief executive officer"],
    spouse: ["husband", "wife", "is married to", "married to"],
    author: ["writer", "the author of", "was written by"],
    "favourite colour": ["favorite color", "favourite colour", "the favorite color"],
    "born in": ["was born in", "birthplace", "place of birth"],
    "phone number": ["telephone", "phone", "mobile number"],
  }))
    for (const wording of wordings) assert.equal(canonicalRelation(wording), relation, wording);
});

test("a relation that nobody knows is tidied and kept", () => {
  assert.equal(canonicalRelation("  Sings_Duets  With "), "sings duets with");
  assert.equal(canonicalRelation("好き"), "好き");
});

test("canonical names stay what they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (relation) => {
      const canonical = canonicalRelation(relation);
      assert.equal(canonicalRelation(canonical), canonical);
    }),
  );
  for (const name of ["constructor", "__proto__", "toString"]) assert.equal(isSingleValued(name), false);
});

test("relations with one value at a time are told from those with many", () => {
  for (const one of [
    "lives in",
    "works at",
    "born in",
    "capital",
    "favourite food",
    "phone number",
    "age",
    "name",
    "married to",
    "CEO of",
    "president",
    "current coach of",
    "wifi password",
  ])
    assert.equal(isSingleValued(one), true, one);
  for (const many of [
    "likes",
    "has",
    "visited",
    "speaks",
    "sister",
    "member of",
    "is a",
    "starring",
    "knows",
  ])
    assert.equal(isSingleValued(many), false, many);
});

test("the past tense keeps what is true for ever", () => {
  assert.ok(isLasting("father") && isLasting("born in") && isLasting("author"));
  assert.ok(!isLasting("lives in") && !isLasting("president") && !isLasting("favourite food"));
});
