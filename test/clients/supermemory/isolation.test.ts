import assert from "node:assert/strict";
import { after, test } from "node:test";
import { SUPERMEMORY_ROUTES } from "../../../api/dialects/supermemory/routes.js";
import { type Answer, problemOf, UNKNOWN_ID } from "../../api/harness.js";
import { startSupermemory } from "./support.js";

/**
 * Every route of the dialect is visited with ids, own ids and tags of another tenant: it answers as for ones that
 * nobody has, and the other tenant keeps what it had. A route that the table gains is visited too.
 */
const server = await startSupermemory({ after });
const SECRET = "walrus-plan";
const { id } = await server.client.add({
  content: `The ${SECRET} is on Friday.`,
  containerTag: "alice",
  customId: "plan-1",
  filepath: "/plans/one.md",
});

interface Names {
  readonly id: string;
  readonly customId: string;
  readonly tag: string;
  readonly filepath: string;
  readonly text: string;
}

const theirs: Names = {
  id,
  customId: "plan-1",
  tag: "alice",
  filepath: "/plans/one.md",
  text: `The ${SECRET} is on Friday.`,
};
const nobodys: Names = {
  id: UNKNOWN_ID,
  customId: "plan-0",
  tag: "nobody",
  filepath: "/plans/nil.md",
  text: "Nobody said this at any time.",
};

function bodiesOf(method: string, path: string, names: Names): (object | undefined)[] {
  const containerTag = names.tag;
  switch (`${method} ${path}`) {
    case "DELETE /v3/documents/bulk":
      return [
        { ids: [names.id, names.customId] },
        { containerTags: [names.tag] },
        { filepath: names.filepath },
      ];
    case "POST /v3/documents/list":
      return [{}, { containerTags: [names.tag] }, { filepath: names.filepath }];
    case "PATCH /v3/documents/{id}":
      return [{ content: "A lie." }, { metadata: { lie: true } }];
    case "POST /v3/search":
      return [{ q: "plan" }, { q: "plan", containerTags: [names.tag] }, { q: "plan", docId: names.id }];
    case "POST /v4/search":
      return [{ q: "plan" }, { q: "plan", containerTag }];
    case "POST /v4/profile":
      return [{ containerTag, q: "plan" }];
    case "DELETE /v4/memories":
      return [
        { containerTag, id: names.id },
        { containerTag, content: names.text },
      ];
    case "PATCH /v4/memories":
      return [
        { containerTag, id: names.id, newContent: "A lie." },
        { containerTag, content: names.text, newContent: "A lie." },
      ];
    default:
      return [undefined];
  }
}

function told({ status, text }: Answer, names: Names): string {
  const same = Object.values(names).reduce((rest, value) => rest.replaceAll(value, "NAME"), text);
  return `${status} ${same.replace(/"requestId":"[^"]*"|"instance":"[^"]*"|"timing":[\d.e-]*/g, "")}`;
}

for (const { method, path, accepts } of SUPERMEMORY_ROUTES) {
  // Adding looks nothing up but an own id, which is tried below.
  if (method === "POST" && /\/documents(\/batch)?$/.test(path) && accepts === "json") continue;
  test(`${method} ${path} answers for another tenant's ids as for unknown ones`, async () => {
    const ask = async (names: Names) => {
      const answers: string[] = [];
      for (const url of [names.id, names.customId].map((one) => path.replace("{id}", one)))
        for (const body of bodiesOf(method, path, names)) {
          const answer = await server.call(method, url, body, server.globex);
          assert.doesNotMatch(answer.text, new RegExp(`${SECRET} is`));
          assert.notEqual(answer.status, 500, answer.text);
          answers.push(told(answer, names));
        }
      return answers;
    };
    assert.deepEqual(await ask(theirs), await ask(nobodys));
    const kept = await server.memos.get(id, { tenant: "acme" });
    assert.deepEqual([kept.version, kept.state], [1, "active"]);
  });
}

test("every route refuses a missing key and a wrong one", async () => {
  for (const { method, path } of SUPERMEMORY_ROUTES)
    for (const headers of [{}, { authorization: "Bearer memos_wrong" }]) {
      const url = `/supermemory${path.replace("{id}", UNKNOWN_ID)}`;
      const answer = await server.send(method, url, { headers: headers as Record<string, string> });
      assert.equal(answer.status, 401, `${method} ${path}`);
    }
});

