import assert from "node:assert/strict";
import { after, test } from "node:test";
import { auditListResultSchema, grantSchema } from "../../memos/index.js";
import { problemOf, startWithKeys, UNKNOWN_ID } from "./harness.js";

const api = await startWithKeys({ after });

async function keyFor(principal: { kind: "user" | "agent" | "service"; id: string }, readOnly = false) {
  const { secret } = await api.memos.keys.create("acme", principal.id, { principal, readOnly });
  return { authorization: `Bearer ${secret}` };
}

const add = (headers: Record<string, string>, user: string, text = "I moved to Lisbon.") =>
  api.send("POST", "/v1/memories", { headers, body: { scope: { user }, input: text } });

test("a key of a user opens that user's memory and no other", async () => {
  const ana = await keyFor({ kind: "user", id: "ana" });
  assert.equal((await add(ana, "ana")).status, 201);
  const problem = problemOf(await add(ana, "ben"), 403);
  assert.equal(problem.code, "FORBIDDEN");
  problemOf(await api.send("GET", "/v1/memories", { headers: ana }), 403);
  assert.equal((await api.send("GET", "/v1/memories?user=ana", { headers: ana })).status, 200);
});

test("a key that only reads writes nothing, whatever its principal may do", async () => {
  const reading = await keyFor({ kind: "user", id: "carol" }, true);
  problemOf(await add(reading, "carol"), 403);
  assert.equal((await api.send("GET", "/v1/memories?user=carol", { headers: reading })).status, 200);
  assert.equal((await add(await keyFor({ kind: "user", id: "carol" }), "carol")).status, 201);
});

test("a right is given and ended over HTTP, and the audit shows both", async () => {
  const helper = await keyFor({ kind: "agent", id: "helper" });
  const look = () =>
    api.send("POST", "/v1/search", {
      headers: helper,
      body: { scope: { user: "ana" }, query: "Lisbon" },
    });
  problemOf(await look(), 403);
  const given = await api.send("POST", "/v1/grants", {
    headers: api.acme,
    body: {
      scope: { user: "ana" },
      principal: { kind: "agent", id: "helper" },
      actions: ["read"],
      visibility: "all",
    },
  });
  assert.equal(given.status, 201, given.text);
  const grant = grantSchema.parse(given.body);
  assert.deepEqual(grant.grantedBy, { kind: "service", id: "admin" });
  assert.equal((await look()).status, 200);
  problemOf(await api.send("DELETE", `/v1/grants/${grant.id}`, { headers: api.globex }), 404);
  assert.equal((await api.send("DELETE", `/v1/grants/${grant.id}`, { headers: api.acme })).status, 200);
  problemOf(await look(), 403);
  const audit = await api.send("GET", "/v1/audit?limit=1000", { headers: api.acme });
  const { entries } = auditListResultSchema.parse(audit.body);
  assert.deepEqual(
    entries.filter(({ targets }) => targets.includes(grant.id)).map(({ operation }) => operation),
    ["grant", "revoke"],
  );
  const verdict = await api.send("POST", "/v1/audit/verify", { headers: api.acme, body: {} });
  assert.equal((verdict.body as { intact: boolean }).intact, true);
  problemOf(await api.send("GET", "/v1/audit", { headers: helper }), 403);
});

test("a full tenant answers 403 with a code of its own", async () => {
  const quota = (cubes: object) =>
    api.send("PATCH", "/v1/quota", { headers: api.globex, body: { quota: cubes } });
  assert.equal((await quota({ cubes: 0 })).status, 200);
  assert.equal(problemOf(await add(api.globex, "ana"), 403).code, "QUOTA_EXCEEDED");
  assert.equal((await quota({})).status, 200);
  assert.equal((await add(api.globex, "ana")).status, 201);
});

test("a principal without grants is refused a citation, and the server goes on", async (t) => {
  const api = await startWithKeys(t);
  const { secret } = await api.memos.keys.create("acme", "mallory", {
    principal: { kind: "service", id: "mallory" },
  });
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await api.send("POST", "/v1/citations", { body: { ids: [UNKNOWN_ID] }, headers });
  assert.equal(problemOf(answer, 403).code, "FORBIDDEN");
  assert.equal((await api.send("GET", "/v1/stats", { headers: api.acme })).status, 200);
});
