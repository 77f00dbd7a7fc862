import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluateHaystack } from "../../../eval/haystack/evaluate.js";
import { loadNeedles } from "../../../eval/haystack/format.js";
import { hayOf, hidden } from "../../../eval/haystack/hay.js";
import { hashOf, type Outcome } from "../../../eval/outcome.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { syntheticSquad } from "../synthetic.js";
import { temporaryFile } from "../temporaryFolder.js";

const SENTENCE = "The rain fell on the quiet harbour and nobody said a word about the lost boats.";
const NOVEL = { name: "novel", text: Array.from({ length: 400 }, () => SENTENCE).join(" ") };

test("needles keep their order and the hay keeps its own, with none lost and no two needles together", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 200 }), (needles, hay) => {
      const sharp = Array.from({ length: needles }, (_, at) => ({ needle: true, at }));
      const dull = Array.from({ length: hay }, (_, at) => ({ needle: false, at }));
      const mixed = hidden(sharp, dull);
      assert.deepEqual(
        mixed.filter(({ needle }) => needle),
        sharp,
      );
      assert.deepEqual(
        mixed.filter(({ needle }) => !needle),
        dull,
      );
      if (hay > 2 * needles)
        assert.ok(mixed.every(({ needle }, at) => !needle || mixed[at + 1]?.needle !== true));
    }),
  );
});

test("the hay has as many tokens as were asked for, and no chunk more than it takes", async () => {
  const counter = await o200k();
  const hay = await hayOf([NOVEL], 2_000, counter);
  const tokens = hay.map((piece) => piece.tokens);
  const sum = tokens.reduce((total, count) => total + count, 0);
  assert.ok(sum >= 2_000 && sum - (tokens.at(-1) as number) < 2_000);
  await assert.rejects(hayOf([NOVEL], 1_000_000, counter), {
    code: "INVALID_INPUT",
    message: /the books have \d+ tokens, and 1000000 are to be filled/,
  });
});

test("paragraphs are found in the hay, and two runs come to the same", async (context) => {
  const dataset = await loadNeedles(await temporaryFile(context, "towns.json", syntheticSquad()));
  const run = async () => {
    const outcomes: Outcome[] = [];
    const report = await evaluateHaystack(dataset, [NOVEL], {
      ks: [1, 5],
      tokens: 3_000,
      embedder: await StaticEmbedder.load(),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    return { report, outcomes };
  };
  const [first, second] = [await run(), await run()];
  assert.equal(hashOf(first.outcomes), hashOf(second.outcomes));
  const { dataset: name, n, unanswerable, paragraphs, recall, coverage, llmCalls } = first.report;
  assert.deepEqual([name, n, unanswerable, paragraphs, llmCalls], ["towns", 6, 1, 6, 0]);
  assert.equal(recall["5"], 100);
  assert.equal(coverage["5"], 100);
  assert.deepEqual(Object.keys(first.outcomes[0]?.scores ?? {}), [
    "recall@1",
    "coverage@1",
    "recall@5",
    "coverage@5",
  ]);
});

test("an answer that stands in another paragraph is covered, and its own paragraph is not found by that", async (context) => {
  const paragraph = (context: string, question: string, text: string) => ({
    context,
    qas: [{ id: question, question, answers: [{ text }] }],
  });
  const paragraphs = [
    paragraph("Velmouth lies on the Orm.", "What does the heron of Quillmere eat?", "pike"),
    { context: "The heron of Quillmere eats pike.", qas: [] },
  ];
  const dataset = await loadNeedles(await temporaryFile(context, "two.json", { data: [{ paragraphs }] }));
  const report = await evaluateHaystack(dataset, [NOVEL], {
    ks: [1],
    tokens: 500,
    embedder: await StaticEmbedder.load(),
  });
  assert.deepEqual([report.recall["1"], report.coverage["1"]], [0, 100]);
});

const empty = { data: [{ paragraphs: [{ context: "Quillmere.", qas: [] }] }] };
const bad: [name: string, content: unknown, message: RegExp][] = [
  ["no articles", { data: [] }, /data/],
  ["questions that nobody answered", empty, /holds no question with an answer/],
  ["an empty paragraph", { data: [{ paragraphs: [{ context: " ", qas: [] }] }] }, /context.*is empty/],
];

for (const [name, content, message] of bad)
  test(`refuses ${name}`, async (context) => {
    const file = await temporaryFile(context, "squad.json", content);
    await assert.rejects(loadNeedles(file), { code: "INVALID_INPUT", message });
  });

test("a file that is not there is said to be so, and where one is", async () => {
  await assert.rejects(loadNeedles("nowhere.json"), /there is no such file; .*google-deepmind\/xquad$/);
});
