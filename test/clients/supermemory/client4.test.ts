import assert from "node:assert/strict";
import { after, test } from "node:test";
import Supermemory from "supermemory";
import { startSupermemory } from "./support.js";

/** `supermemory` 4.x, the package as it is, against a server on a port of its own. */
const server = await startSupermemory({ after });
const { client } = server;
const { NotFoundError, AuthenticationError, BadRequestError, ConflictError } = Supermemory;

const add = async (content: string, containerTag: string, more: object = {}) =>
  (await client.add({ content, containerTag, ...more })).id;

test("what is added is done and found when the answer is there, word for word, under one id", async () => {
  const { id, status } = await client.add({
    content: "I moved to Lisbon in March.",
    containerTag: "ana",
    metadata: { tier: "pro", level: 3 },
  });
  assert.equal(status, "done");
  const { results, total } = await client.search({ q: "Where does Ana live?", containerTag: "ana" });
  assert.deepEqual([results[0]?.id, results[0]?.memory, total], [id, "I moved to Lisbon in March.", 1]);
  assert.deepEqual(results[0]?.metadata, { tier: "pro", level: 3 });
  assert.equal(results[0]?.similarity, 1);
  const document = await client.documents.get(id);
  assert.deepEqual(
    [document.id, document.content, document.status, document.containerTags],
    [id, "I moved to Lisbon in March.", "done", ["ana"]],
  );
  assert.deepEqual((await server.memos.get(id, { tenant: "acme" })).scope, { tenant: "acme", user: "ana" });
  assert.deepEqual(await client.documents.listProcessing(), { documents: [], totalCount: 0 });
});

test("all forms of search: memories, documents, with what belongs to them", async () => {
  const id = await add("The walrus sleeps in the bath.", "zoo", { filepath: "/zoo/walrus.md" });
  await client.memories.updateMemory({
    containerTag: "zoo",
    id,
    newContent: "The walrus sleeps in the pool.",
  });
  const found = await client.search.memories({
    q: "walrus",
    containerTag: "zoo",
    include: { documents: true, chunks: true, relatedMemories: true },
  });
  const [hit] = found.results;
  assert.deepEqual([hit?.version, hit?.filepath, hit?.documents?.[0]?.id], [2, "/zoo/walrus.md", id]);
  assert.equal(hit?.chunks?.[0]?.content, "The walrus sleeps in the pool.");
  assert.deepEqual(
    hit?.context?.parents?.map(({ memory, relation, version }) => [memory, relation, version]),
    [["The walrus sleeps in the bath.", "updates", -1]],
  );
  const chunks = await client.search({ q: "walrus", containerTag: "zoo", searchMode: "documents" });
  assert.equal(chunks.results[0]?.chunk, "The walrus sleeps in the pool.");
  for (const search of [
    () => client.search.documents({ q: "walrus", containerTags: ["zoo"], includeFullDocs: true }),
    () => client.search.execute({ q: "walrus", containerTags: ["zoo"], docId: id, includeFullDocs: true }),
  ]) {
    const { results } = await search();
    assert.deepEqual(
      [results[0]?.documentId, results[0]?.content, results[0]?.chunks[0]?.isRelevant],
      [id, "The walrus sleeps in the pool.", true],
    );
  }
  const under = await client.search({ q: "walrus", containerTag: "zoo", filepath: "/zoo/" });
  assert.equal(under.total, 1);
  assert.equal((await client.search({ q: "walrus", containerTag: "zoo", filepath: "/zo/" })).total, 0);
});

test("filters over metadata compare text, numbers, lists and their opposites", async () => {
  const one = await add("First.", "filters", {
    metadata: { topic: "tea", level: 3, tags: ["a", "b"], ok: true },
  });
  const two = await add("Second.", "filters", {
    metadata: { topic: "coffee", level: 7, tags: ["c"], ok: false },
  });
  type Filters = NonNullable<Parameters<typeof client.documents.list>[0]["filters"]>;
  const ids = async (filters: Filters) => {
    const { memories } = await client.documents.list({ containerTags: ["filters"], filters, order: "asc" });
    return memories.map(({ id }) => id);
  };
  assert.deepEqual(await ids({ AND: [{ key: "topic", value: "tea" }] }), [one]);
  assert.deepEqual(await ids({ AND: [{ key: "level", value: "7" }] }), [two]);
  assert.deepEqual(await ids({ AND: [{ key: "ok", value: "true" }] }), [one]);
  assert.deepEqual(await ids({ AND: [{ key: "topic", value: "tea", negate: true }] }), [two]);
  assert.deepEqual(
    await ids({ AND: [{ key: "level", value: "5", filterType: "numeric", numericOperator: ">" }] }),
    [two],
  );
  assert.deepEqual(
    await ids({
      OR: [
        { key: "tags", value: "a", filterType: "array_contains" },
        { AND: [{ key: "topic", value: "off", filterType: "string_contains" }] },
      ],
    }),
    [one, two],
  );
});

