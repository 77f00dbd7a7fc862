import assert from "node:assert/strict";
import { test } from "node:test";
import { isMemosError } from "../../../memcube/index.js";
import { filled, phrasings, readPhrasings } from "../../../memos/parametric/phrasings.js";
import { isHeldOut } from "../../../memos/parametric/trainingSet/heldPhrasing.js";

test("a relation is found by its name in the table and by its name in the ledger", () => {
  const { relationOf } = phrasings();
  const named = (name: string) => relationOf(name)?.name;
  assert.equal(named("home"), "home");
  assert.equal(named("lives in"), "home");
  assert.equal(named("moved to"), "home");
  assert.equal(named("works at"), "employer");
  assert.equal(named("allergic to"), "allergy");
  assert.equal(named("hobby"), "hobby");
});

test("other relations have generic forms where their name is something that somebody has", () => {
  const { relationOf } = phrasings();
  const size = relationOf("shoe size");
  assert.deepEqual(size?.questions[0], "What is {s}'s shoe size?");
  assert.equal(filled(size?.ownStatements[0] ?? "", { o: "42" }), "My shoe size is 42.");
  for (const name of ["visited", "likes", "has", "worked as", "from", "x".repeat(100)])
    assert.equal(relationOf(name), undefined, name);
});

test("no question of the table is in a phrasing that is held out, and those held out are", () => {
  const { relations, plain } = phrasings();
  const asked = (templates: readonly string[]) => templates.map((each) => filled(each, { s: "Ana Silva" }));
  for (const { questions, ownQuestions, heldQuestions, heldOwnQuestions } of relations) {
    for (const question of asked([...questions, ...ownQuestions])) assert.ok(!isHeldOut(question), question);
    for (const question of asked([...heldQuestions, ...heldOwnQuestions]))
      assert.ok(isHeldOut(question), question);
  }
  for (const question of asked(plain.questions)) assert.ok(!isHeldOut(question), question);
  for (const question of asked(plain.heldQuestions)) assert.ok(isHeldOut(question), question);
});

test("places are filled with what stands there, whatever it looks like, and sentences begin with a capital", () => {
  assert.equal(filled("{s} lives in {o}.", { s: "my $& sister", o: "{s}" }), "My $& sister lives in {s}.");
});

test("a table without a list of phrasings is refused", () => {
  const refused = (error: unknown) => isMemosError(error, "INVALID_INPUT");
  assert.throws(() => readPhrasings({ unknown: "?" }), refused);
  assert.throws(() => readPhrasings([]), refused);
});
