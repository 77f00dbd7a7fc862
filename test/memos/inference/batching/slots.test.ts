import assert from "node:assert/strict";
import { test } from "node:test";
import { type BatchRequest, runBatch } from "../../../../memos/inference/batching/index.js";
import { LlamaServerEngine } from "../../../../memos/inference/llamaServerEngine.js";
import { startSlotServer } from "../slotServer.js";

test("a batch over HTTP prefills on two slots a third of what the order of arrival does, and what its plan says", async (t) => {
  const requests: BatchRequest[] = Array.from({ length: 64 }, (_, at) => ({
    id: `r${at}`,
    maxTokens: 8,
    messages: [
      { role: "system", content: `document ${at % 8} `.repeat(60) },
      { role: "user", content: `question ${at}` },
    ],
  }));
  const { baseURL } = await startSlotServer(t, { slots: 2, keeps: false });
  const engine = new LlamaServerEngine({ baseURL, retries: 0 });
  const { results, plan } = await runBatch(engine, requests, { liveStates: 2 });
  assert.deepEqual(
    results.map((result) => (result.status === "done" ? result.text : result.error)),
    requests.map(({ messages }) => messages[1]?.content),
  );
  const prefilled = results.reduce(
    (sum, result) => sum + (result.status === "done" ? result.tokens.prefilled : 0),
    0,
  );
  // Two groups side by side may take each other's slot once, at their beginning.
  assert.ok(Math.abs(prefilled - plan.plannedPrefill) < 0.1 * plan.plannedPrefill, `${prefilled}`);

  await engine.drop();
  let arrival = 0;
  for (const { id: _, ...request } of requests)
    for await (const event of engine.generate(request))
      if (event.kind === "end") arrival += event.tokens.prefilled;
  assert.ok(arrival >= 3 * prefilled, `${arrival} and ${prefilled}`);
  assert.ok(Math.abs(arrival - plan.arrivalPrefill) < 0.1 * plan.arrivalPrefill, `${arrival}`);
});
