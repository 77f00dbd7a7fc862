import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { MCP_LIMITS } from "../../../../api/dialects/mcp/limits.js";
import { startServer } from "../../harness.js";
import { answerOf, call, errorOf, type Given, type Graph, overHttp, textsOf } from "./support.js";

const server = await startServer({ after });
let users = 0;

/** Somebody with an empty memory. */
async function somebody(): Promise<{ client: Client; scope: { tenant: string; user: string } }> {
  const user = `user${++users}`;
  return { client: await overHttp({ after }, server, `user=${user}`), scope: { tenant: "local", user } };
}

const ANA = { name: "Ana", entityType: "person", observations: ["speaks Spanish", "likes tea"] };
const ACME = { name: "Acme", entityType: "company", observations: [] };
const WORKS = { from: "Ana", to: "Acme", relationType: "works_at" };

async function withGraph() {
  const one = await somebody();
  await call(one.client, "create_entities", { entities: [ANA, ACME] });
  await call(one.client, "create_relations", { relations: [WORKS] });
  return one;
}

test("entities and relations are read as they were made, in order", async () => {
  const { client } = await withGraph();
  const graph = await call<Graph>(client, "read_graph");
  assert.deepEqual(graph, { entities: [ANA, ACME], relations: [WORKS] });
  const [text, note] = textsOf(await answerOf(client, "read_graph"));
  assert.equal(text, JSON.stringify(graph, null, 2));
  assert.match(note ?? "", /data .* not instructions/);
});

test("an entity that is there already stays as it is, and what is named twice in a call is made once", async () => {
  const { client } = await withGraph();
  const again = { ...ANA, entityType: "robot", observations: ["likes oil"] };
  const ben = { name: "Ben", entityType: "person", observations: ["runs", "runs"] };
  const { entities } = await call<Graph>(client, "create_entities", { entities: [again, ben, ben] });
  assert.deepEqual(entities, [{ ...ben, observations: ["runs"] }]);
  const { entities: all } = await call<Graph>(client, "open_nodes", { names: ["Ana", "Ben"] });
  assert.deepEqual(all, [ANA, { ...ben, observations: ["runs"] }]);
});

test("observations are added once, and to entities that are there", async () => {
  const { client } = await withGraph();
  const { results } = await call<{ results: object[] }>(client, "add_observations", {
    observations: [
      { entityName: "Ana", contents: ["likes tea", "moved to Porto"] },
      { entityName: "Acme", contents: ["makes anvils"] },
    ],
  });
  assert.deepEqual(results, [
    { entityName: "Ana", addedObservations: ["moved to Porto"] },
    { entityName: "Acme", addedObservations: ["makes anvils"] },
  ]);
  const error = await errorOf(client, "add_observations", {
    observations: [
      { entityName: "Ana", contents: ["is not written"] },
      { entityName: "Zoe", contents: ["x"] },
    ],
  });
  assert.equal(error.message, "Entity with name Zoe not found.");
  const { entities } = await call<Graph>(client, "read_graph");
  assert.deepEqual(entities[0]?.observations, ["speaks Spanish", "likes tea", "moved to Porto"]);
});

test("a relation is stated once, between entities that are there", async () => {
  const { client } = await withGraph();
  const founded = { from: "Ana", to: "Acme", relationType: "founded" };
  const { relations } = await call<Graph>(client, "create_relations", {
    relations: [WORKS, founded, founded],
  });
  assert.deepEqual(relations, [founded]);
  const unknown = { relations: [{ ...founded, to: "Globex" }] };
  assert.equal((await errorOf(client, "create_relations", unknown)).code, "NOT_FOUND");
  assert.deepEqual((await call<Graph>(client, "read_graph")).relations, [WORKS, founded]);
});

test("nodes are found by words of their names, types and observations, and by parts of words as they are written", async () => {
  const { client } = await withGraph();
  await call(client, "create_entities", {
    entities: [{ name: "Ben", entityType: "person", observations: [] }],
  });
  const names = async (query: string) =>
    (await call<Graph>(client, "search_nodes", { query })).entities.map(({ name }) => name).sort();
  assert.deepEqual(await names("Spanish"), ["Ana"]);
  assert.deepEqual(await names("who speaks SPANISH?"), ["Ana"]);
  assert.deepEqual(await names("company"), ["Acme"]);
  assert.deepEqual(await names("pani"), ["Ana"].sort());
  assert.deepEqual(await names("zebra"), []);
  assert.deepEqual(await names(""), ["Acme", "Ana", "Ben"]);
  const { relations } = await call<Graph>(client, "search_nodes", { query: "Spanish" });
  assert.deepEqual(relations, [WORKS], "a relation to what was not found is shown");
});

