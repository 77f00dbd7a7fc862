import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateFacts } from "../../../eval/facts/evaluate.js";
import { parseFactRows } from "../../../eval/facts/rows.js";
import { generateFacts } from "../../../eval/generate/facts.js";
import { StaticEmbedder } from "../../../memos/index.js";

const embedder = await StaticEmbedder.load();
const OPTIONS = { seed: 11, tokens: 6_000, questions: 60, wording: "rephrased" } as const;

test("single facts are answered with what holds, in chunks of either length", async () => {
  const row = await generateFacts({ ...OPTIONS, hops: [1, 1], order: "serial" });
  for (const chunkTokens of [512, 4_096]) {
    const report = await evaluateFacts(row, { chunkTokens, embedder });
    assert.ok(report.subEM >= 97, JSON.stringify(report.missed));
    assert.ok(report.stale <= 2, JSON.stringify(report.missed));
  }
});

test("two to four facts are followed, also where only their order says what is newer", async () => {
  for (const order of ["serial", "arrival"] as const) {
    const row = await generateFacts({ ...OPTIONS, hops: [2, 4], order });
    const report = await evaluateFacts(row, { chunkTokens: 512, embedder });
    assert.ok(report.subEM >= 90, JSON.stringify(report.missed));
    assert.deepEqual(Object.keys(report.byHops), ["2", "3", "4"]);
  }
});

test("rows that are none are refused with their line", () => {
  assert.throws(() => parseFactRows("{", "f.jsonl"), { message: /f\.jsonl, line 1/u });
  assert.throws(() => parseFactRows("\n{}", "f.jsonl"), { message: /line 2: context/u });
  assert.throws(() => parseFactRows("", "f.jsonl"), { code: "INVALID_INPUT" });
});
