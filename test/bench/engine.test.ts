import assert from "node:assert/strict";
import { test } from "node:test";
import { runEngineBench } from "../../bench/engine.js";
import { LlamaServerEngine } from "../../memos/inference/llamaServerEngine.js";
import { OpenAIEngine } from "../../memos/inference/openaiEngine.js";
import { startCompletionServer } from "../memos/inference/completionServer.js";
import { BASE, startDialectServer } from "../memos/inference/dialectServer.js";
import { startSlotServer } from "../memos/inference/slotServer.js";

const SIZES = { words: 200, rounds: 2 };

test("servers that keep salts apart say what they had for one tenant, and have nothing for the other", async (t) => {
  const { baseURL } = await startDialectServer(t, "vllm");
  const vllm = new OpenAIEngine({ server: "vllm", model: BASE, baseURL, retries: 0 });
  const { baseURL: slots } = await startSlotServer(t, { keeps: false, slots: 4 });
  const llama = new LlamaServerEngine({ baseURL: slots, retries: 0, keepsPrompts: false });
  for (const engine of [vllm, llama]) {
    const lines: string[] = [];
    const result = await runEngineBench(engine, SIZES, (line) => lines.push(line));
    assert.deepEqual([result.counted, result.isolated, result.cold.cachedTokens], [true, true, 0]);
    assert.ok(result.again.cachedTokens > result.again.promptTokens / 2);
    assert.equal(lines.length, 2);
    await engine[Symbol.asyncDispose]();
  }
});

test("a server that knows no salts is found out", async (t) => {
  const { baseURL } = await startCompletionServer(t);
  const engine = new OpenAIEngine({ model: "m", baseURL, retries: 0 });
  const { counted, isolated } = await runEngineBench(engine, SIZES);
  assert.deepEqual([counted, isolated], [true, false]);
  await engine[Symbol.asyncDispose]();
});
