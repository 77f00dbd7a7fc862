import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import fc from "fast-check";
import { HttpError } from "../../api/problem.js";
import { RateLimiter } from "../../api/rateLimit.js";
import { problemOf, startServer } from "./harness.js";

const answer = () => new ServerResponse({ method: "GET" } as never);
const LIMIT = { requests: 3, seconds: 3_600 };

test("each key has its requests, in every dialect, and is told what is left and when to come back", async (t) => {
  const api = await startServer(t, { rateLimit: LIMIT });
  const [one, two] = await Promise.all(
    ["one", "two"].map(async (name) => (await api.memos.keys.create("acme", name)).secret),
  );
  const asked = (key: string | undefined, path: string, scheme = "Bearer") =>
    api.send("GET", path, { headers: { authorization: `${scheme} ${key}` } });
  const first = await asked(one, "/v1/stats");
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("ratelimit-policy"), '"key";q=3;w=3600');
  assert.match(first.headers.get("ratelimit") ?? "", /^"key";r=2;t=\d+$/);
  assert.equal((await asked(one, "/mem0/v1/ping/", "Token")).status, 200);
  assert.equal((await asked(one, "/mcp")).status, 400);
  for (const [path, scheme] of [
    ["/v1/stats", "Bearer"],
    ["/mem0/v1/ping/", "Token"],
    ["/mcp", "Bearer"],
    ["/v1/models", "Bearer"],
  ] as const) {
    const refused = await asked(one, path, scheme);
    if (path === "/v1/models") assert.equal(refused.status, 429);
    else assert.equal(problemOf(refused, 429).code, "TOO_MANY_REQUESTS");
    assert.match(refused.headers.get("retry-after") ?? "", /^\d+$/);
    assert.match(refused.headers.get("ratelimit") ?? "", /^"key";r=0;t=\d+$/);
  }
  assert.equal((await asked(two, "/v1/stats")).status, 200);
  assert.equal((await api.send("GET", "/healthz")).status, 200);
});

test("a request without a valid key is not counted, and development mode counts none", async (t) => {
  const api = await startServer(t, { rateLimit: LIMIT });
  const { secret } = await api.memos.keys.create("acme", "one");
  for (let sent = 0; sent < 5; sent++) problemOf(await api.send("GET", "/v1/stats"), 401);
  const known = await api.send("GET", "/v1/stats", { headers: { authorization: `Bearer ${secret}` } });
  assert.equal(known.status, 200);
  const development = await startServer(t, { development: true, rateLimit: LIMIT });
  for (let sent = 0; sent < 5; sent++) {
    const free = await development.send("GET", "/v1/stats");
    assert.deepEqual([free.status, free.headers.get("ratelimit")], [200, null]);
  }
});

test("in no span of time are more let through than a full bucket and what came back meanwhile", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 }),
      (requests, seconds, pauses) => {
        let now = 0;
        const limiter = new RateLimiter({ requests, seconds }, () => now);
        const granted: number[] = [];
        for (const pause of pauses) {
          now += pause;
          try {
            limiter.take("key", answer());
            granted.push(now);
          } catch (error) {
            assert.ok(error instanceof HttpError && error.status === 429);
          }
        }
        for (const [first, from] of granted.entries())
          for (const [last, to] of granted.entries())
            if (last >= first)
              assert.ok(last - first + 1 <= requests + ((to - from) * requests) / (seconds * 1_000) + 1e-6);
      },
    ),
  );
});

test("whoever waits as long as they are told to is let through", () => {
  let now = 0;
  const limiter = new RateLimiter({ requests: 2, seconds: 7 }, () => now);
  for (let granted = 0; granted < 20; granted++) {
    try {
      limiter.take("key", answer());
    } catch (error) {
      assert.ok(error instanceof HttpError);
      now += Number(error.headers["retry-after"]) * 1_000;
      limiter.take("key", answer());
    }
  }
});
