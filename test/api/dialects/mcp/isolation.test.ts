import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memoryUri } from "../../../../api/dialects/mcp/memoryUri.js";
import { startWithKeys } from "../../harness.js";
import { answerOf, call, type Graph, lookingFor, overHttp } from "./support.js";

const server = await startWithKeys({ after });
const words = "collects rare stamps";
const GRAPH = {
  entities: [
    { name: "Zaphod", entityType: "person", observations: [words] },
    { name: "Stamps", entityType: "thing", observations: [] },
  ],
  relations: [{ from: "Zaphod", to: "Stamps", relationType: "likes" }],
};

const owner = await overHttp({ after }, server, "user=ana", server.acme);
await call(owner, "create_entities", { entities: GRAPH.entities });
await call(owner, "create_relations", { relations: GRAPH.relations });
const { remembered } = await call<{ remembered: { id: string }[] }>(owner, "remember", {
  text: `Zaphod ${words}.`,
});
const id = remembered[0]?.id ?? "";

const strangers = {
  "another tenant": await overHttp({ after }, server, "user=ana", server.globex),
  "another user of the tenant": await overHttp({ after }, server, "user=ben", server.acme),
};

for (const [who, stranger] of Object.entries(strangers)) {
  test(`${who} sees nothing by any tool, and every answer is as for what is not there`, async () => {
    const unknown = lookingFor("0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", "Zaphod", words);
    for (const [index, [name, input]] of lookingFor(id, "Zaphod", words).entries()) {
      const answer = await answerOf(stranger, name, input);
      const asUnknown = await answerOf(stranger, name, unknown[index]?.[1]);
      const text = JSON.stringify(answer);
      const told = text.replaceAll(id, "ID");
      assert.equal(
        told,
        JSON.stringify(asUnknown).replaceAll("0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", "ID"),
        name,
      );
      // What was asked for may be named, what it says may not.
      assert.doesNotMatch(text.replaceAll(words, ""), /Zaphod [^l]*collects|likes/, name);
    }
  });

  test(`${who} sees nothing by any resource, and follows none`, async () => {
    const { resources } = await stranger.listResources();
    assert.deepEqual(
      resources.map(({ uri }) => uri),
      ["memory://knowledge-graph"],
    );
    const { contents } = await stranger.readResource({ uri: "memory://knowledge-graph" });
    assert.deepEqual(JSON.parse((contents[0] as { text: string }).text), { entities: [], relations: [] });
    const uri = memoryUri(id);
    await assert.rejects(() => stranger.readResource({ uri }), { code: -32_002 });
    await assert.rejects(() => stranger.subscribeResource({ uri }), { code: -32_002 });
  });
}

test("no tool is left out of what a stranger tries, but those that look nothing up", async () => {
  const { tools } = await owner.listTools();
  const tried = lookingFor(id, "Zaphod", words).map(([name]) => name);
  assert.deepEqual(tools.map(({ name }) => name).sort(), [...tried, "remember", "create_entities"].sort());
});

test("all of it is still there", async () => {
  assert.deepEqual(await call<Graph>(owner, "read_graph"), GRAPH);
  await call(owner, "open_memory", { id });
});

test("one who may read some memories of a tenant gets these and no others", async (t) => {
  const principal = { kind: "agent", id: "clerk" } as const;
  const { secret } = await server.memos.keys.create("acme", "clerk", { principal });
  await server.memos.governance.grant({
    principal,
    space: { tenant: "acme", user: "ana" },
    actions: ["read"],
    visibility: "shared",
    reason: "looks things up",
  });
  const scope = { tenant: "acme", user: "ana" };
  await server.memos.add({ text: "The office opens at nine.", governance: { visibility: "shared" } }, scope);
  const clerk = await overHttp(t, server, "user=ana", { authorization: `Bearer ${secret}` });
  const { resources } = await clerk.listResources();
  assert.deepEqual(
    resources.map(({ title }) => title),
    ["Knowledge Graph", "The office opens at nine."],
  );
  assert.deepEqual(await call<Graph>(clerk, "read_graph"), { entities: [], relations: [] });
  await assert.rejects(() => clerk.readResource({ uri: memoryUri(id) }), { code: -32_002 });
});
