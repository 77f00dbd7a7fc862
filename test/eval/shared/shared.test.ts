import assert from "node:assert/strict";
import { test } from "node:test";
import { createEmbedder } from "../../../api/cli/embedder.js";
import { evaluateShared } from "../../../eval/shared/evaluate.js";
import { localEngine } from "../../memos/inference/local/support.js";

const embedder = await createEmbedder({ kind: "static" });
const OPTIONS = { seed: 3, tokens: 500, requests: 4, embedder };

test("without a model memory answers by itself, twice alike, and nothing is ingested again", async () => {
  const { ingestSeconds, p50ms, ...report } = await evaluateShared(OPTIONS);
  assert.ok(ingestSeconds > 0 && p50ms > 0);
  assert.deepEqual([report.n, report.cachedShare, report.promptTokens, report.reingested], [12, null, 0, 0]);
  assert.equal(report.accuracy.kv, 100);
  assert.ok(report.accuracy.vt > 0 && report.accuracy.qa > 0);
  assert.equal((await evaluateShared(OPTIONS)).outputsHash, report.outputsHash);
});

test("an engine that keeps states evaluates a context once, however many sessions ask about it", async (t) => {
  const engine = await localEngine(t, { contextTokens: 8_192 });
  const report = await evaluateShared({ ...OPTIONS, requests: 2, engine });
  assert.deepEqual(
    [report.n, report.answeredBy, report.compiledShare, report.reingested],
    [6, engine.name, 100, 0],
  );
  assert.ok(report.restoredTokens > 0, "states are restored when sessions take turns");
  const cached = (100 * (report.restoredTokens + report.reusedTokens)) / report.promptTokens;
  assert.ok(Math.abs((report.cachedShare ?? 0) - cached) < 0.01);
  assert.ok(cached > 90, String(cached));
});

test("every outcome is told, and a run can be cancelled between two requests", async () => {
  const told: string[] = [];
  const stop = new AbortController();
  const run = evaluateShared({
    ...OPTIONS,
    signal: stop.signal,
    onOutcome: ({ id }) => {
      told.push(id);
      if (told.length === 4) stop.abort();
    },
  });
  await assert.rejects(run, { code: "ABORTED" });
  assert.deepEqual(told, ["kv/0", "vt/0", "qa/0", "kv/1"]);
  await assert.rejects(evaluateShared({ ...OPTIONS, tokens: 10 }), { code: "INVALID_INPUT" });
});
