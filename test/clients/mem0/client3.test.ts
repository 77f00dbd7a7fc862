import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startMem0 } from "./support.js";

/** `mem0ai` 3.x, the package as it is, against a server on a port of its own. */
const server = await startMem0({ after });
const { MemoryClient, Feedback, MemoryNotFoundError, AuthenticationError, ValidationError } = await import(
  "mem0ai"
);
const client = new MemoryClient({ apiKey: server.acme, host: server.host });

interface AddAnswer {
  readonly status: string;
  readonly results: readonly { id: string; event: string; data: { memory: string } }[];
  readonly memos?: { notes: readonly { code: string; message: string }[] };
}

/** What `add` resolves to; the package types it as something else. */
async function add(text: string, options: Parameters<typeof client.add>[1]) {
  const answer = (await client.add([{ role: "user", content: text }], options)) as unknown as AddAnswer;
  const [first] = answer.results;
  assert.ok(first);
  return { ...answer, id: first.id };
}

test("ping answers who the key is for, and no address of a person", async () => {
  await client.ping();
  const { body } = await server.call("GET", "/v1/ping/");
  assert.deepEqual(body, { status: "ok", org_id: "memos", project_id: "memos" });
});

test("what is added can be found when the answer is there, word for word", async () => {
  const { id, status, results } = await add("I moved to Lisbon in March.", {
    userId: "alice",
    metadata: { tier: "pro", Mixed_Case: 1 },
  });
  assert.equal(status, "SUCCEEDED");
  assert.deepEqual(results[0]?.data, { memory: "I moved to Lisbon in March." });
  assert.equal(results[0]?.event, "ADD");
  const found = await client.search("Where does Alice live?", { filters: { user_id: "alice" } });
  assert.equal(found.results[0]?.id, id);
  assert.equal(found.results[0]?.memory, "I moved to Lisbon in March.");
  assert.equal(found.results[0]?.score, 1);
  assert.deepEqual(found.results[0]?.metadata, { tier: "pro", Mixed_Case: 1 });
  const memory = await client.get(id);
  assert.equal(memory.memory, "I moved to Lisbon in March.");
  assert.equal(memory.userId, "alice");
  assert.equal(memory.agentId, null);
  assert.ok(Date.parse(String(memory.createdAt)) <= Date.now());
});

test("the four kinds of entities are the parts of a scope", async () => {
  const { id } = await add("The deploy key rotates on Fridays.", {
    userId: "u",
    agentId: "ops",
    appId: "console",
    runId: "r1",
  });
  const cube = await server.memos.get(id, { tenant: "acme" });
  assert.deepEqual(cube.scope, { tenant: "acme", user: "u", agent: "ops", app: "console", session: "r1" });
  const memory = await client.get(id);
  assert.deepEqual(
    [memory.userId, memory.agentId, memory.appId, memory.runId],
    ["u", "ops", "console", "r1"],
  );
});

test("filters are taken in both spellings, with operators, AND, OR and NOT", async () => {
  const tea = (await add("Bob drinks green tea.", { userId: "bob", metadata: { topic: "drink", level: 3 } }))
    .id;
  const car = (await add("Bob drives a red car.", { userId: "bob", metadata: { topic: "car", level: 7 } }))
    .id;
  const ids = async (filters: Record<string, unknown>) =>
    (await client.getAll({ filters })).results.map(({ id }) => id).sort();
  assert.deepEqual(await ids({ user_id: "bob" }), [tea, car].sort());
  assert.deepEqual(await ids({ userId: "bob" }), [tea, car].sort());
  assert.deepEqual(await ids({ AND: [{ user_id: "bob" }, { metadata: { topic: "car" } }] }), [car]);
  assert.deepEqual(await ids({ AND: [{ userId: "bob" }, { metadata: { level: { lt: 5 } } }] }), [tea]);
  assert.deepEqual(await ids({ user_id: "bob", NOT: [{ metadata: { topic: "car" } }] }), [tea]);
  assert.deepEqual(
    await ids({ OR: [{ user_id: "nobody" }, { user_id: { in: ["bob"] } }] }),
    [tea, car].sort(),
  );
  assert.deepEqual(await ids({ AND: [{ user_id: "bob" }, { user_id: "alice" }] }), []);
  assert.deepEqual(
    await ids({ user_id: "bob", created_at: { gte: "2020-01-01", lt: "2999-01-01" } }),
    [tea, car].sort(),
  );
  assert.deepEqual(await ids({ user_id: "bob", createdAt: { lt: "2020-01-01" } }), []);
  assert.ok((await ids({ user_id: "*" })).includes(tea));
  const { results } = await client.search("what does Bob like?", {
    filters: { user_id: "bob" },
    metadata: { topic: "drink" },
  });
  assert.deepEqual(
    results.map(({ id }) => id),
    [tea],
  );
});

