import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { temporaryFile } from "../../eval/temporaryFolder.js";
import { memosJson } from "./memosProcess.js";
import { locomoReportSchema, retrievalReportSchema } from "./reports.js";

const DATA =
  process.env["MEMOS_DATA"] ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

// BM25 alone reaches R@5 79.0 on this file; an embedder without meaning may cost a little of it.
test("passages of HotpotQA are found about as well as by BM25", async (context) => {
  const file = join(DATA, "retrieval", "hotpotqa_train100.json");
  if (!existsSync(file)) return context.skip(`no evaluation data: set MEMOS_DATA (looked for ${file})`);
  const report = await memosJson(["eval", "retrieval", "--data", file], retrievalReportSchema);
  assert.equal(report.n, 100);
  assert.ok((report.recall["5"] ?? 0) >= 76, JSON.stringify(report));
});

// Two of the six conversations: BM25 alone reaches R@10 62.4 on all of them, and all of them take a minute.
test("evidence turns of LoCoMo are found better than by BM25", async (context) => {
  const file = join(DATA, "locomo", "locomo_dev6.json");
  if (!existsSync(file)) return context.skip(`no evaluation data: set MEMOS_DATA (looked for ${file})`);
  const conversations = z.array(z.unknown()).parse(JSON.parse(await readFile(file, "utf8")));
  const two = await temporaryFile(context, "two.json", conversations.slice(0, 2));
  const report = await memosJson(["eval", "locomo", "--data", two], locomoReportSchema);
  assert.equal(report.n, 302);
  assert.ok((report.recall["10"] ?? 0) >= 70, JSON.stringify(report));
});
