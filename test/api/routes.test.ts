import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTES } from "../../api/routes.js";
import { memCubeSchema, portableCubeSchema, textOf } from "../../memcube/index.js";
import {
  addProgressSchema,
  historyResultSchema,
  listResultSchema,
  recallResultSchema,
  searchResultSchema,
  statsSchema,
  writeReceiptSchema,
} from "../../memos/operations.js";
import { linesOf, NDJSON_BODY, remember, startServer } from "./harness.js";

const TEXT = "I moved to Lisbon in March.";
const scope = { user: "ana" };

test("a memory is added, found, recalled, changed, listed and forgotten", async (t) => {
  const api = await startServer(t);

  const added = await api.send("POST", "/v1/memories", { body: { scope, input: TEXT } });
  assert.equal(added.status, 201);
  const receipt = writeReceiptSchema.parse(added.body);
  const id = receipt.written[0]?.id ?? "";

  const found = searchResultSchema.parse(
    (await api.send("POST", "/v1/search", { body: { scope, query: "Lisbon", k: 3 } })).body,
  );
  assert.equal(found.hits[0]?.cube.id, id);
  assert.deepEqual(found.hits[0]?.cube.scope, { tenant: "local", user: "ana" });

  const recalled = recallResultSchema.parse(
    (await api.send("POST", "/v1/recall", { body: { scope, query: "Lisbon", budget: 200 } })).body,
  );
  assert.ok(recalled.text.includes(TEXT));
  assert.equal(recalled.items[0]?.id, id);

  const changed = await api.send("PATCH", `/v1/memories/${id}`, {
    body: { scope, patch: { text: "I moved to Porto." }, ifVersion: 1 },
  });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(writeReceiptSchema.parse(changed.body).written[0]?.version, 2);

  const history = historyResultSchema.parse(
    (await api.send("GET", `/v1/memories/${id}/history?user=ana`)).body,
  );
  assert.equal(history.versions.length, 2);
  assert.equal(history.intact, true);

  const restored = await api.send("POST", `/v1/memories/${id}/restore`, {
    body: { scope, version: 1, ifVersion: 2, cause: "a mistake" },
  });
  assert.equal(restored.status, 200, restored.text);
  assert.equal(writeReceiptSchema.parse(restored.body).written[0]?.version, 3);
  const back = await api.send("GET", `/v1/memories/${id}?user=ana`);
  assert.equal(textOf(memCubeSchema.parse(back.body)), TEXT);
  for (const [body, status] of [
    [{ scope, version: 9 }, 404],
    [{ scope, version: 0 }, 400],
    [{ scope, version: 1, ifVersion: 2 }, 409],
    [{ scope: { user: "ben" }, version: 1 }, 404],
  ] as const)
    assert.equal((await api.send("POST", `/v1/memories/${id}/restore`, { body })).status, status);

  const listed = listResultSchema.parse((await api.send("GET", "/v1/memories?user=ana&limit=5")).body);
  assert.deepEqual(
    listed.cubes.map((cube) => cube.id),
    [id],
  );

  assert.equal((await api.send("GET", `/v1/memories/${id}?user=ana`)).status, 200);
  const forgotten = await api.send("DELETE", `/v1/memories/${id}?user=ana&cause=asked`);
  assert.equal(forgotten.status, 200, forgotten.text);
  assert.equal(writeReceiptSchema.parse(forgotten.body).operation, "forget");
  assert.deepEqual(listResultSchema.parse((await api.send("GET", "/v1/memories?user=ana")).body).cubes, []);
});

test("a stream is added and exported line by line", async (t) => {
  const api = await startServer(t);
  const streamed = await fetch(`${api.address}/v1/memories/stream?user=ana&session=s1`, {
    method: "POST",
    headers: NDJSON_BODY,
    body: `${JSON.stringify(TEXT)}\n${JSON.stringify({ role: "assistant", content: "Noted." })}\n`,
  });
  assert.equal(streamed.status, 200);
  assert.equal(streamed.headers.get("content-type"), "application/x-ndjson");
  const progress = linesOf(await streamed.text()).map((line) => addProgressSchema.parse(line));
  assert.equal(progress.at(-1)?.done, true);
  assert.equal(progress.at(-1)?.added, 2);
  assert.ok(progress.slice(0, -1).every(({ done }) => !done));

  const exported = await fetch(`${api.address}/v1/export?user=ana`);
  assert.equal(exported.headers.get("content-type"), "application/x-ndjson");
  const cubes = linesOf(await exported.text()).map((line) => portableCubeSchema.parse(line));
  assert.deepEqual(
    cubes.map(({ cube }) => (cube.payload.kind === "plaintext" ? cube.payload.text : "")).sort(),
    [TEXT, "Noted."].sort(),
  );
  assert.ok(cubes.every(({ cube }) => cube.scope.session === "s1"));
});

test("statistics count what is stored", async (t) => {
  const api = await startServer(t);
  await remember(api, TEXT);
  const stats = statsSchema.parse((await api.send("GET", "/v1/stats?user=ana")).body);
  assert.equal(stats.cubes, 1);
  assert.deepEqual(stats.scope, { tenant: "local", user: "ana" });
});

test("a filter and a list of types travel in the query", async (t) => {
  const api = await startServer(t);
  await api.send("POST", "/v1/memories", {
    body: {
      scope,
      input: [
        { text: "A rule.", type: "procedural", metadata: { tier: "pro" } },
        { text: "A fact.", type: "semantic" },
      ],
    },
  });
  const titles = async (query: Record<string, string>) => {
    const answer = await api.send("GET", `/v1/memories?${new URLSearchParams(query)}`);
    assert.equal(answer.status, 200, answer.text);
    return listResultSchema.parse(answer.body).cubes.map((cube) => cube.type);
  };
  const where = JSON.stringify({ field: "metadata.tier", op: "eq", value: "pro" });
  assert.deepEqual(await titles({ user: "ana", where }), ["procedural"]);
  assert.deepEqual(await titles({ user: "ana", types: "semantic" }), ["semantic"]);
});

test("the process says that it is alive and ready, without a key", async (t) => {
  const api = await startServer(t, {});
  assert.deepEqual((await api.send("GET", "/healthz")).body, { status: "ok" });
  const ready = await api.send("GET", "/readyz");
  assert.equal(ready.status, 200);
  assert.equal((ready.body as { ready: boolean }).ready, true);
});

test("a method that a path does not answer is 405 with the ones it does", async (t) => {
  const api = await startServer(t);
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const allowed = ROUTES.filter((route) => route.path === path).map((route) => route.method);
    const other = (["PUT", "PATCH", "DELETE"] as const).find((method) => !allowed.includes(method)) as string;
    const answer = await api.send(other, path.replace("{id}", "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b"));
    assert.equal(answer.status, 405, path);
    const allow = answer.headers.get("allow")?.split(", ") ?? [];
    assert.deepEqual(
      allow.filter((method) => method !== "HEAD"),
      allowed,
    );
  }
});
