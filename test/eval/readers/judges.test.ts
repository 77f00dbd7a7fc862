import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "../../../eval/mab/sources.js";
import { judge, verdictOf } from "../../../eval/readers/judge.js";
import { modelReader } from "../../../eval/readers/modelReader.js";
import { summaryF1 } from "../../../eval/readers/summaryJudge.js";
import { talkingEngine } from "./talkingEngine.js";

test("a verdict is yes or no, and everything else is neither", () => {
  for (const text of ["yes", "Yes.", "  YES, it is", "**yes**"]) assert.equal(verdictOf(text), "yes");
  for (const text of ["no", "No, it isn't."]) assert.equal(verdictOf(text), "no");
  for (const text of ["", "maybe", "yes and no", "I know not", "yesterday", "ja"])
    assert.equal(verdictOf(text), "unreadable", text);
});

test("what a judge is asked fits the type of the question", async () => {
  const asked: string[] = [];
  const engine = talkingEngine((user) => {
    asked.push(user);
    return "yes";
  });
  const base = { question: "When {gold}?", golds: ["in May"], response: "May" };
  for (const extra of [{}, { type: "temporal-reasoning" }, { type: "multi-session", id: "q1_abs" }])
    assert.equal(await judge(engine, { ...base, ...extra }), "yes");
  assert.match(
    asked[0] ?? "",
    /A part of what is asked for is not enough[\s\S]*When \{gold\}\?[\s\S]*in May/,
  );
  assert.match(asked[1] ?? "", /off by one/);
  assert.match(asked[2] ?? "", /cannot be answered/);
  // A type is data, and no name of what every object has.
  await judge(engine, { ...base, type: "constructor" });
  assert.equal(asked[3], asked[0]);
});

test("a summary is worth the harmonic mean of what it states and what is borne out, if it is fluent", async () => {
  const summary = { summary: "He left. She stayed.", keypoints: ["a", "b", "c", "d"], reference: "r" };
  const counts = (fluency: unknown, stated: unknown, borneOut: unknown) =>
    talkingEngine((user) => {
      if (user.includes("coherent")) return `{"fluency": ${fluency}}`;
      return `Here: {"supported": ${user.includes("Key points:") ? stated : borneOut}}`;
    });
  assert.equal(await summaryF1(counts(1, 2, 2), summary), (2 * 0.5 * 1) / 1.5);
  assert.equal(await summaryF1(counts(0, 2, 2), summary), 0);
  assert.equal(await summaryF1(counts(1, 0, 0), summary), 0);
  // More than there are, or no number: that cannot be read.
  assert.equal(await summaryF1(counts(1, 5, 2), summary), undefined);
  assert.equal(await summaryF1(counts('"good"', 1, 2), summary), undefined);
  assert.equal(
    await summaryF1(
      talkingEngine(() => "fine"),
      summary,
    ),
    undefined,
  );
  assert.equal(await summaryF1(counts(1, 1, 1), { ...summary, summary: "" }), 0);
});

test("a model reads the passages in their place of the prompt", async () => {
  const reader = modelReader(talkingEngine((user) => user));
  const source = sourceOf("factconsolidation_sh_6k");
  const asked = { source, question: "What costs $& here?", prompt: "", k: 2 };
  const { text, inputTokens, llmCalls } = await reader.read(asked, ["1. One $1.", "2. Two."]);
  assert.match(
    text,
    /^What follows was found[\s\S]*1\. One \$1\.\n\n2\. Two\.[\s\S]*What costs \$& here\?\nAnswer:$/,
  );
  assert.deepEqual([inputTokens, llmCalls], [7, 1]);
});