test("an own id of another tenant is free", async () => {
  const body = { content: "Mine.", containerTag: "alice", customId: "plan-1" };
  const answer = await server.call("POST", "/v3/documents", body, server.globex);
  assert.equal(answer.status, 200, answer.text);
  assert.notEqual((answer.body as { id: string }).id, id);
  assert.equal((await server.memos.get(id, { tenant: "acme" })).version, 1);
});

test("what metadata says moves nothing to anybody else", async () => {
  const metadata = { user: "mallory", tenant: "globex", containerTag: "mallory" };
  const body = { content: "Stays.", containerTag: "dora", metadata };
  const added = (await server.call("POST", "/v3/documents", body)).body as { id: string };
  assert.deepEqual((await server.memos.get(added.id, { tenant: "acme" })).scope, {
    tenant: "acme",
    user: "dora",
  });
});

test("a key of one user finds, changes and deletes what is theirs, and no more", async () => {
  await server.memos.governance.createPrincipal({ tenant: "acme", kind: "user", id: "bob" });
  const { secret } = await server.memos.keys.create("acme", "bob", {
    principal: { kind: "user", id: "bob" },
  });
  const as = (method: string, path: string, body?: unknown) => server.call(method, path, body, secret);
  const added = await as("POST", "/v3/documents", { content: "Bob likes tea.", containerTag: "bob" });
  assert.equal(added.status, 200, added.text);
  const own = (added.body as { id: string }).id;
  assert.equal((await as("GET", `/v3/documents/${own}`)).status, 200);
  problemOf(await as("GET", `/v3/documents/${id}`), 404);
  problemOf(await as("DELETE", `/v3/documents/${id}`), 404);
  problemOf(await as("POST", "/v4/search", { q: "plan", containerTag: "alice" }), 403);
  problemOf(await as("DELETE", "/v3/documents/bulk", { containerTags: ["alice"] }), 403);
  problemOf(await as("POST", "/v3/documents", { content: "A lie.", containerTag: "alice" }), 403);
  assert.equal((await as("DELETE", `/v3/documents/${own}`)).status, 204);
});

const REFUSED: readonly [name: string, method: string, path: string, body: unknown][] = [
  ["an unknown field", "POST", "/v3/documents", { content: "x", nonsense: 1 }],
  ["empty content", "POST", "/v3/documents", { content: " ", containerTag: "a" }],
  ["no content", "POST", "/v3/documents", { containerTag: "a" }],
  ["a tag that is none", "POST", "/v3/documents", { content: "x", containerTag: "a\nb" }],
  ["metadata inside metadata", "POST", "/v3/documents", { content: "x", metadata: { a: { b: { c: 1 } } } }],
  ["a batch of nothing", "POST", "/v3/documents/batch", { documents: [] }],
  ["no query", "POST", "/v4/search", { containerTag: "a" }],
  ["a query of blanks", "POST", "/v4/search", { q: "  " }],
  ["too many results", "POST", "/v4/search", { q: "x", limit: 1_001 }],
  ["a threshold out of range", "POST", "/v4/search", { q: "x", threshold: 2 }],
  ["filters that are no JSON", "POST", "/v4/search", { q: "x", filters: "{" }],
  ["an unknown filter", "POST", "/v4/search", { q: "x", filters: { XOR: [] } }],
  [
    "a number that is none",
    "POST",
    "/v4/search",
    { q: "x", filters: { AND: [{ key: "a", value: "b", filterType: "numeric" }] } },
  ],
  ["page 0", "POST", "/v3/documents/list", { page: 0 }],
  ["an id and a text at once", "DELETE", "/v4/memories", { containerTag: "a", id, content: "x" }],
  ["neither id nor text", "DELETE", "/v4/memories", { containerTag: "a" }],
  ["forgetting in no container", "DELETE", "/v4/memories", { id }],
  ["an update of blanks", "PATCH", "/v4/memories", { containerTag: "alice", id, newContent: " " }],
];

for (const [name, method, path, body] of REFUSED)
  test(`refused with 400: ${name}`, async () => {
    const before = (await server.memos.stats({ tenant: "acme" })).versions;
    problemOf(await server.call(method, path, body), 400);
    assert.equal((await server.memos.stats({ tenant: "acme" })).versions, before);
  });

test("filters of any depth are answered or refused", async () => {
  let deep: object = { AND: [{ key: "a", value: "b" }] };
  for (let depth = 0; depth < 40; depth++) deep = { AND: [deep] };
  const answer = await server.call("POST", "/v4/search", { q: "x", filters: deep });
  problemOf(answer, 400);
});
