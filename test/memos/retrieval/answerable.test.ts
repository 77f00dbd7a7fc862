import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { termsOf } from "../../../memos/retrieval/analysis.js";
import { answerability } from "../../../memos/retrieval/answerable.js";
import { openMemos } from "../support.js";

const said = (actor: string, text: string) => ({ actor, terms: termsOf(text) });
const MELANIE = said("Melanie", "I ran the charity race on Sunday.");
const CAROLINE = said("Caroline", "Good luck with your pottery class!");

test("what the person asked about has said counts more than what another has", () => {
  const hers = answerability("When did Melanie run the charity race?", [MELANIE, CAROLINE]);
  const anothers = answerability("When did Caroline run the charity race?", [MELANIE, CAROLINE]);
  assert.ok(hers > 0.8 && anothers < 0.3, `${hers} ${anothers}`);
});

test("questions about somebody whom nobody names have no answer", () => {
  assert.ok(answerability("When did Ottoline run the charity race?", [MELANIE, CAROLINE]) < 0.3);
});

test("in documents, what names the thing asked about can answer", () => {
  const passage = said("document", "Quillmere was founded by salt traders.");
  const other = said("document", "Tarnby was founded by monks.");
  const known = answerability("Who founded the town of Quillmere?", [passage, other]);
  const unknown = answerability("Who founded the town of Velmouth?", [passage, other]);
  assert.ok(known > 2 * unknown, `${known} ${unknown}`);
});

test("where no name is asked about, what is asked must stand somewhere", () => {
  const texts = [said("ana", "The spare key hangs behind the boiler.")];
  const known = answerability("where does the spare key hang", texts);
  const unknown = answerability("what is the boiling point of mercury", texts);
  assert.ok(known > 0.8 && unknown < 0.1, `${known} ${unknown}`);
});

test("it is a likelihood for whatever is asked and found, and nothing found is no answer", () => {
  const results = fc.array(fc.record({ terms: fc.array(fc.string()), actor: fc.string() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.string(), results, (question, found) => {
      const likely = answerability(question, found);
      assert.ok(likely >= 0 && likely <= 1);
      if (found.length === 0) assert.equal(likely, 0);
    }),
  );
});

test("searches and recalls say it in their receipts", async (t) => {
  const { memos } = await openMemos(t);
  const scope = { tenant: "acme", user: "ana" };
  await memos.add({ text: "I ran the charity race on Sunday.", actor: "Melanie" }, scope);
  const asked = async (question: string) => (await memos.search(question, scope)).receipt.answerable;
  assert.ok((await asked("When did Melanie run the charity race?")) > 0.8);
  assert.ok((await asked("When did Caroline win the lottery?")) < 0.3);
  const { receipt } = await memos.recall("When did Melanie run the charity race?", scope);
  assert.ok(receipt.answerable > 0.8);
  assert.equal((await memos.search("anything", { tenant: "globex" })).receipt.answerable, 0);
});
