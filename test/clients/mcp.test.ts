import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { BINARY } from "../api/dialects/mcp/support.js";
import { startServer } from "../api/harness.js";
import { temporaryFolder } from "../memos/support.js";

/** What the README of the reference memory server shows, by a client that knows nothing of us. */
async function asOfTheReference(transport: Transport): Promise<void> {
  const client = new Client({ name: "example", version: "1.0.0" });
  await client.connect(transport);
  await client.ping();
  const { tools } = await client.listTools();
  const call = async (name: string, input: Record<string, unknown>) => {
    const tool = tools.find((one) => one.name === name);
    assert.ok(tool, name);
    const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: input }));
    assert.ok(result.isError !== true && result.content[0]?.type === "text", name);
    return { text: result.content[0].text, structured: result.structuredContent };
  };
  const john = {
    name: "John_Smith",
    entityType: "person",
    observations: ["Speaks fluent Spanish", "Graduated in 2019", "Prefers morning meetings"],
  };
  const anthropic = { name: "Anthropic", entityType: "organization", observations: [] };
  const works = { from: "John_Smith", to: "Anthropic", relationType: "works_at" };
  const made = await call("create_entities", { entities: [john, anthropic] });
  assert.deepEqual(JSON.parse(made.text), [john, anthropic]);
  assert.deepEqual(made.structured, { entities: [john, anthropic] });
  const related = await call("create_relations", { relations: [works] });
  assert.deepEqual(JSON.parse(related.text), [works]);
  const observed = await call("add_observations", {
    observations: [{ entityName: "Anthropic", contents: ["Founded in 2021"] }],
  });
  assert.deepEqual(JSON.parse(observed.text), [
    { entityName: "Anthropic", addedObservations: ["Founded in 2021"] },
  ]);
  const graph = await call("read_graph", {});
  const founded = { ...anthropic, observations: ["Founded in 2021"] };
  assert.deepEqual(JSON.parse(graph.text), { entities: [john, founded], relations: [works] });
  const found = await call("search_nodes", { query: "spanish" });
  assert.deepEqual(JSON.parse(found.text), { entities: [john], relations: [works] });
  const opened = await call("open_nodes", { names: ["Anthropic"] });
  assert.deepEqual(JSON.parse(opened.text), { entities: [founded], relations: [works] });
  const { resources } = await client.listResources();
  assert.ok(resources.some(({ uri }) => uri === "memory://knowledge-graph"));
  await client.subscribeResource({ uri: "memory://knowledge-graph" });
  const deleted = await call("delete_observations", {
    deletions: [{ entityName: "John_Smith", observations: ["Prefers morning meetings"] }],
  });
  assert.deepEqual(deleted.structured, { success: true, message: "Observations deleted successfully" });
  await call("delete_relations", { relations: [works] });
  const gone = await call("delete_entities", { entityNames: ["Anthropic"] });
  assert.deepEqual(gone.structured, { success: true, message: "Entities deleted successfully" });
  const left = await call("read_graph", {});
  const { observations } = john;
  assert.deepEqual(left.structured, {
    entities: [{ ...john, observations: observations.slice(0, 2) }],
    relations: [],
  });
  await client.close();
}

test("the client of @modelcontextprotocol/sdk over standard input and output", async (t) => {
  const store = await temporaryFolder(t);
  await asOfTheReference(
    new StdioClientTransport({
      command: process.execPath,
      args: [BINARY, "mcp", "--user", "ana", "--store", store],
      stderr: "ignore",
    }),
  );
});

test("the client of @modelcontextprotocol/sdk over streamable HTTP", async (t) => {
  const { address } = await startServer(t);
  await asOfTheReference(new StreamableHTTPClientTransport(new URL(`${address}/mcp?user=ana`)));
});
