import assert from "node:assert/strict";
import { test } from "node:test";
import { PROBLEMS } from "../../api/problem.js";
import { ERROR_REMEDIES, type ErrorCode, MemosError } from "../../memcube/index.js";
import { problemOf, startServer } from "./harness.js";

interface Logged {
  readonly level: string;
  readonly fields: object;
}

function recorder() {
  const logged: Logged[] = [];
  const at = (level: string) => (fields: object) => {
    logged.push({ level, fields });
  };
  return { logged, logger: { info: at("info"), warn: at("warn"), error: at("error") } };
}

test("every error code has its status, title, remedy and explanation", async (t) => {
  const api = await startServer(t);
  const docs = (await api.send("GET", "/docs")).text;
  for (const code of Object.keys(ERROR_REMEDIES) as ErrorCode[]) {
    api.memos.stats = () => Promise.reject(new MemosError(code, "A sentence.", { path: "a.b" }));
    const problem = problemOf(await api.send("GET", "/v1/stats"), PROBLEMS[code].status);
    assert.equal(problem.code, code);
    assert.equal(problem.title, PROBLEMS[code].title);
    assert.equal(problem.remedy, ERROR_REMEDIES[code]);
    assert.equal(problem.instance, "/v1/stats");
    assert.ok(docs.includes(`id="${problem.type.split("#")[1]}"`), problem.type);
    if (code !== "INTERNAL") assert.deepEqual([problem.detail, problem.path], ["A sentence.", "a.b"]);
  }
});

test("a defect tells the caller nothing of the inside, and the log where it was but not what", async (t) => {
  const { logged, logger } = recorder();
  const api = await startServer(t, { development: true, logger });
  for (const defect of [
    new Error("insert failed: private text", { cause: new TypeError("private cause") }),
    new MemosError("INTERNAL", "private detail"),
    "private string",
  ]) {
    api.memos.stats = () => Promise.reject(defect);
    const answer = await api.send("GET", "/v1/stats");
    assert.equal(problemOf(answer, 500).code, "INTERNAL");
    assert.ok(!answer.text.includes("private"));
  }
  const errors = logged.filter(({ level }) => level === "error");
  assert.equal(errors.length, 3);
  assert.match(JSON.stringify(errors[0]), /problem\.test\.js/);
  assert.ok(!JSON.stringify(logged).includes("private"));
});

test("the log has one line a request, without bodies, queries, ids and keys", async (t) => {
  const { logged, logger } = recorder();
  const api = await startServer(t, { logger });
  const { secret } = await api.memos.keys.create("acme", "test");
  const headers = { authorization: `Bearer ${secret}`, "x-request-id": "trace-1" };
  await api.send("POST", "/v1/memories", {
    body: { scope: { user: "ana" }, input: "private text" },
    headers,
  });
  await api.send("GET", "/v1/memories/0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b?user=private-user", { headers });
  await api.send("GET", "/private/path?query=private");
  await api.close();
  assert.deepEqual(
    logged.map(({ fields }) => {
      const { milliseconds, requestId, ...rest } = fields as Record<string, unknown>;
      assert.equal(typeof milliseconds, "number");
      assert.equal(typeof requestId, "string");
      return rest;
    }),
    [
      { method: "POST", route: "/v1/memories", status: 201 },
      { method: "GET", route: "/v1/memories/:id", status: 404 },
      { method: "GET", route: "unknown", status: 404 },
    ],
  );
  const text = JSON.stringify(logged);
  for (const hidden of ["private", secret, "ana", "0191c5a0"]) assert.ok(!text.includes(hidden), hidden);
});
