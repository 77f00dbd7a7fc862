import assert from "node:assert/strict";
import { test } from "node:test";
import { controller } from "../../agents/index.js";
import { traceListSchema, traceSchema } from "../../memos/index.js";
import { problemOf, startServer } from "./harness.js";

const scope = { user: "ana" };

test("traces are listed, looked up by memory and read one by one, in their scope alone", async (t) => {
  const api = await startServer(t, { development: true }, { reader: controller() });
  const added = await api.send("POST", "/v1/memories", { body: { scope, input: "I'm a vegetarian." } });
  const id = (added.body as { written: { id: string }[] }).written[0]?.id ?? "";
  await api.memos.settled({ hurry: true });
  const listed = traceListSchema.parse((await api.send("GET", "/v1/traces?user=ana&limit=5")).body);
  assert.equal(listed.traces.length, 1);
  const about = traceListSchema.parse((await api.send("GET", `/v1/traces?user=ana&cube=${id}`)).body);
  assert.deepEqual(about, listed);
  const trace = listed.traces[0]?.id ?? "";
  const shown = await api.send("GET", `/v1/traces/${trace}?user=ana`);
  assert.deepEqual(traceSchema.parse(shown.body), listed.traces[0]);
  assert.doesNotMatch(shown.text, /vegetarian/, "ids and reasons, never what was said");
  assert.deepEqual((await api.send("GET", "/v1/traces?user=ben")).body, { traces: [] });
  problemOf(await api.send("GET", `/v1/traces/${trace}?user=ben`), 404);
  problemOf(await api.send("GET", "/v1/traces/x?user=ana"), 400);
  problemOf(await api.send("GET", "/v1/traces?user=ana&limit=0"), 400);
  problemOf(await api.send("GET", "/v1/traces?user=ana&cursor=x"), 400);
});

test("pages of traces follow each other", async (t) => {
  const api = await startServer(t, { development: true }, { reader: controller({ batch: { turns: 1 } }) });
  for (const input of ["I'm a vegetarian.", "I live in Lisbon."]) {
    await api.send("POST", "/v1/memories", { body: { scope, input } });
    await api.memos.settled({ hurry: true });
  }
  const first = traceListSchema.parse((await api.send("GET", "/v1/traces?user=ana&limit=1")).body);
  const next = await api.send("GET", `/v1/traces?user=ana&limit=1&cursor=${first.cursor}`);
  const second = traceListSchema.parse(next.body);
  assert.deepEqual([first.traces.length, second.traces.length, second.cursor], [1, 1, undefined]);
  assert.notEqual(first.traces[0]?.id, second.traces[0]?.id);
});
