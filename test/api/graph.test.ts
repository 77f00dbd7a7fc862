import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as z from "zod";
import {
  answerResultSchema,
  currentResultSchema,
  entityResultSchema,
  factResultSchema,
  neighboursResultSchema,
  pathResultSchema,
} from "../../memos/index.js";
import { type Answer, problemOf, startWithKeys, UNKNOWN_ID } from "./harness.js";

const LYON = "Ana lives in Lyon.";
const OSLO = "Ana lives in Oslo.";
const WORK = "In Oslo the Fjord Bakery hires Ana.";

const jsonGraphSchema = z.strictObject({
  format: z.literal("json"),
  complete: z.boolean(),
  nodes: z.int(),
  edges: z.int(),
  graph: z.object({
    nodes: z.array(
      z.object({ key: z.string(), attributes: z.object({ kind: z.string(), label: z.string() }) }),
    ),
    edges: z.array(z.object({ source: z.string(), target: z.string() })),
  }),
});

const graphMLSchema = z.strictObject({
  ...jsonGraphSchema.shape,
  format: z.literal("graphml"),
  graph: z.string(),
});

const api = await startWithKeys({ after });

async function add(input: unknown, headers: Record<string, string>, scope: object = { user: "ana" }) {
  const { status, text, body } = await api.send("POST", "/v1/memories", { body: { scope, input }, headers });
  assert.equal(status, 201, text);
  return z.object({ written: z.tuple([z.object({ id: z.string() })]) }).parse(body).written[0].id;
}

function get(path: string, query: Record<string, string>, headers: Record<string, string>): Promise<Answer> {
  return api.send("GET", `${path}?${new URLSearchParams(query)}`, { headers });
}

/** A request of an own tenant's, which must succeed. */
async function ask<S extends z.ZodType>(
  schema: S,
  path: string,
  query: Record<string, string> = {},
): Promise<z.output<S>> {
  const answer = await get(path, { user: "ana", ...query }, api.acme);
  assert.equal(answer.status, 200, answer.text);
  return schema.parse(answer.body);
}

const lyon = await add({ text: LYON, occurredAt: "2021-03-01" }, api.acme);
const oslo = await add({ text: OSLO, occurredAt: "2024-03-01" }, api.acme);
const links = [{ to: lyon, kind: "contradicts", why: "She has moved." }];
const work = await add({ text: WORK, links }, api.acme);
const alone = await add("bees sleep at night", api.acme);

/** Each route, with a good request. */
const REQUESTS: [path: string, query: Record<string, string>][] = [
  [`/v1/memories/${work}/neighbours`, {}],
  ["/v1/graph/path", { from: work, to: lyon }],
  ["/v1/graph/entity", { name: "Oslo" }],
  ["/v1/graph/fact", { subject: "Ana", relation: "lives in" }],
  ["/v1/graph/export", {}],
];

test("neighbours are named with what joins them, as many as asked for", async () => {
  const path = `/v1/memories/${work}/neighbours`;
  const { id, neighbours } = await ask(neighboursResultSchema, path);
  assert.equal(id, work);
  assert.deepEqual(new Set(neighbours.map(({ cube }) => cube.id)), new Set([lyon, oslo]));
  const reasons = (of: string) =>
    neighbours.find(({ cube }) => cube.id === of)?.because.map(({ kind, what }) => `${kind} ${what}`) ?? [];
  assert.ok(reasons(lyon).includes("contradicts She has moved."));
  assert.ok(reasons(oslo).includes("mentions Oslo"));
  const one = await ask(neighboursResultSchema, path, { limit: "1" });
  assert.deepEqual(one.neighbours, neighbours.slice(0, 1));
  assert.deepEqual((await ask(neighboursResultSchema, `/v1/memories/${alone}/neighbours`)).neighbours, []);
});

test("a path leads from one memory to another, or there is none", async () => {
  const found = await ask(pathResultSchema, "/v1/graph/path", { from: oslo, to: lyon });
  assert.deepEqual([found.nodes[0]?.id, found.nodes.at(-1)?.id], [oslo, lyon]);
  assert.equal(found.steps.length, found.nodes.length - 1);
  assert.ok((found.cost ?? 0) > 0);
  const none = await ask(pathResultSchema, "/v1/graph/path", { from: oslo, to: alone });
  assert.deepEqual(none, { nodes: [], steps: [], cost: null });
});

