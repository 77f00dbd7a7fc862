import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startMem0 } from "./support.js";

/** The routes of mem0's open server, as its callers write them by hand. */
const server = await startMem0({ after });
const { call } = server;

async function add(text: string, more: object): Promise<string> {
  const { status, body } = await call("POST", "/memories", {
    messages: [{ role: "user", content: text }],
    ...more,
  });
  assert.equal(status, 200);
  const { results } = body as { results: { id: string; memory: string; event: string }[] };
  assert.deepEqual(results, [{ id: results[0]?.id, memory: text, event: "ADD" }]);
  return results[0]?.id ?? "";
}

test("memories are added, listed, read, changed and deleted", async () => {
  const id = await add("I moved to Lisbon.", { user_id: "alice", metadata: { tier: "pro" } });
  const listed = (await call("GET", "/memories?user_id=alice")).body as { results: { id: string }[] };
  assert.deepEqual(
    listed.results.map((memory) => memory.id),
    [id],
  );
  const memory = (await call("GET", `/memories/${id}`)).body as Record<string, unknown>;
  assert.deepEqual(
    [memory["memory"], memory["user_id"], memory["metadata"]],
    ["I moved to Lisbon.", "alice", { tier: "pro" }],
  );
  assert.deepEqual((await call("PUT", `/memories/${id}`, { text: "I moved to Porto." })).body, {
    message: "Memory updated successfully!",
  });
  const history = (await call("GET", `/memories/${id}/history`)).body as { event: string }[];
  assert.deepEqual(
    history.map(({ event }) => event),
    ["ADD", "UPDATE"],
  );
  assert.deepEqual((await call("DELETE", `/memories/${id}`)).body, {
    message: "Memory deleted successfully",
  });
  assert.equal((await call("DELETE", `/memories/${id}`)).status, 404);
});

test("a search takes ids and filters; keys that are not known are fields of the metadata", async () => {
  const pro = await add("Bob pays by card.", { user_id: "bob", metadata: { tier: "pro", seats: 3 } });
  await add("Bob pays in cash.", { user_id: "bob", metadata: { tier: "free", seats: 1 } });
  for (const filters of [{ tier: "pro" }, { seats: { gte: 2 } }, { tier: { nin: ["free"] } }]) {
    const { body } = await call("POST", "/search", { query: "how does Bob pay?", user_id: "bob", filters });
    assert.deepEqual(
      (body as { results: { id: string }[] }).results.map(({ id }) => id),
      [pro],
    );
  }
});

test("the key is taken as X-API-Key, Bearer and Token", async () => {
  for (const headers of [
    { "x-api-key": server.acme },
    { authorization: `Bearer ${server.acme}` },
    { authorization: `token ${server.acme}` },
  ])
    assert.equal((await server.send("GET", "/mem0/entities", { headers })).status, 200);
  assert.equal((await server.send("GET", "/mem0/entities")).status, 401);
  assert.equal((await server.send("GET", "/mem0/entities", { headers: { "x-api-key": "no" } })).status, 401);
});

test("entities are listed and deleted, and a reset leaves nothing of the tenant", async () => {
  await add("Of Dora.", { user_id: "dora", agent_id: "helper" });
  const entities = (await call("GET", "/entities")).body as { id: string; type: string }[];
  assert.ok(entities.some(({ id, type }) => id === "dora" && type === "user"));
  assert.deepEqual((await call("DELETE", "/entities/agent/helper")).body, { message: "Entity deleted" });
  assert.equal((await call("DELETE", "/entities/user/dora")).status, 404);
  await add("Of Erik.", { user_id: "erik" });
  assert.deepEqual((await call("DELETE", "/memories?user_id=erik")).body, {
    message: "All relevant memories deleted",
  });
  await add("Of Fred.", { user_id: "fred" });
  const globex = await server.memos.add("Of globex.", { tenant: "globex", user: "fred" });
  assert.deepEqual((await call("POST", "/reset")).body, { message: "All memories reset" });
  assert.deepEqual((await call("GET", "/entities")).body, []);
  assert.ok(await server.memos.get(globex.written[0]?.id ?? "", { tenant: "globex" }));
});

test("configuring is refused", async () => {
  assert.equal((await call("POST", "/configure", { llm: {} })).status, 501);
});
