import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSessions } from "../../../eval/generate/sessions.js";
import { evaluateLongMemEval } from "../../../eval/longmemeval/evaluate.js";
import { loadLongMemEval, parseLongMemEval } from "../../../eval/longmemeval/format.js";
import { hashOf, type Outcome } from "../../../eval/outcome.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { temporaryFile } from "../temporaryFolder.js";

const ROWS = generateSessions({ seed: 7, questions: 5, sessions: 8 });

test("sessions are generated alike for a seed, and otherwise for another", () => {
  assert.deepEqual(generateSessions({ seed: 7, questions: 5, sessions: 8 }), ROWS);
  assert.notDeepEqual(generateSessions({ seed: 8, questions: 5, sessions: 8 }), ROWS);
});

test("what is generated is in LongMemEval's format, and its evidence is where it says", () => {
  for (const { sessions, answerSessions } of parseLongMemEval(ROWS, "rows"))
    assert.deepEqual(
      sessions.filter(({ turns }) => turns.some((turn) => turn.has_answer)).map(({ id }) => id),
      [...answerSessions],
    );
});

test("the answer of a generated question stands in its evidence, or is computed from it", () => {
  for (const { haystack_sessions, answer, question_type } of ROWS) {
    const evidence = haystack_sessions
      .flat()
      .filter((turn) => turn.has_answer)
      .map(({ content }) => content);
    if (question_type === "multi-session") {
      const prices = evidence.flatMap((text) => /(\d+) dollars/.exec(text)?.[1] ?? []).map(Number);
      assert.equal(answer, `${prices.reduce((sum, price) => sum + price, 0)} dollars`);
    } else if (question_type !== "temporal-reasoning")
      assert.ok(evidence.some((text) => text.includes(answer)));
  }
});

test("two evaluations come to the same, question by question", async () => {
  const questions = parseLongMemEval(ROWS, "rows");
  const run = async () => {
    const outcomes: Outcome[] = [];
    const report = await evaluateLongMemEval(questions, {
      ks: [1, 8],
      embedder: await StaticEmbedder.load(),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    return { report, outcomes };
  };
  const [first, second] = [await run(), await run()];
  assert.equal(hashOf(first.outcomes), hashOf(second.outcomes));
  assert.equal(first.report.n, 5);
  assert.equal(first.report.llmCalls, 0);
  // Eight sessions among the eight best: all of them, if all can be ranked.
  assert.ok((first.report.recallAny["8"] as number) >= 80);
});

test("questions without an answer are left out and counted", async () => {
  const [row] = ROWS;
  const rows = [row, { ...row, question_id: "other_abs" }];
  const report = await evaluateLongMemEval(parseLongMemEval(rows, "rows"), {
    ks: [5],
    embedder: await StaticEmbedder.load(),
  });
  assert.deepEqual([report.n, report.abstentions], [1, 1]);
});

const bad: [name: string, rows: unknown, message: RegExp][] = [
  ["no questions", [], /./],
  ["a date of another form", [{ ...ROWS[0], question_date: "2023-05-20" }], /is not a date/],
  ["a day that there is not", [{ ...ROWS[0], question_date: "2023/02/30 (Thu) 10:00" }], /is not a date/],
  [
    "evidence in a session that is not there",
    [{ ...ROWS[0], answer_session_ids: ["elsewhere"] }],
    /elsewhere/,
  ],
  ["fewer dates than sessions", [{ ...ROWS[0], haystack_dates: [] }], /not equally long/],
];

for (const [name, rows, message] of bad)
  test(`refuses ${name}`, async (t) => {
    await assert.rejects(loadLongMemEval(await temporaryFile(t, "rows.json", rows)), message);
  });

test("a file that is not there is said to be so", async () => {
  await assert.rejects(loadLongMemEval("nowhere.json"), /there is no such file; .*xiaowu0162\/LongMemEval$/);
});
