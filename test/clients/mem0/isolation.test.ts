import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { DialectRoute } from "../../../api/dialects/dialectRoute.js";
import { MEM0_ROUTES } from "../../../api/dialects/mem0/index.js";
import type { Answer } from "../../api/harness.js";
import { UNKNOWN_ID } from "../../api/harness.js";
import { startMem0 } from "./support.js";

/**
 * Every route of the dialect is visited with ids and names of another tenant: it answers as for ones that nobody
 * has, and the other tenant keeps what it had. A route that the table gains is visited too.
 */
const server = await startMem0({ after });
const SECRET = "walrus-plan";
const OWNER = { tenant: "acme", user: "alice", agent: "helper", app: "console", session: "r1" };
const NOBODY = { user: "nobody", agent: "nobody", app: "nobody", session: "nobody" };

interface Names {
  readonly id: string;
  readonly user: string;
  readonly agent: string;
  readonly app: string;
  readonly session: string;
}

const { written } = await server.memos.add(`The ${SECRET} is on Friday.`, OWNER);
const theirs: Names = { ...OWNER, id: written[0]?.id ?? "" };
const unknown: Names = { ...NOBODY, id: UNKNOWN_ID };

const ids = ({ user, agent, app, session }: Names) => ({
  user_id: user,
  agent_id: agent,
  app_id: app,
  run_id: session,
});

/** Bodies that reach the point of each route where an id or a name is looked up. */
function bodyOf(route: DialectRoute, names: Names): object | undefined {
  if (route.accepts !== "json") return undefined;
  const { method, path } = route;
  if (path.endsWith("search")) return { query: SECRET, filters: ids(names) };
  if (path.endsWith("/v1/batch"))
    return { memories: [{ memory_id: names.id, ...(method === "PUT" ? { text: "A lie." } : {}) }] };
  if (path.endsWith("feedback")) return { memory_id: names.id, feedback: "NEGATIVE" };
  if (path.endsWith("{id}")) return { text: "A lie." };
  if (path.endsWith("/add") || path === "/v1/memories" || path === "/memories") return undefined;
  return { filters: ids(names) };
}

function urlsOf({ path, method }: DialectRoute, names: Names): string[] {
  const types = ["user", "agent", "app", "run"] as const;
  const spelled = types.map((type) =>
    path
      .replace("{id}", names.id)
      .replace("{type}", type)
      .replace("{name}", type === "run" ? names.session : names[type])
      .replaceAll(/\{\w+\}/g, names.id),
  );
  const query = method === "DELETE" || method === "GET" ? `?${new URLSearchParams(ids(names))}` : "";
  const takesIds = /memories$|\{id\}$|history$/.test(path);
  return spelled.flatMap((url) => (takesIds ? [url, url + query] : [url]));
}

/** An answer without what is new in each and without the names that the request had. */
function told({ status, text }: Answer, names: Names): string {
  const values = [names.id, names.user, names.agent, names.app, names.session];
  const same = values.reduce((rest, value) => rest.replaceAll(value, "NAME"), text);
  return `${status} ${same.replace(/"requestId":"[^"]*"/, "").replace(/"instance":"[^"]*"/, "")}`;
}

for (const route of MEM0_ROUTES) {
  const { method, path, accepts } = route;
  // Adding looks nothing up.
  if (method === "POST" && accepts === "json" && /(\/add|^\/v1\/memories|^\/memories)$/.test(path)) continue;
  test(`${method} ${path} answers for another tenant's ids as for unknown ones`, async () => {
    const [wrong, mine] = [urlsOf(route, theirs), urlsOf(route, unknown)];
    for (const [at, url] of wrong.entries()) {
      const answer = await server.call(method, `${url}`, bodyOf(route, theirs), server.globex);
      const control = await server.call(method, `${mine[at]}`, bodyOf(route, unknown), server.globex);
      assert.equal(told(answer, theirs), told(control, unknown), url);
      assert.notEqual(answer.status, 500);
      assert.doesNotMatch(answer.text, new RegExp(SECRET));
    }
    const kept = await server.memos.get(theirs.id, { tenant: "acme" });
    assert.deepEqual([kept.version, kept.behaviour.feedback.wrong, kept.state], [1, 0, "active"]);
  });
}

