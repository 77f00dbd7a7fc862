import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { compareRuns } from "../../../eval/report/compare.js";
import { readRun, writeReport } from "../../../eval/report/folder.js";
import type { EvaluationRun } from "../../../eval/report/run.js";
import { suiteRun } from "../../../eval/suites/suite.js";
import { refused } from "../../memos/support.js";
import { temporaryFile, temporaryFolder } from "../temporaryFolder.js";

const DESCRIBED = {
  about: "Whether <b>towns</b> are found.",
  dataset: { name: "towns.json", sha256: "ab".repeat(32) },
  agent: "memos",
  mode: "retrieval",
  reader: "none",
  settings: { k: 5 },
};

function runOf(scores: readonly number[], name = "towns"): EvaluationRun {
  const outcomes = scores.map((score, at) => ({
    id: `q${at}`,
    output: [`${score}`],
    scores: { "recall@5": score },
  }));
  const bars = { "recall@5": { at: "least", value: 60 }, tokens: { at: "most", value: 100 } } as const;
  return {
    format: 1,
    version: "0.0.0",
    startedAt: "2031-05-06T07:08:09.000Z",
    machine: { cpus: 2, platform: "test", node: "20" },
    seconds: 61,
    suites: [suiteRun({ ...DESCRIBED, name, bars }, outcomes, [["tokens", 120, "tokens"]], 3)],
    skipped: [{ name: "books", reason: "there is no books/a.txt" }],
  };
}

test("a suite reports the mean of every score with its interval, and its figures", () => {
  const [suite] = runOf([1, 1, 0, 1]).suites;
  const [recall, tokens] = suite?.measures ?? [];
  assert.deepEqual([recall?.value, recall?.unit, suite?.n], [75, "%", 4]);
  assert.ok((recall?.ci95?.[0] as number) < 75 && (recall?.ci95?.[1] as number) > 75);
  assert.deepEqual([tokens?.value, tokens?.ci95], [120, undefined]);
});

test("a report says what it was measured on, what was missed and what was left out", async (t) => {
  const folder = await temporaryFolder(t);
  const run = runOf([1, 1, 0, 1]);
  const { markdown, page } = await writeReport(folder, run);
  const text = await readFile(markdown, "utf8");
  for (const said of [
    "| towns | recall@5 | 75 % | at least 60 % | met |",
    "at most 100 tokens | missed",
    "reader none",
    "k 5",
    "abababababab",
    "books: there is no books/a.txt",
  ])
    assert.ok(text.includes(said), said);
  const html = await readFile(page, "utf8");
  assert.ok(html.includes("Bars: 1 of 2 met") && html.includes("<svg"));
  assert.ok(html.includes("&lt;b&gt;towns") && !html.includes("<b>towns"));
  assert.doesNotMatch(html, /<script|https?:\/\/(?!www\.w3\.org)/);
  assert.deepEqual(await readRun(join(folder, "run.json")), run);
});

test("the history grows by a run, and the page shows the course from the second on", async (t) => {
  const folder = await temporaryFolder(t);
  const first = await writeReport(folder, runOf([1, 0]));
  assert.doesNotMatch(await readFile(first.page, "utf8"), /From run to run/);
  const second = await writeReport(folder, runOf([1, 1]));
  assert.match(await readFile(second.page, "utf8"), /From run to run/);
  assert.equal((await readFile(join(folder, "history.jsonl"), "utf8")).trim().split("\n").length, 2);
});

test("what is no report is refused", async (t) => {
  await assert.rejects(readRun(await temporaryFile(t, "run.json", { format: 2 })), refused("INVALID_INPUT"));
});

test("two runs differ significantly when most questions do, and not by one of many", () => {
  const before = Array.from({ length: 40 }, (_, at) => at % 2);
  const [better] = compareRuns(runOf(before), runOf(before.map(() => 1)));
  assert.deepEqual([better?.difference, better?.significant, better?.sameData], [50, true, true]);
  const [same] = compareRuns(runOf(before), runOf(before.map((score, at) => (at === 0 ? 1 : score))));
  assert.deepEqual([same?.difference, same?.significant], [2.5, false]);
});

test("questions that one of two runs was not asked are left out, and that is said", () => {
  const [compared] = compareRuns(runOf([1, 1, 0]), runOf([1, 0]));
  assert.deepEqual([compared?.n, compared?.first, compared?.second, compared?.sameData], [2, 100, 50, false]);
});

test("runs without a common question cannot be compared", () => {
  assert.throws(() => compareRuns(runOf([1]), runOf([1], "villages")), refused("INVALID_INPUT"));
});
