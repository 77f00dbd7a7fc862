import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, test } from "node:test";
import { LATEST_PROTOCOL_VERSION } from "@modelcontextprotocol/sdk/types.js";
import { answerOf as httpAnswerOf, JSON_BODY, problemOf, startServer, startWithKeys } from "../../harness.js";
import { call, errorOf, type Given, type Graph, newClient, overHttp, transportTo } from "./support.js";

const server = await startWithKeys({ after });
const ACCEPT = { accept: "application/json, text/event-stream" };

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: LATEST_PROTOCOL_VERSION,
    capabilities: {},
    clientInfo: { name: "by hand", version: "1" },
  },
};
const LIST_TOOLS = { jsonrpc: "2.0", id: 2, method: "tools/list" };

/** A request by hand: what a client that is no good sends. */
function send(
  headers: Record<string, string>,
  body: unknown = INITIALIZE,
  { method = "POST", query = "?user=ana", address = server.address } = {},
) {
  return fetch(`${address}/mcp${query}`, {
    method,
    headers: { ...ACCEPT, ...(method === "POST" ? JSON_BODY : {}), ...headers },
    ...(method === "POST" ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
  }).then(httpAnswerOf);
}

async function sessionOf(headers: Record<string, string>, query = "?user=ana"): Promise<string> {
  const { status, headers: given } = await send(headers, INITIALIZE, { query });
  assert.equal(status, 200);
  return given.get("mcp-session-id") ?? "";
}

test("a key opens its tenant, and what is written over MCP is read over REST", async (t) => {
  const client = await overHttp(t, server, "user=rest", server.acme);
  await call(client, "remember", { text: "The heron nests on Friday." });
  const { body } = await server.send("POST", "/v1/search", {
    body: { scope: { user: "rest" }, query: "heron" },
    headers: server.acme,
  });
  assert.equal((body as { hits: unknown[] }).hits.length, 1);
});

test("without a key, with a wrong one and with a revoked one nothing is answered", async () => {
  problemOf(await send({}), 401);
  problemOf(await send({ authorization: "Bearer memos_wrong" }), 401);
  const { id, secret } = await server.memos.keys.create("acme", "short-lived");
  const mine = { authorization: `Bearer ${secret}` };
  const session = { ...mine, "mcp-session-id": await sessionOf(mine) };
  assert.equal((await send(session, LIST_TOOLS)).status, 200);
  await server.memos.keys.revoke(id);
  problemOf(await send(session, LIST_TOOLS), 401);
  await assert.rejects(() => newClient().connect(transportTo(server.address, "user=ana")));
});

test("a key for reading reads and writes nothing", async (t) => {
  const { secret } = await server.memos.keys.create("acme", "reader", { readOnly: true });
  const client = await overHttp(t, server, "user=rest", { authorization: `Bearer ${secret}` });
  await call(client, "search_memory", { query: "heron" });
  await call(client, "read_graph");
  const entities = [{ name: "Ana", entityType: "person", observations: [] }];
  for (const [name, input] of [
    ["remember", { text: "The heron left." }],
    ["create_entities", { entities }],
  ] as const)
    assert.equal((await errorOf(client, name, input)).code, "FORBIDDEN");
});

test("who has a key of their own and names nobody works on their own memory", async (t) => {
  const { secret } = await server.memos.keys.create("acme", "helper", {
    principal: { kind: "agent", id: "helper" },
  });
  const client = await overHttp(t, server, "", { authorization: `Bearer ${secret}` });
  await call(client, "remember", { text: "The helper keeps lists." });
  const { cubes } = await server.memos.list({ tenant: "acme", agent: "helper" });
  assert.equal(cubes.length, 1);
  const other = await overHttp(t, server, "user=rest", { authorization: `Bearer ${secret}` });
  assert.equal((await errorOf(other, "search_memory", { query: "heron" })).code, "FORBIDDEN");
});

test("the URL says whose memory it is, and nothing else", async () => {
  problemOf(await send(server.acme, INITIALIZE, { query: "?user=ana&tenant=globex" }), 403);
  problemOf(await send(server.acme, INITIALIZE, { query: "?usr=ana" }), 400);
  problemOf(await send(server.acme, INITIALIZE, { query: "?user=ana&user=ben" }), 400);
});

test("a web page of another origin is not answered", async () => {
  problemOf(await send({ ...server.acme, origin: "https://evil.example" }), 403);
  problemOf(await send({ ...server.acme, origin: "null" }), 403);
  assert.equal((await send({ ...server.acme, origin: server.address })).status, 200);
});

test("in development mode a rebound name and another site are not answered", async (t) => {
  const development = await startServer(t);
  const { port } = new URL(development.address);
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const body = JSON.stringify(INITIALIZE);
      const request = httpRequest(
        {
          port,
          host: "127.0.0.1",
          path: "/mcp",
          method: "POST",
          headers: { ...ACCEPT, ...JSON_BODY, ...headers },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.on("error", reject).end(body);
    });
  assert.equal(await status({ host: `evil.example:${port}` }), 403);
  assert.equal(await status({ origin: "https://evil.example" }), 403);
  assert.equal(await status({}), 200);
});

test("a session is its holder's: another key, another user and a made-up id find none", async () => {
  const id = await sessionOf(server.acme);
  const session = { "mcp-session-id": id };
  assert.equal((await send({ ...server.acme, ...session }, LIST_TOOLS)).status, 200);
  problemOf(await send({ ...server.globex, ...session }, LIST_TOOLS), 404);
  problemOf(await send({ ...server.acme, ...session }, LIST_TOOLS, { query: "?user=ben" }), 404);
  problemOf(await send({ ...server.acme, "mcp-session-id": "made-up" }, LIST_TOOLS), 404);
  problemOf(await send(server.acme, LIST_TOOLS), 400);
  problemOf(await send(server.acme, undefined, { method: "GET" }), 400);
});

test("a session that its client ends is over", async () => {
  const session = { ...server.acme, "mcp-session-id": await sessionOf(server.acme) };
  assert.equal((await send(session, undefined, { method: "DELETE" })).status, 200);
  problemOf(await send(session, LIST_TOOLS), 404);
});

test("bodies that are no messages are refused, and the server goes on", async () => {
  problemOf(await send(server.acme, "{"), 400);
  problemOf(await send(server.acme, `{"a":${"[".repeat(100)}${"]".repeat(100)}}`), 400);
  problemOf(await send(server.acme, ""), 400);
  problemOf(await send({ ...server.acme, "content-type": "text/plain" }), 415);
  problemOf(await send(server.acme, `"${"x".repeat(9 * 1024 * 1024)}"`), 413);
  problemOf(await send(server.acme, undefined, { method: "PUT" }), 405);
  const session = { ...server.acme, "mcp-session-id": await sessionOf(server.acme) };
  assert.equal((await send(session, { jsonrpc: "1.0", id: 1, method: "tools/list" })).status, 400);
  assert.equal((await send({ ...session, accept: "text/html" }, LIST_TOOLS)).status, 406);
  assert.equal((await send(session, LIST_TOOLS)).status, 200);
});

test("a client that goes away in the middle leaves the server as it was", async (t) => {
  const client = await overHttp(t, server, "user=gone", server.acme);
  const stop = new AbortController();
  const going = client.callTool({ name: "search_memory", arguments: { query: "heron" } }, undefined, {
    signal: stop.signal,
  });
  stop.abort();
  await assert.rejects(() => going);
  await client.close();
  const next = await overHttp(t, server, "user=gone", server.acme);
  assert.deepEqual((await call<Given>(next, "search_memory", { query: "heron" })).items, []);
  assert.deepEqual((await call<Graph>(next, "read_graph")).entities, []);
});
