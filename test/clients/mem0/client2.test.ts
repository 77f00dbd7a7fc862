import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startMem0 } from "./support.js";

/** `mem0ai` 2.x, the package as it is: names in snake_case, the routes of before, bare arrays. */
const server = await startMem0({ after });
const { MemoryClient, Feedback, MemoryNotFoundError, AuthenticationError } = await import("mem0ai-2");
const client = new MemoryClient({ apiKey: server.acme, host: server.host });

async function add(text: string, options: Parameters<typeof client.add>[1]) {
  const [first] = await client.add([{ role: "user", content: text }], options);
  assert.ok(first?.id !== undefined);
  return first.id;
}

test("adding answers the memories, in the form of both versions of its output", async () => {
  const answer = await client.add([{ role: "user", content: "I moved to Lisbon." }], { user_id: "alice" });
  assert.deepEqual(
    answer.map(({ event, data }) => [event, data?.memory]),
    [["ADD", "I moved to Lisbon."]],
  );
  const newer = (await client.add([{ role: "user", content: "I like tea." }], {
    user_id: "alice",
    output_format: "v1.1",
  })) as unknown as { results: { memory: string }[] };
  assert.equal(newer.results[0]?.memory, "I like tea.");
});

test("searching takes ids beside the query, and filters as version 2", async () => {
  const id = await add("Bob keeps a walrus.", { user_id: "bob", metadata: { zoo: true } });
  const old = await client.search("walrus", { user_id: "bob" });
  assert.deepEqual(
    old.map((memory) => memory.id),
    [id],
  );
  const filters = { AND: [{ user_id: "bob" }, { metadata: { zoo: true } }] };
  const newer = await client.search("walrus", { api_version: "v2", filters });
  assert.deepEqual(
    newer.map((memory) => memory.id),
    [id],
  );
  const shaped = (await client.search("walrus", { user_id: "bob", output_format: "v1.1" })) as unknown as {
    results: { id: string }[];
  };
  assert.equal(shaped.results[0]?.id, id);
});

test("lists are bare without a page and paged with one", async () => {
  for (let at = 0; at < 3; at++) await add(`Note ${at}.`, { user_id: "pager" });
  assert.equal((await client.getAll({ user_id: "pager" })).length, 3);
  assert.equal((await client.getAll({ api_version: "v2", filters: { user_id: "pager" } })).length, 3);
  for (const options of [{ user_id: "pager" }, { api_version: "v2", filters: { user_id: "pager" } }]) {
    const page = (await client.getAll({ ...options, page: 2, page_size: 2 })) as unknown as {
      count: number;
      results: { session_id: string | null; user_id: string }[];
    };
    assert.deepEqual([page.count, page.results.length, page.results[0]?.user_id], [3, 1, "pager"]);
  }
});

test("get, update, history, feedback, delete", async () => {
  const id = await add("The office is in Porto.", { user_id: "carol", run_id: "r1" });
  const memory = (await client.get(id)) as unknown as Record<string, unknown>;
  assert.deepEqual([memory["run_id"], memory["session_id"]], ["r1", "r1"]);
  await client.update(id, { text: "The office is in Faro." });
  assert.deepEqual(
    (await client.history(id)).map(({ event, old_memory, new_memory }) => [event, old_memory, new_memory]),
    [
      ["ADD", null, "The office is in Porto."],
      ["UPDATE", "The office is in Porto.", "The office is in Faro."],
    ],
  );
  await client.feedback({ memory_id: id, feedback: Feedback.NEGATIVE });
  await client.delete(id);
  await assert.rejects(client.delete(id), MemoryNotFoundError);
});

test("batches", async () => {
  const ids = [await add("One.", { user_id: "batch" }), await add("Two.", { user_id: "batch" })];
  await client.batchUpdate(ids.map((memoryId) => ({ memoryId, text: "Changed, both." })));
  assert.match(String((await client.get(ids[0] ?? "")).memory), /^Changed, both/);
  await client.batchDelete(ids);
  assert.equal((await client.getAll({ user_id: "batch" })).length, 0);
});

test("entities are listed and deleted", async () => {
  await add("Of an agent.", { agent_id: "solo" });
  const { results } = await client.users();
  assert.equal(results.find(({ name }) => name === "solo")?.type, "agent");
  await client.deleteUsers({ agent_id: "solo" });
  await assert.rejects(client.deleteUsers({ agent_id: "solo" }), /404/);
  await add("Of a user.", { user_id: "legacy" });
  await client.deleteUser({ entity_id: "legacy" as unknown as number, entity_type: "user" });
  await add("More of a user.", { user_id: "legacy" });
  await client.deleteAll({ user_id: "legacy" });
  assert.equal((await client.getAll({ user_id: "legacy" })).length, 0);
});

const REFUSED: Record<string, () => Promise<unknown>> = {
  getProject: () => client.getProject({ fields: ["custom_instructions"] }),
  updateProject: () => client.updateProject({ custom_instructions: "only food" }),
  getWebhooks: () => client.getWebhooks(),
  createWebhook: () => client.createWebhook({ name: "n", url: "https://x.test", eventTypes: [] }),
  updateWebhook: () => client.updateWebhook({ webhookId: "1", name: "n", url: "https://x.test" } as never),
  deleteWebhook: () => client.deleteWebhook({ webhookId: "1" }),
  createMemoryExport: () => client.createMemoryExport({ schema: {}, filters: { user_id: "alice" } }),
  getMemoryExport: () => client.getMemoryExport({ memory_export_id: "1" }),
};

for (const [name, call] of Object.entries(REFUSED))
  test(`${name} is refused with a sentence, as nothing is done`, async () => {
    await assert.rejects(call, /"status":501.*nothing was done/);
  });

test("every method of the client is tried here", () => {
  const tried = new Set([
    ...Object.keys(REFUSED),
    ...["ping", "add", "search", "get", "getAll", "update", "delete", "deleteAll", "history", "users"],
    ...["deleteUser", "deleteUsers", "batchUpdate", "batchDelete", "feedback"],
  ]);
  const methods = Object.getOwnPropertyNames(MemoryClient.prototype).filter(
    (name) => name !== "constructor" && !name.startsWith("_"),
  );
  assert.deepEqual(
    methods.filter((name) => !tried.has(name)),
    [],
  );
});

test("with a wrong key every call fails, as its ping does", async () => {
  const stranger = new MemoryClient({ apiKey: "memos_wrong", host: server.host });
  await assert.rejects(stranger.getAll({ user_id: "alice" }), AuthenticationError);
});
