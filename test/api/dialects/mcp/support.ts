import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Harness, Lifetime } from "../../harness.js";

export const BINARY = fileURLToPath(new URL("../../../../../bin/memos.mjs", import.meta.url));

/** A host: the client of the official SDK, as it comes. */
export function newClient(): Client {
  return new Client({ name: "a host", version: "1.0.0" });
}

/** A host that has started `memos mcp` on a store. */
export async function overStdio(t: Lifetime, store: string, ...args: string[]): Promise<Client> {
  const client = newClient();
  // A host hands on little of its environment, and not where the ledger of a test is.
  const ledger = process.env["MEMOS_LEDGER"];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BINARY, "mcp", "--store", store, ...args],
    env: { ...getDefaultEnvironment(), ...(ledger === undefined ? {} : { MEMOS_LEDGER: ledger }) },
    stderr: "ignore",
  });
  await client.connect(transport);
  t.after(() => client.close());
  return client;
}

/** A host at a server, with a key or without one. */
export async function overHttp(
  t: Lifetime,
  { address }: Pick<Harness, "address">,
  query = "user=ana",
  headers: Record<string, string> = {},
): Promise<Client> {
  const client = newClient();
  await client.connect(transportTo(address, query, headers));
  t.after(() => client.close());
  return client;
}

export function transportTo(
  address: string,
  query: string,
  headers: Record<string, string> = {},
): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(`${address}/mcp?${query}`), { requestInit: { headers } });
}

/** What a tool answers. Its structured content is checked by the client against the schema of the tool. */
export async function answerOf(client: Client, name: string, input: object = {}): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: { ...input } })) as CallToolResult;
}

/** What a call gives that must succeed. */
export async function call<T = Record<string, unknown>>(
  client: Client,
  name: string,
  input: object = {},
): Promise<T> {
  const answer = await answerOf(client, name, input);
  assert.notEqual(answer.isError, true, JSON.stringify(answer.content));
  assert.ok(answer.structuredContent);
  return answer.structuredContent as T;
}

/** The error of a call that must fail. */
export async function errorOf(
  client: Client,
  name: string,
  input: object = {},
): Promise<{ code: string; message: string; remedy: string; path?: string }> {
  const answer = await answerOf(client, name, input);
  assert.equal(answer.isError, true, JSON.stringify(answer.structuredContent));
  return JSON.parse(textsOf(answer)[0] ?? "").error;
}

export function textsOf({ content }: CallToolResult): string[] {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : []));
}

export interface Graph {
  readonly entities: { name: string; entityType: string; observations: string[] }[];
  readonly relations: { from: string; to: string; relationType: string }[];
  readonly remarks?: string[];
}

export interface Given {
  readonly memory: string;
  readonly items: { id: string; citation: string; type: string; origin: string }[];
}

/** The arguments of each tool that name something, or find it: to look for what is somebody else's. */
export function lookingFor(id: string, name: string, words: string): [tool: string, input: object][] {
  return [
    ["search_memory", { query: words }],
    ["open_memory", { id }],
    ["forget", { id }],
    ["list_timeline", {}],
    ["add_observations", { observations: [{ entityName: name, contents: ["is a spy"] }] }],
    ["create_relations", { relations: [{ from: name, to: name, relationType: "knows" }] }],
    ["delete_entities", { entityNames: [name, id] }],
    ["delete_observations", { deletions: [{ entityName: name, observations: [words] }] }],
    ["delete_relations", { relations: [{ from: name, to: name, relationType: "likes" }] }],
    ["read_graph", {}],
    ["search_nodes", { query: words }],
    ["open_nodes", { names: [name, id] }],
  ];
}
