import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { syntheticLocomo, syntheticRetrieval } from "../../eval/synthetic.js";
import { temporaryFile, temporaryFolder } from "../../eval/temporaryFolder.js";
import { memos, memosJson } from "./memosProcess.js";
import {
  classifyReportSchema,
  locomoReportSchema,
  retrievalReportSchema,
  sortReportSchema,
} from "./reports.js";

test("eval retrieval measures recall on a corpus", async (context) => {
  const file = await temporaryFile(context, "towns.json", syntheticRetrieval());
  const report = await memosJson(["eval", "retrieval", "--data", file], retrievalReportSchema);
  assert.equal(report.dataset, "towns");
  assert.equal(report.n, 6);
  assert.deepEqual(Object.keys(report.recall), ["2", "5", "10"]);
  // Every question names both of its passages: a store that finds words finds them.
  assert.equal(report.recall["5"], 100);
  assert.equal(report.allGold["5"], 100);
  assert.deepEqual(report.ci95["5"], [100, 100]);
});

test("eval retrieval takes cut-offs, channels and an embedder", async (context) => {
  const file = await temporaryFile(context, "towns.json", syntheticRetrieval());
  const args = ["--data", file, "--k", "10,1", "--channels", "text", "--embedder", "none"];
  const report = await memosJson(["eval", "retrieval", ...args], retrievalReportSchema);
  assert.deepEqual(Object.keys(report.recall), ["1", "10"]);
});

test("eval locomo measures evidence recall by category and session", async (context) => {
  const file = await temporaryFile(context, "locomo.json", syntheticLocomo(2));
  const report = await memosJson(["eval", "locomo", "--data", file], locomoReportSchema);
  assert.equal(report.n, 8);
  assert.deepEqual(Object.keys(report.recall), ["1", "5", "10", "25"]);
  assert.deepEqual(Object.keys(report.byCategory), ["1", "2", "3", "4"]);
  assert.equal(report.byCategory["1"]?.n, 2);
  // Nine turns a conversation: all of them are in the first 25.
  assert.ok((report.sessionRecall["25"] ?? 0) >= (report.recall["25"] ?? 0));
});

test("eval classify labels texts by example", async (context) => {
  const train = await temporaryFile(
    context,
    "train.csv",
    "text,category\nFeed the cat.,pets\nWalk the dog.,pets\nPay the rent.,bills\nThe invoice is due.,bills\n",
  );
  const test = await temporaryFile(context, "test.tsv", "pets\tWalk the cat.\nbills\tPay the invoice.\n");
  const args = ["eval", "classify", "--train", train, "--test", test];
  const report = await memosJson([...args, "--k", "2"], classifyReportSchema);
  assert.deepEqual([report.n, report.accuracy, report.ci95], [2, 100, [100, 100]]);
});

test("eval sort asks for the order of segments of books", async (context) => {
  const book = Array.from({ length: 600 }, (_, at) => `word${at}${at % 12 === 11 ? "\n" : ""}`).join(" ");
  const file = await temporaryFile(context, "novel.txt", book);
  const args = ["eval", "sort", "--data", file, "--pairs", "12", "--words", "10", "--perturb", "shuffle"];
  const report = await memosJson(args, sortReportSchema);
  assert.deepEqual([report.n, report.accuracy, report.unknown], [12, 100, 0]);
  assert.deepEqual(Object.keys(report.byBook), ["novel"]);
});

test("files that cannot be evaluated fail with a sentence", async (context) => {
  const short = await temporaryFile(context, "novel.txt", "too short");
  const sort = await memos(["eval", "sort", "--data", short]);
  assert.equal(sort.status, 1);
  assert.match(sort.stderr, /^error: a book of 2 words/);
  const classify = await memos(["eval", "classify", "--train", short, "--test", short]);
  assert.equal(classify.status, 1);
  assert.match(classify.stderr, /^error: cannot read .*novel\.labels/);
});

test("people get tables", async (context) => {
  const retrieval = await temporaryFile(context, "towns.json", syntheticRetrieval());
  const locomo = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  assert.match((await memos(["eval", "retrieval", "--data", retrieval])).stdout, /recall %.*all gold %/);
  assert.match((await memos(["eval", "locomo", "--data", locomo])).stdout, /session recall %/);
});

test("an evaluation leaves no store behind, finished or failed", async (context) => {
  const folder = await temporaryFolder(context);
  const environment = { TMPDIR: folder, TEMP: folder, TMP: folder };
  const file = await temporaryFile(context, "towns.json", syntheticRetrieval());
  assert.equal((await memos(["eval", "retrieval", "--data", file], { environment })).status, 0);
  const [sample] = syntheticLocomo(1);
  const unanswerable = await temporaryFile(context, "locomo.json", [{ ...sample, qa: [] }]);
  const failed = await memos(["eval", "locomo", "--data", unanswerable], { environment });
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /^error: no question of the file has evidence/);
  assert.deepEqual(await readdir(folder), []);
});
