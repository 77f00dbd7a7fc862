import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { createServer } from "../../api/index.js";
import { isMemosError } from "../../memcube/index.js";
import { problemOf, startServer } from "./harness.js";

/** `fetch` does not let a program set these headers. */
function statusWith(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${address}/v1/stats`, { headers }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    })
      .once("error", reject)
      .end();
  });
}

test("development mode needs no key and takes `local` as the tenant", async (t) => {
  const api = await startServer(t);
  const stats = await api.send("GET", "/v1/stats");
  assert.equal(stats.status, 200);
  assert.deepEqual((stats.body as { scope: unknown }).scope, { tenant: "local" });
});

test("development mode refuses to listen where others can reach it", async (t) => {
  const { memos } = await startServer(t);
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org"]) {
    const server = createServer(memos, { development: true });
    await assert.rejects(server.listen(0, host), (error) => isMemosError(error, "FORBIDDEN"), host);
  }
});

test("development mode answers to the names of this computer only", async (t) => {
  const api = await startServer(t);
  const { port } = new URL(api.address);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    assert.equal(await statusWith(api.address, { host }), 200, host);
  for (const host of [`rebound.example:${port}`, "127.0.0.1.example.org", "localhost@example.org"])
    assert.equal(await statusWith(api.address, { host }), 403, host);
});

test("development mode answers no other web site", async (t) => {
  const api = await startServer(t);
  assert.equal(await statusWith(api.address, { origin: api.address }), 200);
  for (const origin of ["https://example.org", "null", "http://127.0.0.1:1"])
    assert.equal(await statusWith(api.address, { origin }), 403, origin);
  const preflight = await api.send("OPTIONS", "/v1/memories", {
    headers: { "access-control-request-method": "POST" },
  });
  assert.equal(preflight.headers.get("access-control-allow-origin"), null);
});

test("a key that is sent in development mode must be valid", async (t) => {
  const api = await startServer(t);
  problemOf(await api.send("GET", "/v1/stats", { headers: { authorization: "Bearer wrong" } }), 401);
});
