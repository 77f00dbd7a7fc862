import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import Supermemory from "supermemory";
import { createServer } from "../../api/index.js";
import { isMemosError } from "../../memcube/index.js";
import { startServer, startWithKeys } from "./harness.js";

const APP = "https://app.example.com";
const preflight = (origin: string) => ({ origin, "access-control-request-method": "PATCH" });

test("without a word about it no web site may use the server", async (t) => {
  const api = await startWithKeys(t);
  for (const [method, headers] of [
    ["OPTIONS", preflight(APP)],
    ["GET", { origin: APP, ...api.acme }],
  ] as const) {
    const answer = await api.send(method, "/v1/stats", { headers });
    assert.deepEqual(
      [...answer.headers.keys()].filter((name) => name.startsWith("access-control")),
      [],
    );
  }
});

test("a named web site may, with a key and without cookies; another one may not", async (t) => {
  const api = await startServer(t, { corsOrigins: [APP] });
  const { secret } = await api.memos.keys.create("acme", "browser");
  const allowed = await api.send("OPTIONS", "/v1/memories", { headers: preflight(APP) });
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get("access-control-allow-origin"), APP);
  assert.match(allowed.headers.get("access-control-allow-methods") ?? "", /PATCH/);
  assert.match(allowed.headers.get("access-control-allow-headers") ?? "", /authorization.*if-match/);
  const headers = { origin: APP, authorization: `Bearer ${secret}` };
  const answer = await api.send("GET", "/v1/stats", { headers });
  assert.equal(answer.headers.get("access-control-allow-origin"), APP);
  const exposed = answer.headers.get("access-control-expose-headers") ?? "";
  for (const header of ["x-request-id", "etag", "ratelimit", "retry-after"])
    assert.ok(exposed.includes(header));
  const unknown = await api.send("GET", "/v1/stats", { headers: { origin: APP } });
  assert.deepEqual([unknown.status, unknown.headers.get("access-control-allow-origin")], [401, APP]);
  for (const origin of ["https://app.example.com.evil.org", "http://app.example.com", "null"]) {
    const other = await api.send("OPTIONS", "/v1/memories", { headers: preflight(origin) });
    assert.equal(other.headers.get("access-control-allow-origin"), null, origin);
    assert.equal(other.headers.get("vary"), "origin");
  }
  for (const one of [allowed, answer])
    assert.equal(one.headers.get("access-control-allow-credentials"), null);
});

test("the clients of the dialects may send all their headers from a named web site", async (t) => {
  const api = await startServer(t, { corsOrigins: [APP] });
  const answer = await api.send("OPTIONS", "/v1/chat/completions", { headers: preflight(APP) });
  const allowed = new Set((answer.headers.get("access-control-allow-headers") ?? "").split(", "));
  const sent = new Set<string>();
  const fetchOf = async (_url: unknown, init?: RequestInit) => {
    for (const [name] of new Headers(init?.headers)) sent.add(name);
    return Response.json({ data: [], results: [] });
  };
  const headers = Object.fromEntries(
    ["user", "agent", "app", "session", "recall", "remember", "budget", "long-context"].map((name) => [
      `x-memory-${name}`,
      "on",
    ]),
  );
  const openai = new OpenAI({
    apiKey: "key",
    organization: "a",
    project: "b",
    fetch: fetchOf,
    defaultHeaders: headers,
  });
  await openai.models.list();
  await new Supermemory({ apiKey: "key", fetch: fetchOf }).search.memories({ q: "what" });
  assert.ok(sent.has("x-stainless-lang"));
  // A page cannot set this one, and browsers send it as they like.
  sent.delete("user-agent");
  assert.deepEqual(
    [...sent].filter((name) => !allowed.has(name)),
    [],
  );
  const exposed = answer.headers.get("access-control-expose-headers") ?? "";
  for (const header of ["x-memory-recalled", "x-memory-remembered"]) assert.ok(exposed.includes(header));
});

test("development mode answers the web sites that are named, and no other", async (t) => {
  const api = await startServer(t, { development: true, corsOrigins: [APP] });
  assert.equal((await api.send("GET", "/v1/stats", { headers: { origin: APP } })).status, 200);
  assert.equal(
    (await api.send("GET", "/v1/stats", { headers: { origin: "https://b.example" } })).status,
    403,
  );
});

test("what is no origin is refused: `*` above all", async (t) => {
  const { memos } = await startServer(t);
  for (const origin of ["*", "null", "app.example.com", `${APP}/`, `${APP}/page`, "file:///tmp", ""])
    assert.throws(
      () => createServer(memos, { corsOrigins: [origin] }),
      (error) => isMemosError(error, "INVALID_INPUT"),
      origin,
    );
});