test("pages count everything and end", async () => {
  for (let at = 0; at < 5; at++) await add(`Note number ${at}.`, { userId: "pager" });
  const filters = { user_id: "pager" };
  const first = await client.getAll({ filters, page: 1, pageSize: 2 });
  const last = await client.getAll({ filters, page: 3, pageSize: 2 });
  const beyond = await client.getAll({ filters, page: 4, pageSize: 2 });
  assert.deepEqual([first.count, first.results.length, first.previous], [5, 2, null]);
  assert.match(String(first.next), /page=2&page_size=2$/);
  assert.deepEqual([last.results.length, last.next], [1, null]);
  assert.deepEqual([beyond.count, beyond.results], [5, []]);
});

test("an update is seen at once, and the history has what was before", async () => {
  const { id } = await add("The office is in Porto.", { userId: "carol" });
  const updated = (await client.update(id, { text: "The office is in Faro." })) as unknown as {
    memory: string;
  };
  assert.equal(updated.memory, "The office is in Faro.");
  await client.update(id, { metadata: { checked: true }, timestamp: 1_764_000_000 });
  const history = await client.history(id);
  assert.deepEqual(
    history.map(({ event, oldMemory, newMemory }) => [event, oldMemory, newMemory]),
    [
      ["ADD", null, "The office is in Porto."],
      ["UPDATE", "The office is in Porto.", "The office is in Faro."],
      ["UPDATE", "The office is in Faro.", "The office is in Faro."],
    ],
  );
  assert.equal(history[0]?.memoryId, id);
  assert.equal(history[0]?.userId, "carol");
  const memory = await client.get(id);
  assert.deepEqual(memory.metadata, { checked: true });
  assert.ok(String(memory.updatedAt) >= String(memory.createdAt));
});

test("an end of life is kept to the day, moved and taken away", async () => {
  const { id } = await add("The ticket is valid.", { userId: "carol", expirationDate: "2999-01-31" });
  assert.equal((await client.get(id)).expirationDate, "2999-01-31");
  await client.update(id, { expirationDate: "2999-02-01" });
  assert.equal((await client.get(id)).expirationDate, "2999-02-01");
  await client.update(id, { expirationDate: null });
  assert.equal((await client.get(id)).expirationDate, null);
  await assert.rejects(add("Too late.", { userId: "carol", expirationDate: "2001-01-01" }), ValidationError);
});

test("what is deleted is gone, and deleting it again is an error", async () => {
  const { id } = await add("Something to forget.", { userId: "dora" });
  const { message } = await client.delete(id);
  assert.equal(message, "Memory deleted successfully!");
  await assert.rejects(client.delete(id), MemoryNotFoundError);
  await assert.rejects(client.get(id), MemoryNotFoundError);
  await assert.rejects(client.update(id, { text: "Back." }), MemoryNotFoundError);
  await assert.rejects(client.history(id), MemoryNotFoundError);
  await assert.rejects(client.get("not-an-id-of-ours"), MemoryNotFoundError);
});

