import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { consolidationPlanSchema, consolidationRunSchema, undoneRunSchema } from "../../memos/index.js";
import { problemOf, startServer, UNKNOWN_ID } from "./harness.js";

const scope = { user: "ana" };
const HIKING = ["I love hiking in the mountains.", "Well, I really love hiking in the mountains!"];

test("a consolidation is planned, run, listed and undone", async (t) => {
  const api = await startServer(t, { development: true }, { consolidateAfterIdleMs: 0 });
  await api.send("POST", "/v1/memories", { body: { scope, input: HIKING } });
  const planned = await api.send("POST", "/v1/consolidation/plan", { body: { scope } });
  assert.equal(planned.status, 200, planned.text);
  assert.deepEqual(
    consolidationPlanSchema.parse(planned.body).proposals.map(({ kind }) => kind),
    ["merge"],
  );
  const ran = await api.send("POST", "/v1/consolidation/run", { body: { scope } });
  assert.equal(ran.status, 200, ran.text);
  const run = consolidationRunSchema.parse(ran.body);
  assert.equal(run.merged, 2);
  const listed = await api.send("GET", "/v1/consolidation/runs?user=ana&limit=5");
  const { runs } = z.object({ runs: z.array(consolidationRunSchema) }).parse(listed.body);
  assert.deepEqual(
    runs.map(({ id }) => id),
    [run.id],
  );
  const elsewhere = await api.send("POST", `/v1/consolidation/runs/${run.id}/undo`, {
    body: { scope: { user: "ben" } },
  });
  problemOf(elsewhere, 404);
  const undone = await api.send("POST", `/v1/consolidation/runs/${run.id}/undo`, { body: { scope } });
  assert.equal(undoneRunSchema.parse(undone.body).undone.length, 1);
});

test("a server that has just been asked for something is busy", async (t) => {
  const api = await startServer(t);
  await api.send("POST", "/v1/memories", { body: { scope, input: HIKING } });
  const ran = await api.send("POST", "/v1/consolidation/run", { body: { scope } });
  assert.equal(consolidationRunSchema.parse(ran.body).stoppedBy, "busy");
});

test("what is no run or no budget is refused", async (t) => {
  const api = await startServer(t);
  problemOf(await api.send("POST", `/v1/consolidation/runs/${UNKNOWN_ID}/undo`, { body: { scope } }), 404);
  const body = { scope, budget: { milliseconds: -1 } };
  problemOf(await api.send("POST", "/v1/consolidation/run", { body }), 400);
  problemOf(await api.send("POST", "/v1/consolidation/plan", { body: { scope, kinds: ["dream"] } }), 400);
});
