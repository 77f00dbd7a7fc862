import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSessions } from "../../../eval/generate/sessions.js";
import { evaluateLongMemEvalAnswers } from "../../../eval/longmemeval/answers.js";
import { evaluateLongMemEval } from "../../../eval/longmemeval/evaluate.js";
import { parseLongMemEval } from "../../../eval/longmemeval/format.js";
import type { Outcome } from "../../../eval/outcome.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { talkingEngine } from "../readers/talkingEngine.js";

const ROWS = generateSessions({ seed: 7, questions: 3, sessions: 4 });
const JUDGE = /Is the response correct\?/;

/** A model that answers everything alike and judges with each verdict in turn; what it was told. */
function scripted(verdicts: readonly string[]) {
  const told = { reader: [] as string[], judge: [] as string[] };
  const engine = talkingEngine((user) => {
    const isJudged = JUDGE.test(user);
    (isJudged ? told.judge : told.reader).push(user);
    return isJudged ? (verdicts[told.judge.length - 1] ?? "no") : "an answer";
  });
  return { engine, told };
}

async function judged(rows: unknown, verdicts: readonly string[]) {
  const { engine, told } = scripted(verdicts);
  const outcomes: Outcome[] = [];
  const report = await evaluateLongMemEvalAnswers(parseLongMemEval(rows, "rows"), {
    engine,
    embedder: await StaticEmbedder.load(),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { report, told, outcomes };
}

test("a judge's yes is correct, its no is not, and what is neither is counted apart; types count alike", async () => {
  const rows = ROWS.map((row, at) => ({ ...row, question_type: at === 0 ? "rare" : "common" }));
  const { report, outcomes } = await judged(rows, ["Yes.", "no", "I could not say"]);
  assert.deepEqual(report.verdicts, { yes: 1, no: 1, unreadable: 1 });
  assert.deepEqual([report.n, report.accuracy, report.accuracyByTypeMean], [3, 33.33, 50]);
  assert.deepEqual(
    outcomes.map(({ output, scores }) => [output, scores["correct"]]),
    [
      [["an answer", "yes"], 1],
      [["an answer", "no"], 0],
      [["an answer", "unreadable"], 0],
    ],
  );
  assert.deepEqual(
    [report.reader, report.judge, report.llmCalls, report.inputTokens],
    ["talking", "talking", 6, 21],
  );
  assert.match(report.judgeHash, /^[0-9a-f]{64}$/);
});

test("questions without an answer are asked, judged as such, and count under their type as well", async () => {
  const [row, other] = ROWS;
  const rows = [row, { ...other, question_type: row?.question_type, question_id: "unknown_abs" }];
  const { report, told } = await judged(rows, ["no", "yes"]);
  assert.deepEqual(report.abstention, { n: 1, accuracy: 100 });
  assert.deepEqual(report.byType, { [row?.question_type as string]: { n: 2, accuracy: 50 } });
  assert.doesNotMatch(told.judge[0] as string, /cannot be answered/);
  assert.match(told.judge[1] as string, /cannot be answered/);
});

test("the reader is told the day and dated memories; the judge the question, the answer and the response", async () => {
  const [row] = ROWS;
  const { told, report } = await judged([row], ["yes"]);
  const day = (row?.question_date ?? "").slice(0, 10).replaceAll("/", "-");
  assert.ok(told.reader[0]?.includes(`(Today is ${day}.) ${row?.question}`));
  assert.match(told.reader[0] as string, /\[1\] 2031-\d\d-\d\d · /);
  for (const part of [row?.question as string, `Correct answer: ${row?.answer}`, "Response: an answer"])
    assert.ok(told.judge[0]?.includes(part));
  assert.ok(report.contextTokens > 0 && report.contextTokens <= 800);
});

test("sessions whose dates go backwards, and a question from before them all, are measured like others", async () => {
  const rows = ROWS.slice(0, 1).map((row) => ({
    ...row,
    question_date: "1999/12/31 (Fri) 23:59",
    haystack_dates: row.haystack_dates.toReversed(),
  }));
  const questions = parseLongMemEval(rows, "rows");
  const embedder = await StaticEmbedder.load();
  const { recallAny, n } = await evaluateLongMemEval(questions, { ks: [4], embedder });
  assert.deepEqual([n, recallAny["4"]], [1, 100]);
  const { told, report } = await judged(rows, ["yes"]);
  assert.equal(report.accuracy, 100);
  for (const prompt of told.reader) assert.match(prompt, /2031-[\s\S]*\(Today is 1999-12-31\.\)/);
});

test("sessions that are all of one moment are ranked alike in any order", async () => {
  const at = "2031/05/05 (Mon) 10:00";
  const rows = ROWS.slice(0, 1).map((row) => ({ ...row, haystack_dates: row.haystack_dates.map(() => at) }));
  const reversed = rows.map((row) => ({
    ...row,
    haystack_session_ids: row.haystack_session_ids.toReversed(),
    haystack_sessions: row.haystack_sessions.toReversed(),
  }));
  const embedder = await StaticEmbedder.load();
  const [one, other] = [
    await evaluateLongMemEval(parseLongMemEval(rows, "rows"), { ks: [1, 4], embedder }),
    await evaluateLongMemEval(parseLongMemEval(reversed, "rows"), { ks: [1, 4], embedder }),
  ];
  assert.deepEqual(one.recallAny, other.recallAny);
});