test("deleting all of one user leaves the others, and without a name nothing is deleted", async () => {
  await add("Of Erik.", { userId: "erik" });
  const other = await add("Of Fred.", { userId: "fred" });
  await client.deleteAll({ userId: "erik" });
  assert.equal((await client.getAll({ filters: { user_id: "erik" } })).count, 0);
  await assert.rejects(client.deleteAll(), ValidationError);
  assert.equal((await client.get(other.id)).memory, "Of Fred.");
});

test("batches change and delete all of it or nothing", async () => {
  const one = (await add("First.", { userId: "batch" })).id;
  const two = (await add("Second.", { userId: "batch" })).id;
  const unknown = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
  await assert.rejects(
    client.batchUpdate([
      { memoryId: one, text: "Changed." },
      { memoryId: unknown, text: "Changed." },
    ]),
    MemoryNotFoundError,
  );
  assert.equal((await client.get(one)).memory, "First.");
  const updated = (await client.batchUpdate([
    { memoryId: one, text: "First, changed." },
    { memoryId: two, text: "Second, changed." },
  ])) as unknown as { message: string };
  assert.equal(updated.message, "Successfully updated 2 memories");
  assert.equal((await client.get(two)).memory, "Second, changed.");
  await assert.rejects(client.batchDelete([one, unknown]), MemoryNotFoundError);
  assert.equal((await client.get(one)).memory, "First, changed.");
  await client.batchDelete([one, two]);
  await assert.rejects(client.get(one), MemoryNotFoundError);
});

test("feedback weighs in the rank; it cannot be taken back", async () => {
  const { id } = await add("The kettle is in the kitchen.", { userId: "gwen" });
  const answer = await client.feedback({
    memoryId: id,
    feedback: Feedback.POSITIVE,
    feedbackReason: "right",
  });
  assert.deepEqual(
    { ...answer, memos: undefined },
    { id, feedback: "POSITIVE", feedbackReason: "right", memos: undefined },
  );
  await client.feedback({ memoryId: id, feedback: Feedback.VERY_NEGATIVE });
  const { behaviour } = await server.memos.get(id, { tenant: "acme" });
  assert.deepEqual(behaviour.feedback, { useful: 1, wrong: 1, outdated: 0 });
  await assert.rejects(client.feedback({ memoryId: id, feedback: null }), /cannot be taken back/);
});

test("users lists every entity, in pages, and deleting one deletes its memories", async () => {
  await add("Of an agent.", { agentId: "solo-agent" });
  const all = await client.users();
  const solo = all.results.find(({ name }) => name === "solo-agent");
  assert.deepEqual([solo?.type, solo?.totalMemories, solo?.id], ["agent", 1, "solo-agent"]);
  const page = await client.users({ page: 2, pageSize: 2 });
  assert.deepEqual([page.count, page.results[0]?.name], [all.count, all.results[2]?.name]);
  assert.deepEqual((await client.users({ page: 500 })).results, []);
  await client.deleteUsers({ agentId: "solo-agent" });
  assert.equal((await client.getAll({ filters: { agent_id: "solo-agent" } })).count, 0);
  await assert.rejects(client.deleteUsers({ agentId: "solo-agent" }), /no memories of this entity/);
  await add("Again.", { userId: "legacy" });
  await client.deleteUser({ entity_id: "legacy" as unknown as number, entity_type: "user" });
  assert.equal((await client.getAll({ filters: { user_id: "legacy" } })).count, 0);
});

