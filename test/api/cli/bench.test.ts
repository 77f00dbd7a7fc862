import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { temporaryFolder } from "../../memos/support.js";
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

test("bench graph prints how fast and how exactly a graph is walked beside its baseline", async () => {
  const report = await memosJson(
    ["bench", "graph", "--nodes", "300", "--edges", "1500"],
    z.object({
      nodes: z.literal(300),
      edges: z.literal(1_500),
      buildMs: z.number().positive(),
      bytesPerEdge: z.number().positive().max(40),
      pprP50ms: z.number().positive(),
      pprP95ms: z.number().positive(),
      exactP50ms: z.number().positive(),
      errorVsExact: z.number().nonnegative().max(1e-4),
      top10Overlap: z.number().min(0.98).max(1),
      baseline: z.object({ graphologyP50ms: z.number().positive(), exactRatio: z.number() }),
    }),
  );
  assert.ok(report.pprP50ms <= report.pprP95ms);
});

test("bench placement prints the model as a table, and simulates a recorded trace", async (t) => {
  const file = join(await temporaryFolder(t), "trace.jsonl");
  const turns = [1, 2, 3].map((minute) => ({
    at: `2026-01-01T00:0${minute}:00Z`,
    tenant: "acme",
    kind: "chat",
  }));
  await writeFile(file, turns.map((turn) => JSON.stringify(turn)).join("\n"));
  const wanted = ["bench", "placement", "--accesses", "1000", "--trace", file];
  const { simulated } = await memosJson(
    wanted,
    z.object({ simulated: z.object({ owners: z.literal(1), cubes: z.literal(6) }) }),
  );
  assert.equal(simulated.cubes, 6);
  assert.match((await memos(wanted)).stdout, /model .*│ 1M .*│ 10M .*│ 100M .*│ 1B/);
});