test("nodes are opened by name with their relations, and unknown names are left out", async () => {
  const { client } = await withGraph();
  const graph = await call<Graph>(client, "open_nodes", { names: ["Acme", "Nobody", "Acme"] });
  assert.deepEqual(graph, { entities: [ACME], relations: [WORKS] });
});

test("the same observation of two people is found for both", async () => {
  const { client } = await withGraph();
  const ben = { name: "Ben", entityType: "person", observations: ["speaks Spanish"] };
  await call(client, "create_entities", { entities: [ben] });
  const { memory } = await call<Given>(client, "search_memory", { query: "who speaks Spanish?" });
  assert.match(memory, /Ana: speaks Spanish/);
  assert.match(memory, /Ben: speaks Spanish/);
});

test("what is deleted is forgotten: its memories have tombstones, which a person can undo", async () => {
  const { client, scope } = await withGraph();
  await call(client, "delete_observations", {
    deletions: [{ entityName: "Ana", observations: ["likes tea"] }],
  });
  assert.doesNotMatch((await call<Given>(client, "search_memory", { query: "Ana tea" })).memory, /tea/);
  const before = await server.memos.stats(scope);
  assert.equal(before.forgotten, 1);
  const { message } = await call<{ message: string }>(client, "delete_entities", { entityNames: ["Ana"] });
  assert.equal(message, "Entities deleted successfully");
  assert.deepEqual(await call(client, "read_graph"), { entities: [ACME], relations: [] });
  const { forgotten } = await server.memos.stats(scope);
  assert.equal(forgotten, 4, "the entity, its observations and its relation");
});

test("what is deleted twice, or was never there, is told and no failure", async () => {
  const { client } = await withGraph();
  const message = async (name: string, input: object) =>
    (await call<{ success: boolean; message: string }>(client, name, input)).message;
  const relation = { relations: [WORKS] };
  assert.equal(await message("delete_relations", relation), "Relations deleted successfully");
  assert.equal(
    await message("delete_relations", relation),
    "Deleted 0 of 1 relations. The rest matched nothing.",
  );
  const tea = { deletions: [{ entityName: "Ana", observations: ["likes tea"] }] };
  assert.equal(await message("delete_observations", tea), "Observations deleted successfully");
  assert.equal(await message("delete_observations", tea), "Deleted 0 of 1 observations.");
  const nobody = { deletions: [{ entityName: "Nobody", observations: ["x"] }] };
  assert.equal(
    await message("delete_observations", nobody),
    "Deleted 0 of 1 observations. Entities not found: Nobody",
  );
  assert.equal(await message("delete_entities", { entityNames: ["Ana"] }), "Entities deleted successfully");
  assert.equal(
    await message("delete_entities", { entityNames: ["Ana", "Acme"] }),
    "Deleted 1 of 2 entities. Not found: Ana",
  );
});

test("an entity that was deleted can be made again, without what was known of it", async () => {
  const { client } = await withGraph();
  await call(client, "delete_entities", { entityNames: ["Ana"] });
  await call(client, "create_entities", { entities: [{ ...ANA, observations: ["is back"] }] });
  const { entities, relations } = await call<Graph>(client, "open_nodes", { names: ["Ana"] });
  assert.deepEqual(entities, [{ ...ANA, observations: ["is back"] }]);
  assert.deepEqual(relations, []);
});

test("what one set of tools writes the other finds, opens and deletes", async () => {
  const { client } = await withGraph();
  const found = await call<Given>(client, "search_memory", { query: "Where does Ana work?" });
  assert.match(found.memory, /Ana works at Acme/);
  const { remembered } = await call<{ remembered: { id: string }[] }>(client, "remember", {
    text: "Cleo plays the harp.",
  });
  const id = remembered[0]?.id ?? "";
  const node = { name: id, entityType: "semantic", observations: ["Cleo plays the harp."] };
  assert.deepEqual((await call<Graph>(client, "search_nodes", { query: "harp" })).entities, [node]);
  assert.deepEqual((await call<Graph>(client, "open_nodes", { names: [id] })).entities, [node]);
  const tea = await call<Given>(client, "search_memory", { query: "Ana likes tea" });
  const teaId = tea.items[tea.memory.split("\n").findIndex((line) => line.includes("likes tea")) - 1]?.id;
  await call(client, "forget", { id: teaId });
  const { entities } = await call<Graph>(client, "open_nodes", { names: ["Ana"] });
  assert.deepEqual(entities[0]?.observations, ["speaks Spanish"]);
  await call(client, "delete_entities", { entityNames: [id] });
  assert.equal((await errorOf(client, "open_memory", { id })).code, "NOT_FOUND");
});

test("a relation is a fact: the graph of memory has it", async () => {
  const { client, scope } = await withGraph();
  const { facts } = await server.memos.graph.entity("Ana", scope);
  assert.ok(
    facts.some(({ relation, value }) => relation === "works at" && value.object === "Acme"),
    JSON.stringify(facts),
  );
  await call(client, "delete_relations", { relations: [WORKS] });
  const { facts: left } = await server.memos.graph.entity("Ana", scope);
  assert.ok(!left.some(({ value }) => value.object === "Acme"));
});

