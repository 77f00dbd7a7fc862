import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { HTTP_LIMITS } from "../../api/limits.js";
import { type Harness, remember, startServer } from "./harness.js";

/** Sends bytes as they are; all that comes back until the server closes. */
async function raw({ address }: Harness, ...parts: string[]): Promise<string> {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  for (const part of parts) socket.write(part);
  return text(socket);
}

const HOST = "host: 127.0.0.1\r\n";
const END = "connection: close\r\n\r\n";
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test("two lengths, a length beside chunks, and a broken length are refused", async (t) => {
  const api = await startServer(t);
  for (const headers of [
    "content-length: 2\r\ncontent-length: 3\r\n",
    "content-length: 2\r\ntransfer-encoding: chunked\r\n",
    "content-length: -1\r\n",
    "content-length: two\r\n",
  ]) {
    const answer = await raw(
      api,
      `POST /v1/search HTTP/1.1\r\n${HOST}content-type: application/json\r\n${headers}${END}{}`,
    );
    assert.equal(statusOf(answer), 400, headers);
    assert.match(answer, /application\/problem\+json/);
  }
});

test("a huge header is refused as one", async (t) => {
  const api = await startServer(t);
  const answer = await raw(api, `GET /v1/stats HTTP/1.1\r\n${HOST}x-big: ${"x".repeat(20_000)}\r\n${END}`);
  assert.equal(statusOf(answer), 431);
});

test("nothing that a caller sends becomes a header of the answer", async (t) => {
  const api = await startServer(t, { development: true, corsOrigins: ["https://app.example.com"] });
  const injected = "a\r\nx-injected: yes";
  for (const lines of [
    `x-request-id: a%0d%0ax-injected: yes\r\n`,
    `x-request-id: a\tx-injected\r\n`,
    `if-match: "a%0d%0ax-injected: yes"\r\n`,
  ]) {
    const answer = await raw(
      api,
      `GET /v1/stats?user=${encodeURIComponent(injected)} HTTP/1.1\r\n${HOST}${lines}${END}`,
    );
    const [head = ""] = answer.split("\r\n\r\n");
    assert.ok(!/^x-injected:/im.test(head), head);
    assert.equal(statusOf(answer), 400);
  }
  const bare = await raw(api, `GET /v1/stats HTTP/1.1\r\n${HOST}x-request-id: a\rx-injected: yes\r\n${END}`);
  assert.equal(statusOf(bare), 400);
});

test("headers that do not come are waited for no longer than the limit", async (t) => {
  const api = await startServer(t);
  const { port, hostname } = new URL(api.address);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /v1/stats HTTP/1.1\r\n${HOST}`);
  const answer = await text(socket);
  assert.equal(statusOf(answer), 408);
  assert.match(answer, /The headers were not complete in time/);
  assert.ok(HTTP_LIMITS.headersMs <= 10_000);
});

test("a reader that leaves in the middle costs nothing: the server goes on, and closes", async (t) => {
  const api = await startServer(t);
  await api.memos.add(
    Array.from({ length: 500 }, (_, index) => `${index} ${"long text ".repeat(400)}`),
    { tenant: "local", user: "ana" },
  );
  for (const path of ["/v1/export", "/v1/events?after=0", "/v1/events"]) {
    for (let left = 0; left < 5; left++) {
      const leaving = request(api.address + path).on("error", () => undefined);
      leaving.end();
      const [response] = await once(leaving, "response");
      if (path !== "/v1/events") await once(response, "data");
      leaving.destroy();
    }
  }
  await remember(api, "Still here.");
  assert.equal((await api.send("GET", "/healthz")).status, 200);
  await api.close();
});
