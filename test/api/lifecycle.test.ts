import assert from "node:assert/strict";
import { test } from "node:test";
import {
  diffResultSchema,
  feedbackReceiptSchema,
  listResultSchema,
  rollbackReceiptSchema,
  searchResultSchema,
  snapshotSchema,
  writeReceiptSchema,
} from "../../memos/index.js";
import { problemOf, remember, startServer } from "./harness.js";

const scope = { user: "ana" };

async function hitsOf(api: Awaited<ReturnType<typeof startServer>>, query: string, options: object = {}) {
  const { body } = await api.send("POST", "/v1/search", { body: { scope, query, ...options } });
  return searchResultSchema.parse(body).hits.map(({ cube }) => cube.id);
}

test("a memory is put aside, found when it is asked for, and taken out again", async (t) => {
  const api = await startServer(t);
  const id = await remember(api, "The walrus is grey.");
  const archived = await api.send("POST", `/v1/memories/${id}/archive`, {
    body: { scope, cause: "not now" },
  });
  assert.equal(writeReceiptSchema.parse(archived.body).operation, "archive");
  assert.deepEqual(await hitsOf(api, "walrus"), []);
  assert.deepEqual(await hitsOf(api, "walrus", { archived: true }), [id]);
  const again = await api.send("POST", `/v1/memories/${id}/archive`, { body: { scope } });
  assert.equal(problemOf(again, 409).code, "INVALID_TRANSITION");
  await api.send("POST", `/v1/memories/${id}/undo`, { body: { scope } });
  assert.deepEqual(await hitsOf(api, "walrus"), [id]);
});

test("memories are merged and the merge is undone", async (t) => {
  const api = await startServer(t);
  const ids = [
    await remember(api, "Ana has a cat. It is called Pixel."),
    await remember(api, "Ana has a cat. It is black."),
  ];
  const merge = await api.send("POST", "/v1/merges", { body: { scope, ids } });
  assert.equal(merge.status, 201, merge.text);
  const merged = writeReceiptSchema.parse(merge.body).written[0]?.id ?? "";
  assert.deepEqual(await hitsOf(api, "cat"), [merged]);
  assert.equal((await api.send("POST", `/v1/memories/${merged}/unmerge`, { body: { scope } })).status, 200);
  assert.deepEqual((await hitsOf(api, "cat")).sort(), [...ids].sort());
});

test("feedback, governance and the policy are kept", async (t) => {
  const api = await startServer(t);
  const id = await remember(api, "The walrus is grey.");
  const judged = await api.send("POST", `/v1/memories/${id}/feedback`, {
    body: { scope, verdict: "useful" },
  });
  assert.equal(feedbackReceiptSchema.parse(judged.body).cube.behaviour.feedback.useful, 1);
  const cited = await api.send("POST", "/v1/citations", { body: { scope, ids: [id] } });
  assert.deepEqual(cited.body, { noted: 1 });
  const held = await api.send("PATCH", `/v1/memories/${id}/governance`, {
    body: { scope, governance: { retention: "legal-hold" } },
  });
  assert.equal(held.status, 200, held.text);
  const refused = await api.send("DELETE", `/v1/memories/${id}?user=ana`);
  assert.equal(problemOf(refused, 409).code, "CONFLICT");
  const policy = { retention: [{ types: ["working"], days: 7 }], archiveCold: true };
  await api.send("PUT", "/v1/lifecycle/policy", { body: { policy } });
  assert.deepEqual((await api.send("GET", "/v1/lifecycle/policy")).body, policy);
});

test("a scope is compared with a snapshot and taken back to it", async (t) => {
  const api = await startServer(t);
  const id = await remember(api, "The walrus is grey.");
  const made = await api.send("POST", "/v1/snapshots", { body: { name: "before" } });
  const { at } = snapshotSchema.parse(made.body);
  // The next version is of a later millisecond.
  while (new Date().toISOString() <= at);
  await api.send("PATCH", `/v1/memories/${id}`, { body: { scope, patch: { text: "The walrus is pink." } } });
  const diff = await api.send("POST", "/v1/diff", {
    body: { scope, from: { snapshot: "before" }, to: new Date(Date.now() + 1000).toISOString() },
  });
  assert.deepEqual(
    diffResultSchema.parse(diff.body).differences.map((one) => [one.id, one.change]),
    [[id, "changed"]],
  );
  const back = await api.send("POST", "/v1/rollback", { body: { scope, to: { snapshot: "before" } } });
  assert.deepEqual(
    rollbackReceiptSchema.parse(back.body).written.map(({ version }) => version),
    [3],
  );
  const { cubes } = listResultSchema.parse((await api.send("GET", "/v1/memories?user=ana")).body);
  assert.deepEqual(
    cubes.map(({ payload }) => payload.kind === "plaintext" && payload.text),
    ["The walrus is grey."],
  );
  assert.equal((await api.send("DELETE", "/v1/snapshots/before")).status, 200);
  assert.equal(problemOf(await api.send("DELETE", "/v1/snapshots/before"), 404).code, "NOT_FOUND");
});
