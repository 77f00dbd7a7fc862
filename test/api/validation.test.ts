import assert from "node:assert/strict";
import { test } from "node:test";
import { writeReceiptSchema } from "../../memos/operations.js";
import { problemOf, startServer, UNKNOWN_ID } from "./harness.js";

const scope = { user: "ana" };

test("the fault of a body is named with its path", async (t) => {
  const api = await startServer(t);
  const cases: [method: string, path: string, body: unknown, fault: string][] = [
    ["POST", "/v1/memories", { scope }, "input"],
    ["POST", "/v1/memories", { scope, input: "" }, "input"],
    ["POST", "/v1/memories", { scope, input: ["a", { role: "alien", content: "b" }] }, "input.1.role"],
    ["POST", "/v1/memories", { scope: { usr: "ana" }, input: "a" }, "scope.usr"],
    ["POST", "/v1/memories", { scope, input: { text: "a", colour: "red" } }, "input.colour"],
    ["POST", "/v1/memories", { scope, input: "a", infer: true }, "infer"],
    ["POST", "/v1/search", { scope, query: "a", k: 0 }, "k"],
    ["POST", "/v1/search", { scope, query: "a", k: "5" }, "k"],
    ["POST", "/v1/search", { scope, query: "" }, "query"],
    ["POST", "/v1/search", { scope, query: "a", where: { field: "x", op: "eq", value: 1 } }, "where.field"],
    ["POST", "/v1/recall", { scope, query: "a", asOf: "yesterday" }, "asOf"],
    ["POST", "/v1/recall", { scope, query: "a", signal: {} }, "signal"],
    ["PATCH", `/v1/memories/${UNKNOWN_ID}`, { scope, patch: { texts: "a" } }, "patch.texts"],
    ["PATCH", `/v1/memories/${UNKNOWN_ID}`, { scope, patch: {} }, "patch"],
    ["PATCH", "/v1/memories/1", { scope, patch: { text: "a" } }, "id"],
  ];
  for (const [method, path, body, fault] of cases) {
    const problem = problemOf(await api.send(method, path, { body }), 400);
    assert.equal(problem.code, "INVALID_INPUT");
    assert.equal(problem.path, fault, problem.detail);
    assert.ok(problem.remedy.length > 0);
  }
});

test("the fault of a query is named with its path", async (t) => {
  const api = await startServer(t);
  const cases: [query: string, fault: string | undefined][] = [
    ["limit=ten", "limit"],
    ["limit=0", "limit"],
    ["limt=5", "limt"],
    ["user=ana&user=bob", "user"],
    ["user=", "user"],
    ["types=cores", "types.0"],
    ["order=random", "order"],
    ["where=not-json", "where"],
    [`where=${encodeURIComponent('{"field":"type","op":"like","value":"a"}')}`, "where.op"],
    ["user=%ff", undefined],
    ["__proto__=1", "__proto__"],
  ];
  for (const [query, fault] of cases) {
    const problem = problemOf(await api.send("GET", `/v1/memories?${query}`), 400);
    assert.equal(problem.path, fault, `${query}: ${problem.detail}`);
  }
});

test("input in the wrong place is refused instead of ignored", async (t) => {
  const api = await startServer(t);
  problemOf(await api.send("DELETE", `/v1/memories/${UNKNOWN_ID}`, { body: { scope } }), 400);
  problemOf(await api.send("POST", "/v1/search?user=ana", { body: { query: "a" } }), 400);
});

test("an unknown route and a broken path are Problems", async (t) => {
  const api = await startServer(t);
  for (const path of ["/v2/memories", "/v1", "/v1/memories/", "/V1/memories", "/favicon.ico"])
    assert.equal(problemOf(await api.send("GET", path), 404).code, "NOT_FOUND", path);
  problemOf(await api.send("GET", "/v1/memories/%ff"), 400);
});

test("a sane request id is kept and any other replaced", async (t) => {
  const api = await startServer(t);
  const sent = async (id: string) =>
    problemOf(await api.send("GET", "/nowhere", { headers: { "x-request-id": id } }), 404).requestId;
  assert.equal(await sent("trace-1.2_3"), "trace-1.2_3");
  for (const id of ["a b", "x".repeat(129), "<script>"]) {
    assert.match(await sent(id), /^[0-9a-f-]{36}$/);
  }
  const healthy = await api.send("GET", "/healthz");
  assert.match(healthy.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});

test("a change on top of an old version is a conflict", async (t) => {
  const api = await startServer(t);
  const receipt = await api.memos.add("One.", { tenant: "local" });
  const path = `/v1/memories/${receipt.written[0]?.id}`;
  assert.equal(
    (await api.send("PATCH", path, { body: { patch: { text: "Two." }, ifVersion: 1 } })).status,
    200,
  );
  const problem = problemOf(
    await api.send("PATCH", path, { body: { patch: { text: "Three." }, ifVersion: 1 } }),
    409,
  );
  assert.equal(problem.code, "CONFLICT");
});

test("an idempotency key works in the header and in the body", async (t) => {
  const api = await startServer(t);
  const add = (input: string, headers: Record<string, string>, body: object = {}) =>
    api.send("POST", "/v1/memories", { body: { scope, input, ...body }, headers });
  const first = await add("One.", { "idempotency-key": "k1" });
  assert.equal(first.status, 201);
  const again = await add("One.", {}, { idempotencyKey: "k1" });
  assert.equal(again.status, 201);
  const receipts = [first, again].map(({ body }) => writeReceiptSchema.parse(body));
  assert.deepEqual(receipts[1]?.written, receipts[0]?.written);
  assert.deepEqual(
    receipts.map(({ replayed }) => replayed),
    [false, true],
  );
  assert.equal(problemOf(await add("Two.", { "idempotency-key": "k1" }), 409).code, "IDEMPOTENCY_MISMATCH");
  assert.equal(
    problemOf(await add("One.", { "idempotency-key": "k1" }, { idempotencyKey: "k2" }), 400).path,
    "idempotencyKey",
  );
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 1);
});
