import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { memosJson } from "./memosProcess.js";

const writtenSchema = z.strictObject({
  file: z.string(),
  source: z.literal("factconsolidation_mh_3k"),
  seed: z.literal(5),
  questions: z.literal(20),
});
const reportSchema = z.strictObject({
  rows: z.tuple([
    z.looseObject({ source: z.string(), n: z.literal(20), subEM: z.number(), stale: z.number() }),
  ]),
});

test("eval generate facts writes a row that eval facts answers", async (context) => {
  const out = join(await temporaryFolder(context), "facts.jsonl");
  const args = ["--tokens", "3000", "--hops", "2-3", "--questions", "20", "--seed", "5", "--out", out];
  const written = await memosJson(["eval", "generate", "facts", ...args], writtenSchema);
  assert.equal(written.file, out);
  const { rows } = await memosJson(["eval", "facts", "--data", out], reportSchema);
  assert.equal(rows[0].source, written.source);
  assert.ok(rows[0].subEM >= 90, JSON.stringify(rows[0]));
});
