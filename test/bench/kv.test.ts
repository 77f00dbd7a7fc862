import assert from "node:assert/strict";
import { test } from "node:test";
import { runKvBench } from "../../bench/kv.js";

test("the kv bench measures prompts cold, restored and reused, codecs, a conversation and a batch", async () => {
  const options = { prefixes: [256], model: "nano", turns: 3, requests: 8 } as const;
  const { prefixes, codecs, conversation, batch, newProcess } = await runKvBench(options, () => {});
  const [row] = prefixes;
  assert.equal(row?.sameTokens, true, "what is restored answers as what was evaluated");
  assert.ok(row.tokens > 0 && row.stateBytes > 0 && row.baseline.rawRestoreMs > 0);
  assert.deepEqual(
    codecs.rows.map(({ codec }) => codec),
    ["kivi 8", "kivi 4", "kivi 2", "mikv 8/4"],
  );
  assert.equal(codecs.reductions.length, 4);
  assert.ok(conversation.fromKv > 0 && conversation.fromKv < 1);
  assert.equal(batch.requests, 8);
  assert.equal(newProcess.restored, row.tokens);
});
