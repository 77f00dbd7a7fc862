import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import * as z from "zod";
import { lines, row } from "../../eval/mab/rows.js";
import { temporaryFile, temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const sourceSchema = z.object({
  n: z.number(),
  subEM: z.number().nullable(),
  em: z.number().nullable(),
  f1: z.number().nullable(),
  coverage: z.record(z.string(), z.number()).nullable(),
  contextTokens: z.number(),
  memoryConstructionSeconds: z.number(),
  queryMs: z.number(),
});

const reportSchema = z.object({
  mode: z.string(),
  agent: z.string(),
  reader: z.string().nullable(),
  dataHash: z.string(),
  outputsHash: z.string(),
  sources: z.record(z.string(), sourceSchema),
});

test("eval mab measures our own memory and writes the result files", async (context) => {
  const data = await temporaryFile(context, "rows.jsonl", lines(row({})));
  const output = await temporaryFolder(context);
  const args = ["eval", "mab", "--data", data, "--mode", "extractive", "--split", "Selective_Forgetting"];
  const report = await memosJson([...args, "--output", output, "--k", "2,10"], reportSchema);
  const facts = report.sources["factconsolidation_sh_6k"];
  assert.deepEqual([report.agent, facts?.n, facts?.em, facts?.coverage?.["2"]], ["memos", 1, 100, 100]);
  assert.deepEqual(await readdir(output), ["Conflict_Resolution"]);
});

test("people get a table with the baseline's row, the hashes and the file", async (context) => {
  const data = await temporaryFile(context, "rows.jsonl", lines(row({})));
  const output = await temporaryFolder(context);
  const args = ["eval", "mab", "--data", data, "--mode", "retrieval", "--agent", "grep", "--output", output];
  const { stdout } = await memos(args);
  assert.match(stdout, /agent grep, reader none/);
  assert.match(stdout, /coverage@10 %[\s\S]*data [0-9a-f]{12}, outputs [0-9a-f]{12}[\s\S]*_results\.json/);
});

test("what is missing is said: data, a model, an address", async (context) => {
  const data = await temporaryFile(context, "rows.jsonl", lines(row({})));
  const run = async (...args: string[]) => memos(["eval", "mab", "--json", ...args]);
  const missing = await run("--data", `${data}.none`, "--mode", "retrieval");
  assert.equal(missing.status, 1);
  assert.match(failureSchema.parse(JSON.parse(missing.stdout)).error.message, /ai-hyz\/MemoryAgentBench/);
  for (const [args, expected] of [
    [["--mode", "llm"], /needs a model/],
    [["--mode", "retrieval", "--agent", "mem0"], /needs --url/],
    [["--mode", "guess"], /--mode/],
  ] as const) {
    const { status, stdout } = await run("--data", data, ...args);
    assert.equal(status, 2);
    assert.match(stdout, expected);
  }
});