test("a wildcard of one tenant reaches nothing of another", async () => {
  const query = "user_id=*&agent_id=*&app_id=*&run_id=*";
  assert.equal((await server.call("DELETE", `/v1/memories/?${query}`, undefined, server.globex)).status, 200);
  const { body } = await server.call("POST", "/v3/memories/", { filters: { user_id: "*" } }, server.globex);
  assert.equal((body as { count: number }).count, 0);
  assert.equal((await server.memos.get(theirs.id, { tenant: "acme" })).state, "active");
});

test("a key of one user finds, changes and deletes what is theirs, and no more", async () => {
  await server.memos.governance.createPrincipal({ tenant: "acme", kind: "user", id: "bob" });
  const { secret } = await server.memos.keys.create("acme", "bob", {
    principal: { kind: "user", id: "bob" },
  });
  const as = (method: string, path: string, body?: unknown) => server.call(method, path, body, secret);
  const messages = [{ role: "user", content: "Bob likes tea." }];
  const added = await as("POST", "/v3/memories/add/", { messages, user_id: "bob" });
  assert.equal(added.status, 200, added.text);
  const [{ id }] = (added.body as { results: [{ id: string }] }).results;
  assert.equal((await as("GET", `/v1/memories/${id}/`)).status, 200);
  assert.equal((await as("PUT", `/v1/memories/${id}/`, { text: "Bob likes coffee." })).status, 200);
  assert.deepEqual(
    ((await as("GET", "/v1/entities/")).body as { results: { name: string }[] }).results.map(
      ({ name }) => name,
    ),
    ["bob"],
  );
  assert.equal((await as("GET", `/v1/memories/${theirs.id}/`)).status, 404);
  assert.equal((await as("DELETE", `/v1/memories/${theirs.id}/`)).status, 404);
  const denied = [
    await as("POST", "/v3/memories/add/", { messages, user_id: "alice" }),
    await as("POST", "/v3/memories/", { filters: { user_id: "alice" } }),
    await as("POST", "/v3/memories/search/", {
      query: SECRET,
      filters: { OR: [{ user_id: "alice" }, { user_id: "bob" }] },
    }),
    await as("DELETE", "/v1/memories/?user_id=alice"),
    await as("DELETE", "/v1/memories/?user_id=*"),
    await as("DELETE", "/v2/entities/user/alice/"),
    await as("POST", "/reset"),
  ];
  assert.deepEqual(
    denied.map(({ status }) => status),
    denied.map(() => 403),
  );
  assert.equal((await as("DELETE", "/v1/memories/?user_id=bob")).status, 200);
  assert.equal((await server.memos.get(theirs.id, { tenant: "acme" })).version, 1);
});

test("a key that may only read writes nothing", async () => {
  const { secret } = await server.memos.keys.create("acme", "reader", { readOnly: true });
  const messages = [{ role: "user", content: "A lie." }];
  const read = await server.call("POST", "/v3/memories/", { filters: { user_id: "alice" } }, secret);
  assert.equal((read.body as { count: number }).count, 1);
  for (const [method, path, body] of [
    ["POST", "/v3/memories/add/", { messages, user_id: "alice" }],
    ["PUT", `/v1/memories/${theirs.id}/`, { text: "A lie." }],
    ["DELETE", `/v1/memories/${theirs.id}/`, undefined],
    ["DELETE", "/v1/memories/?user_id=alice", undefined],
    ["DELETE", "/v1/batch/", { memories: [{ memory_id: theirs.id }] }],
    ["POST", "/v1/feedback/", { memory_id: theirs.id, feedback: "NEGATIVE" }],
    ["POST", "/reset", undefined],
  ] as const)
    assert.equal((await server.call(method, path, body, secret)).status, 403, `${method} ${path}`);
  assert.equal((await server.memos.get(theirs.id, { tenant: "acme" })).version, 1);
});