test("an entity has its memories and facts, and is empty when nothing names it", async () => {
  const { name, cubes, facts } = await ask(entityResultSchema, "/v1/graph/entity", { name: "oslo" });
  assert.equal(name, "Oslo");
  assert.deepEqual(new Set(cubes.map(({ id }) => id)), new Set([oslo, work]));
  assert.ok(facts.some(({ relation, value }) => relation === "lives in" && value.object === "Oslo"));
  const nobody = await ask(entityResultSchema, "/v1/graph/entity", { name: "Atlantis" });
  assert.deepEqual(nobody, { name: "Atlantis", cubes: [], facts: [], related: [] });
});

test("a fact has its current value, its history, and what was known before", async () => {
  const query = { subject: "Ana", relation: "lives in" };
  const { current, history, contradicted } = await ask(factResultSchema, "/v1/graph/fact", query);
  assert.deepEqual(
    history.map(({ object, status, cube }) => [object, status, cube]),
    [
      ["Lyon", "superseded", lyon],
      ["Oslo", "current", oslo],
    ],
  );
  assert.deepEqual([current.map(({ object }) => object), contradicted], [["Oslo"], false]);
  assert.equal(history[0]?.supersededBy, oslo);
  const before = await ask(factResultSchema, "/v1/graph/fact", { ...query, asOf: "2001-01-01" });
  assert.deepEqual([before.current, before.history], [[], []]);
});

test("what holds is found along relations and by a question", async () => {
  const post = (path: string, input: object) =>
    api.send("POST", path, { body: { scope: { user: "ana" }, ...input }, headers: api.acme });
  const current = await post("/v1/graph/current", { subject: "Ana", relations: ["home"] });
  const found = currentResultSchema.parse(current.body);
  assert.deepEqual([found.value, found.hops[0]?.value.cube], ["Oslo", oslo]);
  const answer = await post("/v1/graph/answer", { question: "Where does Ana live?" });
  const { text, hops } = answerResultSchema.parse(answer.body);
  assert.deepEqual([text, hops[0]?.superseded.map(({ cube }) => cube)], ["Oslo", [lyon]]);
});

test("the graph is exported as JSON and as GraphML", async () => {
  const { nodes, edges, complete, graph } = await ask(jsonGraphSchema, "/v1/graph/export");
  assert.deepEqual([nodes, edges, complete], [graph.nodes.length, graph.edges.length, true]);
  const cubes = graph.nodes.filter(({ attributes }) => attributes.kind === "cube");
  assert.deepEqual(new Set(cubes.map(({ key }) => key)), new Set([lyon, oslo, work, alone]));
  const entities = graph.nodes.filter(({ attributes }) => attributes.kind === "entity");
  assert.deepEqual(entities.map(({ attributes }) => attributes.label).sort(), ["Ana", "Oslo"]);

  const other = await ask(graphMLSchema, "/v1/graph/export", { format: "graphml" });
  assert.match(other.graph, /^<\?xml [^>]*\?>\s*<graphml /);
  assert.equal(other.graph.match(/<node /g)?.length, nodes);
  assert.equal(other.graph.match(/<edge /g)?.length, edges);
  const part = await ask(jsonGraphSchema, "/v1/graph/export", { limit: "3" });
  const exported = part.graph.nodes.filter(({ attributes }) => attributes.kind === "cube");
  assert.deepEqual([part.complete, exported.map(({ key }) => key)], [false, [lyon, oslo, work]]);
});

test("a text cannot break out of the GraphML", async () => {
  const text = 'Mr. <Evil> & "Sons" ]]></data><node id="x"/>';
  await add(text, api.acme, { user: "evil" });
  const { graph, nodes } = await ask(graphMLSchema, "/v1/graph/export", {
    user: "evil",
    format: "graphml",
  });
  assert.equal(graph.match(/<node /g)?.length, nodes);
  assert.ok(!graph.includes("<Evil>"));
});

