import assert from "node:assert/strict";
import { test } from "node:test";
import { runIngestBench } from "../../bench/ingest.js";

test("every cube taken in by the ingest bench is found, single and in a stream", async () => {
  const lines: string[] = [];
  const result = await runIngestBench({ n: 300 }, (line) => lines.push(line));
  assert.equal(result.n, 300);
  assert.deepEqual(result.searchable, { sampled: 100, found: 100 });
  assert.ok(result.baseline.sqliteInsertP50ms > 0);
  assert.ok(result.addP95ms >= result.addP50ms);
  assert.ok(result.bytesByPart.ledger > result.bytesByPart.text);
  assert.ok(lines.length > 0, "it says how far it is");
});
