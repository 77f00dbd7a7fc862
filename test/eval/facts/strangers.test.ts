import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateFacts } from "../../../eval/facts/evaluate.js";
import { generateFacts } from "../../../eval/generate/facts.js";
import { FACT_RELATIONS } from "../../../eval/generate/factWordings.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { STRANGERS_RELATIONS } from "./strangersRelations.js";

const embedder = await StaticEmbedder.load();
const OPTIONS = {
  seed: 5,
  tokens: 6_000,
  questions: 80,
  hops: [1, 1],
  order: "serial",
  wording: "rephrased",
} as const;

/** The relations of both, stated as usual and asked for as a stranger would. */
const ASKED = STRANGERS_RELATIONS.flatMap((relation) => {
  const usual = FACT_RELATIONS.find(({ name }) => name === relation.name);
  return usual === undefined
    ? []
    : [{ ...relation, seen: { ...relation.seen, statements: usual.seen.statements.slice(0, 1) } }];
});

test("usual statements answer the questions of a stranger", async () => {
  const report = await evaluateFacts(await generateFacts(OPTIONS, ASKED), { chunkTokens: 512, embedder });
  assert.ok(report.subEM >= 95 && report.stale <= 2, JSON.stringify(report.missed));
});

test("most statements of a stranger are understood too", async () => {
  const report = await evaluateFacts(await generateFacts(OPTIONS, STRANGERS_RELATIONS), {
    chunkTokens: 512,
    embedder,
  });
  assert.ok(report.subEM >= 65, JSON.stringify(report.missed));
});