test("the fault of a request is named with its path", async () => {
  const good = new Map(REQUESTS);
  const cases: [path: string, change: Record<string, string | undefined>, fault: string][] = [
    [`/v1/memories/${work}/neighbours`, { limit: "0" }, "limit"],
    [`/v1/memories/${work}/neighbours`, { limit: "201" }, "limit"],
    [`/v1/memories/${work}/neighbours`, { depth: "2" }, "depth"],
    ["/v1/memories/1/neighbours", {}, "id"],
    ["/v1/graph/path", { from: undefined }, "from"],
    ["/v1/graph/path", { to: "nowhere" }, "to"],
    ["/v1/graph/entity", { name: undefined }, "name"],
    ["/v1/graph/entity", { name: "" }, "name"],
    ["/v1/graph/entity", { name: "x".repeat(513) }, "name"],
    ["/v1/graph/entity", { asOf: "yesterday" }, "asOf"],
    ["/v1/graph/fact", { subject: undefined }, "subject"],
    ["/v1/graph/fact", { relation: "a\nb" }, "relation"],
    ["/v1/graph/fact", { asOf: "soon" }, "asOf"],
    ["/v1/graph/export", { format: "dot" }, "format"],
    ["/v1/graph/export", { limit: "many" }, "limit"],
  ];
  for (const [path, change, fault] of cases) {
    const query = Object.entries({ user: "ana", ...good.get(path), ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const problem = problemOf(await get(path, Object.fromEntries(query), api.acme), 400);
    assert.deepEqual([problem.code, problem.path], ["INVALID_INPUT", fault], problem.detail);
  }
});

test("an id that is in no store is not found", async () => {
  for (const [path, query] of [
    [`/v1/memories/${UNKNOWN_ID}/neighbours`, {}],
    ["/v1/graph/path", { from: UNKNOWN_ID, to: oslo }],
    ["/v1/graph/path", { from: oslo, to: UNKNOWN_ID }],
  ] as [string, Record<string, string>][])
    assert.equal(problemOf(await get(path, { user: "ana", ...query }, api.acme), 404).code, "NOT_FOUND");
});

test("every route wants a key, and acts for no other tenant than the key's", async () => {
  for (const [path, query] of REQUESTS) {
    problemOf(await get(path, { user: "ana", ...query }, {}), 401);
    const foreign = await get(path, { user: "ana", tenant: "acme", ...query }, api.globex);
    assert.equal(problemOf(foreign, 403).code, "FORBIDDEN");
  }
});

test("every route shows another tenant, or another user, what it shows of nothing", async () => {
  await add({ text: "Ana lives in Quito.", occurredAt: "2020-01-01" }, api.globex);
  for (const [headers, user] of [
    [api.globex, "ana"],
    [api.acme, "bram"],
  ] as const)
    for (const [path, query] of REQUESTS) {
      const answer = await get(path, { user, ...query }, headers);
      for (const text of ["Lyon", "Fjord", "moved", lyon])
        assert.ok(!answer.text.replaceAll(JSON.stringify(query), "").includes(text), answer.text);
      const namesIds = path.includes("/memories/") || "from" in query;
      assert.equal(answer.status, namesIds ? 404 : 200, answer.text);
    }
});

test("a link that leads out of its owner is refused, and what is forgotten leaves every answer", async () => {
  const links = [{ to: work, kind: "link", why: "A guess." }];
  const refused = await api.send("POST", "/v1/memories", {
    body: { scope: { user: "ana" }, input: { text: "Mine.", links } },
    headers: api.globex,
  });
  assert.equal(problemOf(refused, 400).path, "links.0.to");

  const secret = await add("The Kestrel Vault opens for Ana in Oslo.", api.acme);
  const before = await ask(z.unknown(), "/v1/graph/entity", { name: "Kestrel Vault" });
  assert.ok(JSON.stringify(before).includes(secret));
  await api.send("DELETE", `/v1/memories/${secret}?user=ana`, { headers: api.acme });
  for (const [path, query] of [...REQUESTS, ["/v1/graph/entity", { name: "Kestrel Vault" }] as const]) {
    const answer = await get(path, { user: "ana", ...query }, api.acme);
    assert.equal(answer.status, 200);
    assert.ok(!answer.text.includes(secret), answer.text);
    if (!("name" in query)) assert.ok(!answer.text.includes("Kestrel"), answer.text);
  }
});