test("a document is changed, under its id or the caller's own, and adding it again changes it", async () => {
  const id = await add("Draft.", "docs", { customId: "doc-1", metadata: { kind: "note" } });
  assert.deepEqual(await client.documents.update(id, { content: "Second draft." }), { id, status: "done" });
  await client.documents.update("doc-1", { metadata: { kind: "memo" } });
  assert.equal(await add("Final.", "docs", { customId: "doc-1" }), id);
  const document = await client.documents.get("doc-1");
  assert.deepEqual(
    [document.id, document.content, document.customId, document.metadata],
    [id, "Final.", "doc-1", { kind: "memo" }],
  );
  assert.equal((await client.documents.list({ containerTags: ["docs"] })).pagination.totalItems, 1);
  await assert.rejects(client.documents.update(id, { containerTag: "elsewhere" }), /stays in its container/);
});

test("a document that is added several times at once is one document", async () => {
  const ids = await Promise.all(
    ["One.", "Two.", "Three.", "Four."].map((text) => add(text, "races", { customId: "race" })),
  );
  assert.equal(new Set(ids).size, 1);
  const { memories } = await client.documents.list({ containerTags: ["races"], includeContent: true });
  assert.deepEqual(
    memories.map(({ id, customId }) => [id, customId]),
    [[ids[0], "race"]],
  );
});

test("pages of documents count everything and end", async () => {
  const { success, failed, results } = await client.documents.batchAdd({
    documents: ["One.", "Two.", "Three.", "Four.", "Five."],
    containerTag: "pager",
  });
  assert.deepEqual([success, failed, results.length], [5, 0, 5]);
  const page = await client.documents.list({
    containerTags: ["pager"],
    limit: 2,
    page: "2",
    order: "asc",
    includeContent: true,
  });
  assert.deepEqual(page.pagination, { currentPage: 2, limit: 2, totalItems: 5, totalPages: 3 });
  assert.deepEqual(
    page.memories.map(({ content }) => content),
    ["Three.", "Four."],
  );
  const beyond = await client.documents.list({ containerTags: ["pager"], limit: 2, page: 9 });
  assert.deepEqual(beyond.memories, []);
});

test("in a batch one that is no good says so, and the others are there", async () => {
  const { success, failed, results } = await client.documents.batchAdd({
    documents: [{ content: "Good." }, { content: " " }, { content: "https://example.com/page" }],
    containerTag: "batch",
  });
  assert.deepEqual(
    [success, failed, results.map(({ status }) => status)],
    [1, 2, ["done", "error", "error"]],
  );
  assert.match(results[1]?.error ?? "", /empty/);
  assert.match(results[2]?.error ?? "", /not fetched here/);
});

test("what is forgotten is gone for every call at once, and forgetting it again is an error", async () => {
  const byId = await add("Forget me by id.", "gone");
  assert.deepEqual(await client.memories.forget({ containerTag: "gone", id: byId, reason: "asked to" }), {
    id: byId,
    forgotten: true,
  });
  const byText = await add("Forget me by what I say.", "gone");
  const { id } = await client.memories.forget({ containerTag: "gone", content: "Forget me by what I say." });
  assert.equal(id, byText);
  const byDocument = await add("Forget me as a document.", "gone");
  await client.documents.delete(byDocument);
  assert.equal((await client.search({ q: "forget me", containerTag: "gone" })).total, 0);
  for (const gone of [byId, byText, byDocument]) {
    await assert.rejects(client.documents.get(gone), NotFoundError);
    await assert.rejects(client.documents.delete(gone), NotFoundError);
    await assert.rejects(client.memories.forget({ containerTag: "gone", id: gone }), NotFoundError);
    await assert.rejects(
      client.memories.updateMemory({ containerTag: "gone", id: gone, newContent: "Back." }),
      NotFoundError,
    );
  }
  await assert.rejects(
    client.memories.forget({ containerTag: "gone", content: "Nobody said this." }),
    NotFoundError,
  );
});

test("forgetting by what it says forgets all that say it; changing so needs one", async () => {
  await add("The same twice.", "twins");
  await add("The same twice.", "twins");
  const which = { containerTag: "twins", content: "The same twice." };
  await assert.rejects(client.memories.updateMemory({ ...which, newContent: "Other." }), ConflictError);
  await client.memories.forget(which);
  assert.equal((await client.documents.list({ containerTags: ["twins"] })).pagination.totalItems, 0);
});

test("a memory is changed under its id, with an end and a time", async () => {
  const id = await add("The office is in Porto.", "bob", { metadata: { a: 1 }, customId: "office" });
  const changed = await client.memories.updateMemory({
    containerTag: "bob",
    content: "The office is in Porto.",
    newContent: "The office is in Faro.",
    forgetAfter: "2999-01-31",
    metadata: { b: 2 },
    temporalContext: { eventDate: ["2026-03-01"] },
  });
  assert.deepEqual(
    [changed.id, changed.version, changed.memory, changed.forgetAfter],
    // Its end of life is a version of its own.
    [id, 3, "The office is in Faro.", "2999-01-31T00:00:00.000Z"],
  );
  const document = await client.documents.get("office");
  assert.deepEqual([document.id, document.metadata], [id, { b: 2 }]);
});

