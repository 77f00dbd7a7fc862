import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExtractedFact, factsIn } from "../../../graph/extraction/relations.js";
import { ARTICLES, CONVERSATION, STATEMENTS, type Stated } from "./statedFacts.js";
import { UNSTATED } from "./unstated.js";

function written({ subject, relation, object, single }: ExtractedFact): string {
  return `${subject} | ${relation} | ${object}${single ? " *" : ""}`;
}

function expectFacts(stated: Stated[]): void {
  for (const { text, facts, options } of stated)
    assert.deepEqual(factsIn(text, options).map(written).sort(), [...facts].sort(), text);
}

test("what people say of themselves and theirs becomes facts about the speaker and them", () => {
  expectFacts(CONVERSATION);
});

test("statements of fact collections become facts, the same for both directions of a sentence", () => {
  expectFacts(STATEMENTS);
});

test("articles give facts about their title, whatever they call it", () => {
  expectFacts(ARTICLES);
});

test("questions, wishes, denials, hearsay and unclear pronouns give no fact", () => {
  for (const text of UNSTATED) assert.deepEqual(factsIn(text, { speaker: "Tom" }).map(written), [], text);
});

test("without a speaker the first person gives no fact", () => {
  for (const text of ["I live in Porto.", "My sister Ana is here.", "My favourite colour is green."])
    assert.deepEqual(factsIn(text), []);
});

test("where the relation is the same the new value can replace the old one", () => {
  const [old] = factsIn("Ana lives in Porto.");
  const [changed] = factsIn("Ana moved to Faro.");
  assert.equal(old?.relation, changed?.relation);
  assert.ok(old?.single && changed?.single);
});

test("a date beside the statement is when it began, ended or held", () => {
  const at = new Date("2023-05-08T13:56:00Z");
  const of = (text: string) => {
    const fact = factsIn(text, { speaker: "Tom", at })[0];
    return [fact?.validFrom?.slice(0, 10), fact?.validTo?.slice(0, 10)];
  };
  assert.deepEqual(of("Ana moved to Faro in March 2019."), ["2019-03-01", undefined]);
  assert.deepEqual(of("I moved to Faro last month."), ["2023-04-01", undefined]);
  assert.deepEqual(of("I have lived in Porto since 2016."), ["2016-01-01", undefined]);
  assert.deepEqual(of("Since 2016 I have lived in Porto."), ["2016-01-01", undefined]);
  assert.deepEqual(of("I lived in Oslo from 2010 to 2015."), ["2010-01-01", "2016-01-01"]);
  assert.deepEqual(of("I lived in Oslo until 2015."), [undefined, "2016-01-01"]);
  assert.deepEqual(of("I went to Rome yesterday."), ["2023-05-07", "2023-05-08"]);
  assert.deepEqual(of("Ana lives in Porto."), [undefined, undefined]);
  assert.deepEqual(of("Rui Costa was the mayor of Porto between 1990 and 1995."), [
    "1990-01-01",
    "1996-01-01",
  ]);
});

test("an office in the past tense does not replace who holds it now", () => {
  assert.equal(factsIn("Rui Costa was the mayor of Porto.")[0]?.single, false);
  assert.equal(factsIn("Rui Costa is the mayor of Porto.")[0]?.single, true);
  assert.equal(factsIn("Ana Silva was the mother of Rui Costa.")[0]?.single, true);
});

test("a pronoun means the title only while the text speaks of it", () => {
  const title = "Ana Silva";
  const text = "Ana Silva was a painter. Bob Jones became her friend. He was born in Leeds.";
  const facts = factsIn(text, { title }).filter(({ relation }) => relation === "born in");
  assert.deepEqual(facts.map(written), ["Bob Jones | born in | Leeds *"]);
  const other = factsIn("The book was lost. She was born in Leeds.", { title });
  assert.deepEqual(other, []);
});
