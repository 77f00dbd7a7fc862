import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSessions } from "../../../eval/generate/sessions.js";
import { syntheticLocomo, syntheticSquad } from "../../eval/synthetic.js";
import { temporaryFile } from "../../eval/temporaryFolder.js";
import { type Behaviour, says, startCompletionServer } from "../../memos/inference/completionServer.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";
import { haystackReportSchema, locomoAnswerReportSchema, longMemEvalAnswerReportSchema } from "./reports.js";

const NOVEL = Array.from({ length: 300 }, (_, at) => `On day ${at} it rained in the harbour again.`).join(
  " ",
);

test("eval haystack looks for paragraphs among chunks of books", async (context) => {
  const data = await temporaryFile(context, "towns.json", syntheticSquad());
  const books = await temporaryFile(context, "novel.txt", NOVEL);
  const args = ["eval", "haystack", "--data", data, "--books", books];
  const report = await memosJson([...args, "--tokens", "2000", "--k", "1,5"], haystackReportSchema);
  assert.deepEqual([report.n, report.recall["5"], report.coverage["5"]], [6, 100, 100]);
  assert.ok(report.hayTokens >= 2_000);
  const people = await memos([...args, "--tokens", "2000"]);
  assert.match(people.stdout, /6 paragraphs among \d+ chunks[\s\S]*answer coverage %/);
});

test("eval locomo answers by rules", async (context) => {
  const file = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  const args = ["eval", "locomo", "--data", file, "--mode", "extractive"];
  const report = await memosJson(args, locomoAnswerReportSchema);
  assert.deepEqual([report.mode, report.n, report.answerable?.n, report.llmCalls], ["extractive", 5, 4, 0]);
  assert.deepEqual(Object.keys(report.byCategory), ["1", "2", "3", "4", "5"]);
  assert.match((await memos(args)).stdout, /answered by extractive\/locomo\/1[\s\S]*F1 %[\s\S]*1 to 4/);
});

test("a model on any OpenAI-compatible server answers, and judges", async (context) => {
  const answers: Behaviour = (response, body, counts) => {
    const asked = body.messages.at(-1)?.content ?? "";
    return says(asked.includes("Is the response correct?") ? "yes" : "not mentioned")(response, body, counts);
  };
  const { baseURL, requests } = await startCompletionServer(context, answers);
  const environment = { MEMOS_MODEL_URL: baseURL, MEMOS_MODEL: "test" };
  const locomo = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  const told = await memos(["eval", "locomo", "--data", locomo, "--mode", "llm", "--json"], { environment });
  const first = locomoAnswerReportSchema.parse(JSON.parse(told.stdout));
  assert.deepEqual(
    [first.n, first.llmCalls, first.byCategory["5"]?.f1, first.answerable?.f1],
    [5, 5, 100, 0],
  );

  const rows = generateSessions({ seed: 7, questions: 2, sessions: 4 });
  const sessions = await temporaryFile(context, "sessions.json", rows);
  const args = ["eval", "longmemeval", "--data", sessions, "--mode", "llm"];
  const judged = await memos([...args, "--json"], { environment });
  const second = longMemEvalAnswerReportSchema.parse(JSON.parse(judged.stdout));
  assert.deepEqual([second.n, second.accuracy, second.verdicts.yes, second.llmCalls], [2, 100, 2, 4]);
  assert.equal(requests.length, 5 + 4);
  const people = await memos(args, { environment });
  assert.match(people.stdout, /judged by openai\/test[\s\S]*accuracy %[\s\S]*2 yes, 0 no, 0 neither/);
});

test("the mode llm says that it needs a model", async (context) => {
  const locomo = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  const { status, stdout } = await memos(["eval", "locomo", "--data", locomo, "--mode", "llm", "--json"]);
  assert.equal(status, 2);
  assert.match(failureSchema.parse(JSON.parse(stdout)).error.message, /--mode llm needs a model/);
});
