import assert from "node:assert/strict";
import { test } from "node:test";
import { loadRetrieval } from "../../../eval/retrieval/format.js";
import { syntheticRetrieval } from "../synthetic.js";
import { temporaryFile } from "../temporaryFolder.js";

test("reads a corpus and its questions; ids become text", async (context) => {
  const dataset = await loadRetrieval(await temporaryFile(context, "towns.json", syntheticRetrieval()));
  assert.equal(dataset.name, "towns");
  assert.equal(dataset.corpus.length, 12);
  assert.deepEqual(dataset.queries[1]?.gold, new Set(["1", "7"]));
});

const good = syntheticRetrieval();
const bad: [name: string, content: unknown, message: RegExp][] = [
  ["text that is not JSON", "corpus", /is not JSON/],
  ["no corpus", { queries: good.queries }, /corpus/],
  ["no questions", { corpus: good.corpus, queries: [] }, /queries/],
  ["a question without gold", { ...good, queries: [{ question: "?", gold: [] }] }, /queries\.0\.gold/],
  [
    "gold that is not in the corpus",
    { ...good, queries: [{ question: "?", gold: [99] }] },
    /gold passage 99/,
  ],
  ["two passages with one id", { ...good, corpus: [...good.corpus, good.corpus[0]] }, /same id/],
  ["an empty passage", { ...good, corpus: [{ id: 0, title: " ", text: "" }] }, /corpus\.0/],
];

for (const [name, content, message] of bad)
  test(`refuses ${name}`, async (context) => {
    const file = await temporaryFile(context, "towns.json", content);
    await assert.rejects(loadRetrieval(file), { code: "INVALID_INPUT", message });
  });
