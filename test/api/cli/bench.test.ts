import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { memos, memosJson } from "./memosProcess.js";

test("bench ingest prints what it measured beside its baseline", async () => {
  const report = await memosJson(
    ["bench", "ingest", "--n", "50"],
    z.object({
      addP50ms: z.number().positive(),
      addP95ms: z.number().positive(),
      addsPerSecond: z.number().positive(),
      batchPerSecond: z.number().positive(),
      bytesPerCube: z.number().positive(),
      rssMB: z.number().positive(),
      baseline: z.object({ sqliteInsertP50ms: z.number().positive() }),
    }),
  );
  assert.ok(report.addP50ms <= report.addP95ms);
  assert.match((await memos(["bench", "ingest", "--n", "50"])).stdout, /baseline\.sqliteInsertP50ms/);
});