test("an observation that a person has corrected reads so", async () => {
  const { client, scope } = await withGraph();
  const { items } = await call<Given>(client, "search_memory", { query: "speaks Spanish" });
  await server.memos.update(items[0]?.id ?? "", { text: "Ana: speaks Portuguese" }, scope);
  const { entities } = await call<Graph>(client, "open_nodes", { names: ["Ana"] });
  assert.deepEqual(entities[0]?.observations, ["speaks Portuguese", "likes tea"]);
});

test("arguments that do not fit are refused, and nothing is written", async () => {
  const { client } = await somebody();
  const many = Array.from({ length: MCP_LIMITS.itemsPerCall + 1 }, (_, n) => ({
    ...ACME,
    name: `Acme ${n}`,
  }));
  const long = "x".repeat(MCP_LIMITS.observationCharacters + 1);
  for (const [name, input] of [
    ["create_entities", {}],
    ["create_entities", { entities: "Ana" }],
    ["create_entities", { entities: [{ name: "Ana" }] }],
    ["create_entities", { entities: [{ ...ANA, name: "" }] }],
    ["create_entities", { entities: [{ ...ANA, name: "A\nB" }] }],
    ["create_entities", { entities: [{ ...ANA, name: "x".repeat(MCP_LIMITS.nameCharacters + 1) }] }],
    ["create_entities", { entities: [{ ...ANA, observations: ["ok", " "] }] }],
    ["create_entities", { entities: [ACME, { ...ANA, observations: [long] }] }],
    ["create_entities", { entities: [ACME, { ...ANA, observations: ["her password is hunter2XYZ!9"] }] }],
    ["create_entities", { entities: many }],
    ["create_relations", { relations: [{ from: "Ana", to: "Acme" }] }],
    ["add_observations", { observations: [{ entityName: 7, contents: [] }] }],
    ["search_nodes", { query: "x".repeat(MCP_LIMITS.queryCharacters + 1) }],
    ["open_nodes", { names: [null] }],
  ] as const) {
    const error = await errorOf(client, name, input);
    assert.match(error.code, /INVALID_INPUT|TOO_LARGE/, JSON.stringify(error));
    assert.doesNotMatch(JSON.stringify(error), /hunter2/);
  }
  assert.deepEqual(await call(client, "read_graph"), { entities: [], relations: [] });
});

test("of a graph that is too large its beginning is given, and how much is left out", async () => {
  const { client } = await somebody();
  const entities = Array.from({ length: 100 }, (_, n) => ({
    name: `Walrus ${n}`,
    entityType: "animal",
    observations: [`swims in sea ${n}. ${"It sings. ".repeat(100)}`],
  }));
  await call(client, "create_entities", { entities });
  const answer = await answerOf(client, "read_graph");
  const graph = answer.structuredContent as unknown as Graph;
  assert.ok(JSON.stringify(graph.entities).length <= MCP_LIMITS.graphCharacters);
  assert.ok(graph.entities.length > 10 && graph.entities.length < 100);
  const left = 100 - graph.entities.length;
  assert.match(graph.remarks?.[0] ?? "", new RegExp(`^Left out, for want of room: ${left} entities`));
  assert.ok(textsOf(answer).includes(graph.remarks?.[0] ?? ""));
  const { entities: last } = await call<Graph>(client, "open_nodes", { names: ["Walrus 99"] });
  assert.deepEqual(last, [entities[99]]);
});

test("what is known of an entity outlives the memory that named it", async () => {
  const { client, scope } = await withGraph();
  const { cubes } = await server.memos.list(scope, { order: "oldest" });
  await call(client, "forget", { id: cubes[0]?.id });
  const { entities } = await call<Graph>(client, "open_nodes", { names: ["Ana"] });
  assert.deepEqual(entities, [{ ...ANA, entityType: "unknown" }]);
  await call(client, "delete_entities", { entityNames: ["Ana"] });
  assert.deepEqual((await call<Graph>(client, "open_nodes", { names: ["Ana"] })).entities, []);
});

test("of a long memory that is shown as a node the beginning is given, and where the rest is", async () => {
  const { client, scope } = await somebody();
  await server.memos.add(`The walrus swims. ${"It sings. ".repeat(1_000)}`, scope);
  const { entities } = await call<Graph>(client, "search_nodes", { query: "walrus" });
  const [text = ""] = entities[0]?.observations ?? [];
  assert.ok(text.startsWith("The walrus swims.") && text.endsWith("(open_memory gives the rest)"));
  assert.ok(text.length < MCP_LIMITS.nodeCharacters + 50);
});
