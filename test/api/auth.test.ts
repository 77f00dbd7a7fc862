import assert from "node:assert/strict";
import { after, test } from "node:test";
import type * as z from "zod";
import type { Route } from "../../api/route.js";
import { ROUTES } from "../../api/routes.js";
import { TextEngine } from "../../bench/activation/textEngine.js";
import { sha256 } from "../../memcube/index.js";
import {
  type Answer,
  answerOf,
  JSON_BODY,
  NDJSON_BODY,
  problemOf,
  remember,
  startWithKeys,
  UNKNOWN_ID,
} from "./harness.js";

const api = await startWithKeys({ after }, { engine: new TextEngine() });
const SECRET_TEXT = "The zeppelin lands with a song about Lisbon.";

/** The id in the form that the route takes: some are hashes. */
function idFor({ params }: Route, id: string): string {
  const schema = params.shape["id"] as z.ZodType | undefined;
  return schema === undefined || schema.safeParse(id).success ? id : sha256(id);
}

/** The request of a route's own example, for one id and with a scope. */
async function exampleRequest(
  address: string,
  route: Route,
  request: { id?: string; scope?: Record<string, string>; headers?: Record<string, string> },
): Promise<Answer> {
  const { id = UNKNOWN_ID, scope = {}, headers = {} } = request;
  const { scope: _scope, user: _user, session: _session, ...input } = route.example.input;
  const inQuery = route.accepts !== "json";
  const query = inQuery ? `?${new URLSearchParams({ ...(input as Record<string, string>), ...scope })}` : "";
  const body =
    route.accepts === "json"
      ? JSON.stringify({ ...input, scope })
      : route.accepts === "ndjson"
        ? route.example.lines?.map((line) => JSON.stringify(line)).join("\n")
        : undefined;
  const type = route.accepts === "json" ? JSON_BODY : route.accepts === "ndjson" ? NDJSON_BODY : {};
  return answerOf(
    await fetch(address + route.path.replace("{id}", idFor(route, id)) + query, {
      method: route.method,
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body }),
    }),
  );
}

for (const route of ROUTES) {
  const name = `${route.method} ${route.path}`;

  test(`${name} refuses a request without a valid key`, async () => {
    for (const authorization of [undefined, "Bearer nonsense", "Basic YTpi", "Bearer "]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await exampleRequest(api.address, route, { headers });
      assert.equal(problemOf(answer, 401).code, "UNAUTHORIZED");
      assert.equal(answer.headers.get("www-authenticate"), "Bearer");
    }
  });

  test(`${name} refuses to act for another tenant than the key's`, async () => {
    const id = await remember(api, SECRET_TEXT, api.acme);
    const answer = await exampleRequest(api.address, route, {
      id,
      scope: { tenant: "acme", user: "ana" },
      headers: api.globex,
    });
    assert.equal(problemOf(answer, 403).code, "FORBIDDEN");
    assert.ok(!answer.text.includes("Lisbon"));
  });

  test(`${name} shows nothing of another tenant`, async () => {
    const id = await remember(api, SECRET_TEXT, api.acme);
    const foreign = await exampleRequest(api.address, route, { id, headers: api.globex });
    assert.ok(!foreign.text.includes("zeppelin"), foreign.text);
    if (!route.path.includes("{id}")) return;
    const unknown = await exampleRequest(api.address, route, { headers: api.globex });
    const comparable = (answer: Answer, ownId: string) => ({
      status: answer.status,
      text: answer.text
        .replaceAll(ownId, "ID")
        .replaceAll(sha256(ownId), "ID")
        .replace(answer.headers.get("x-request-id") ?? "", "REQUEST"),
      headers: [...answer.headers].filter(([header]) => !["date", "x-request-id"].includes(header)),
    });
    assert.equal(problemOf(foreign, 404).code, "NOT_FOUND");
    assert.deepEqual(comparable(foreign, id), comparable(unknown, UNKNOWN_ID));
    assert.equal((await api.memos.get(id, { tenant: "acme" })).version, 1);
  });

  test(`${name} takes the tenant from the key`, async () => {
    const id = await remember(api, "I moved to Lisbon in March.", api.acme);
    for (const scope of [{}, { tenant: "acme" }]) {
      const answer = await exampleRequest(api.address, route, { id, scope, headers: api.acme });
      // The second forget, a step that the state of the memory does not allow, what this engine cannot do or what an
      // agent alone may do is refused, but never for its tenant.
      const refusals = [400, 404, 409, 501, ...(answer.text.includes("Only agent:") ? [403] : [])];
      assert.ok(answer.status < 300 || refusals.includes(answer.status), answer.text);
    }
  });
}

test("a revoked key is refused", async () => {
  const { id, secret } = await api.memos.keys.create("acme", "short-lived");
  const headers = { authorization: `Bearer ${secret}` };
  assert.equal((await api.send("GET", "/v1/stats", { headers })).status, 200);
  await api.memos.keys.revoke(id);
  problemOf(await api.send("GET", "/v1/stats", { headers }), 401);
});