test("without a key of the vault a secret is kept nowhere, and the answer says so", async () => {
  const { id, memos } = await add("The password of the router is hunter2-Walrus!9.", { userId: "hal" });
  assert.doesNotMatch(String((await client.get(id)).memory), /hunter2/);
  assert.ok(memos?.notes.some(({ code }) => code === "SECRET_LEFT_OUT"));
  const note = await add("The router is in the hall.", { userId: "hal" });
  const updated = await client.update(note.id, { text: "The password is hunter2-Walrus!9." });
  assert.match(JSON.stringify(updated), /SECRET_LEFT_OUT/);
  for (const { newMemory } of await client.history(note.id))
    assert.doesNotMatch(String(newMemory), /hunter2/);
});

test("what a field cannot do here is said, and what would be untrue is refused", async () => {
  const { memos } = await add("Kept word for word.", {
    userId: "ida",
    infer: true,
    customInstructions: "only food",
  });
  assert.deepEqual(
    memos?.notes.filter(({ code }) => code === "ignored").map(({ message }) => message),
    ["`infer` changes nothing here.", "`custom_instructions` changes nothing here."],
  );
  await assert.rejects(add("Not this.", { userId: "ida", excludes: "health" }), /nothing was stored/);
  await assert.rejects(
    client.add(
      [{ role: "user", content: { type: "image_url", image_url: { url: "https://x.test/a.png" } } }],
      {
        userId: "ida",
      },
    ),
    /Images and documents are not read here/,
  );
  assert.equal((await client.getAll({ filters: { user_id: "ida" } })).count, 1);
});

const REFUSED: Record<string, () => Promise<unknown>> = {
  getProject: () => client.getProject({ fields: ["customInstructions"] }),
  updateProject: () => client.updateProject({ decay: true }),
  getWebhooks: () => client.getWebhooks(),
  createWebhook: () => client.createWebhook({ name: "n", url: "https://x.test", eventTypes: [] }),
  updateWebhook: () => client.updateWebhook({ webhookId: "1", name: "n" }),
  deleteWebhook: () => client.deleteWebhook({ webhookId: "1" }),
  createMemoryExport: () => client.createMemoryExport({ schema: {}, filters: { user_id: "alice" } }),
  getMemoryExport: () => client.getMemoryExport({ memoryExportId: "1" }),
  getProfile: () => client.getProfile({ entityId: "alice" }),
  generateProfile: () => client.generateProfile({ entityId: "alice" }),
  sampleProfiles: () => client.sampleProfiles(),
  getProfileJob: () => client.getProfileJob("1"),
  getProfileSettings: () => client.getProfileSettings(),
  updateProfileSettings: () => client.updateProfileSettings({ enabled: true }),
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

test("a wrong key is an AuthenticationError of the client", async () => {
  const stranger = new MemoryClient({ apiKey: "memos_wrong", host: server.host });
  await assert.rejects(stranger.getAll({ filters: { user_id: "alice" } }), AuthenticationError);
});

test("the memories of another tenant are as unknown", async () => {
  const { id } = await add("A secret plan of acme.", { userId: "alice" });
  const other = new MemoryClient({ apiKey: server.globex, host: server.host });
  await assert.rejects(other.get(id), MemoryNotFoundError);
  assert.equal((await other.getAll({ filters: { user_id: "alice" } })).count, 0);
  assert.deepEqual((await other.search("plan", { filters: { user_id: "alice" } })).results, []);
  assert.deepEqual((await other.users()).results, []);
});

test("deleteUsers without a name deletes every entity of the tenant, and of no other", async () => {
  const other = new MemoryClient({ apiKey: server.globex, host: server.host });
  const kept = (await other.add([{ role: "user", content: "Of globex." }], {
    userId: "alice",
  })) as unknown as AddAnswer;
  // Each entity is deleted by itself, and a memory of two of them is gone with the first.
  await client.deleteAll({ userId: "*", agentId: "*", appId: "*", runId: "*" });
  await add("The last one.", { userId: "zoe" });
  await client.deleteUsers();
  assert.deepEqual((await client.users()).results, []);
  assert.equal((await other.get(kept.results[0]?.id ?? "")).memory, "Of globex.");
});
