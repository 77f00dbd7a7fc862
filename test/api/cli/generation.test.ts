import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { loadLongMemEval } from "../../../eval/longmemeval/format.js";
import { loadMab } from "../../../eval/mab/load.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const rowSchema = z.strictObject({
  file: z.string(),
  source: z.string(),
  seed: z.literal(5),
  questions: z.literal(12),
});

for (const [name, source] of [
  ["key-values", "ruler_kv_2k"],
  ["variables", "ruler_vt_2k"],
  ["events", "eventqa_2k"],
] as const)
  test(`eval generate ${name} writes a row that eval mab reads`, async (context) => {
    const out = join(await temporaryFolder(context), "row.jsonl");
    const args = ["--tokens", "2000", "--questions", "12", "--seed", "5", "--out", out];
    const written = await memosJson(["eval", "generate", name, ...args], rowSchema);
    assert.deepEqual([written.file, written.source], [out, source]);
    const { sets } = await loadMab(out);
    assert.deepEqual(
      sets.map((set) => [set.source.name, set.rows[0]?.questions.length]),
      [[source, 12]],
    );
  });

test("eval generate mini writes a folder that eval mab runs whole, scored by its entities", async (context) => {
  const folder = await temporaryFolder(context);
  const mini = await memosJson(
    ["eval", "generate", "mini", "--out", join(folder, "mini")],
    z.looseObject({ folder: z.string(), entities: z.string(), rows: z.literal(22), seed: z.literal(1) }),
  );
  assert.equal((await readdir(mini.folder)).length, 5);
  const report = await memosJson(
    ["eval", "mab", "--data", mini.folder, "--mode", "extractive", "--agent", "grep"].concat(
      ["--entities", mini.entities],
      ["--output", join(folder, "outputs")],
    ),
    z.looseObject({ sources: z.record(z.string(), z.looseObject({ metric: z.string() })) }),
  );
  assert.equal(Object.keys(report.sources).length, 22);
  assert.equal(report.sources["recsys_redial_full"]?.metric, "recsys_recall@5");
});

test("eval generate sessions writes LongMemEval's format", async (context) => {
  const out = join(await temporaryFolder(context), "sessions.json");
  const args = ["--questions", "5", "--sessions", "8", "--seed", "5", "--out", out];
  await memosJson(
    ["eval", "generate", "sessions", ...args],
    z.strictObject({ file: z.string(), seed: z.literal(5), questions: z.literal(5) }),
  );
  assert.equal((await loadLongMemEval(out)).length, 5);
  const { stdout, status } = await memos([
    "eval",
    "generate",
    "sessions",
    "--json",
    "--sessions",
    "2",
    ...args.slice(4),
  ]);
  assert.equal(status, 2, stdout);
  assert.equal(failureSchema.parse(JSON.parse(stdout)).error.code, "INVALID_INPUT");
});

test("eval shared reports accuracy, the cache and times in one object", async () => {
  const report = await memosJson(
    ["eval", "shared", "--requests", "2", "--tokens", "500"],
    z.strictObject({
      n: z.literal(6),
      answeredBy: z.string(),
      accuracy: z.strictObject({ kv: z.number(), vt: z.number(), qa: z.number() }),
      cachedShare: z.null(),
      restoredTokens: z.literal(0),
      reusedTokens: z.literal(0),
      promptTokens: z.literal(0),
      compiledShare: z.null(),
      ingestSeconds: z.number(),
      reingested: z.literal(0),
      p50ms: z.number(),
      outputsHash: z.string(),
    }),
  );
  assert.equal(report.accuracy.kv, 100);
});