test("a profile has what lasts and what was last, and what a question finds", async () => {
  const scope = { tenant: "acme", user: "carol" };
  await server.memos.add({ text: "Carol speaks Portuguese.", type: "core" }, scope);
  await add("I am at the airport.", "carol");
  const { profile, searchResults } = await client.profile({ containerTag: "carol", q: "languages" });
  assert.deepEqual(profile, { static: ["Carol speaks Portuguese."], dynamic: ["I am at the airport."] });
  assert.ok((searchResults?.total ?? 0) >= 1);
  assert.equal("searchResults" in (await client.profile({ containerTag: "carol" })), false);
});

test("many are deleted by id, container and path, and what could not be is told", async () => {
  const id = await add("One.", "bulk", { filepath: "/a/one.md" });
  await add("Two.", "bulk", { filepath: "/a/two.md" });
  await add("Three.", "bulk2");
  const unknown = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
  const some = await client.documents.deleteBulk({ ids: [id, unknown] });
  assert.deepEqual(
    [some.success, some.deletedCount, some.errors?.map((one) => one.id)],
    [false, 1, [unknown]],
  );
  assert.equal((await client.documents.deleteBulk({ filepath: "/a/" })).deletedCount, 1);
  assert.deepEqual(await client.documents.deleteBulk({ containerTags: ["bulk2"] }), {
    success: true,
    deletedCount: 1,
    containerTags: ["bulk2"],
  });
  await assert.rejects(client.documents.deleteBulk({}), BadRequestError);
});

test("settings say that nothing is filtered", async () => {
  assert.equal((await client.settings.get()).shouldLLMFilter, false);
});

const REFUSED: Record<string, () => Promise<unknown>> = {
  "documents.uploadFile": () =>
    client.documents.uploadFile({ file: new File(["text"], "a.txt"), containerTag: "ana" }),
  "settings.update": () => client.settings.update({ shouldLLMFilter: true }),
  "connections.create": () => client.connections.create("notion", {}),
  "connections.list": () => client.connections.list({}),
  "connections.configure": () => client.connections.configure("c", { resources: [] }),
  "connections.deleteByID": () => client.connections.deleteByID("c", { deleteDocuments: "true" }),
  "connections.deleteByProvider": () => client.connections.deleteByProvider("notion", { containerTags: [] }),
  "connections.getByID": () => client.connections.getByID("c"),
  "connections.getByTag": () => client.connections.getByTag("notion", { containerTags: [] }),
  "connections.import": () => client.connections.import("notion", {}),
  "connections.listDocuments": () => client.connections.listDocuments("notion", {}),
  "connections.resources": () => client.connections.resources("c", {}),
};

for (const [name, call] of Object.entries(REFUSED))
  test(`${name} is refused with a sentence, as nothing is done`, async () => {
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof Supermemory.APIError);
      assert.equal(error.status, 501);
      assert.match(error.message, /nothing was done/);
      return true;
    });
  });

test("every method of the client is tried here", () => {
  const tried = new Set([
    ...Object.keys(REFUSED),
    ...["add", "profile", "memories.forget", "memories.updateMemory", "settings.get"],
    ...["search.documents", "search.execute", "search.memories"],
    ...["get", "add", "update", "delete", "list", "batchAdd", "deleteBulk", "listProcessing"].map(
      (name) => `documents.${name}`,
    ),
  ]);
  const methodsOf = (of: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(of)).filter((name) => name !== "constructor");
  const resources = ["documents", "memories", "search", "settings", "connections"] as const;
  const found = Object.entries(client)
    .filter(([, value]) => typeof value === "object" && value !== null && "_client" in value)
    .map(([name]) => name);
  assert.deepEqual(
    found.filter((name) => !(resources as readonly string[]).includes(name)),
    [],
  );
  const methods = resources.flatMap((name) => methodsOf(client[name]).map((method) => `${name}.${method}`));
  assert.ok(methods.length >= 25, String(methods.length));
  assert.deepEqual(
    methods.filter((name) => !tried.has(name)),
    [],
  );
});

test("documents.add is add", async () => {
  const { id } = await client.documents.add({ content: "By the other name.", containerTags: ["ana2"] });
  assert.equal((await client.documents.get(id)).content, "By the other name.");
});

test("a wrong key and several containers are refused", async () => {
  const stranger = new Supermemory({ apiKey: "memos_wrong", baseURL: server.baseURL, maxRetries: 0 });
  await assert.rejects(stranger.settings.get(), AuthenticationError);
  await assert.rejects(client.add({ content: "x", containerTags: ["a", "b"] }), /one container/);
});
