import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MEM0_ROUTES } from "../../../api/dialects/mem0/index.js";
import { MEM0_LIMITS } from "../../../api/dialects/mem0/limits.js";
import { NOTES_BYTES, Notes } from "../../../api/dialects/notes.js";
import { HTTP_LIMITS } from "../../../api/limits.js";
import { problemOf, UNKNOWN_ID } from "../../api/harness.js";
import { startMem0 } from "./support.js";

const server = await startMem0({ after });
const { call } = server;
const messages = [{ role: "user", content: "A walrus." }];
const filled = (path: string) => path.replaceAll(/\{\w+\}/g, UNKNOWN_ID);

/** Which memories there are: whatever is refused leaves them as they were. */
const count = async () => (await server.memos.stats({ tenant: "acme" })).cubes;

test("every route refuses a missing key and a wrong one, in both forms of its path", async () => {
  for (const { method, path, accepts } of MEM0_ROUTES)
    for (const end of ["", "/"])
      for (const headers of [{}, { authorization: "Token memos_wrong" }, { authorization: "Token" }]) {
        const answer = await server.send(method, `/mem0${filled(path)}${end}`, {
          body: accepts === "json" ? {} : undefined,
          headers: headers as Record<string, string>,
        });
        assert.equal(answer.status, 401, `${method} ${path}${end}`);
      }
});

test("every route that reads a body refuses another content type, an empty one and what is no object", async () => {
  for (const { method, path, accepts } of MEM0_ROUTES) {
    if (accepts !== "json") continue;
    const url = `${server.host}${filled(path)}/`;
    const authorization = `Token ${server.acme}`;
    const send = async (type: string, body: string) =>
      (await fetch(url, { method, headers: { authorization, "content-type": type }, body })).status;
    assert.equal(await send("text/plain", "{}"), 415, path);
    assert.equal(await send("application/json", ""), 400, path);
    assert.equal(await send("application/json", "[]"), 400, path);
    assert.equal(await send("application/json", '{"a":'), 400, path);
  }
});

test("a body over the limit is refused, and its connection answers", async () => {
  const huge = { messages: [{ role: "user", content: "x".repeat(HTTP_LIMITS.bodyBytes) }], user_id: "a" };
  problemOf(await call("POST", "/v3/memories/add/", huge), 413);
  const text = { messages: [{ role: "user", content: "x".repeat(1024 * 1024 + 1) }], user_id: "a" };
  problemOf(await call("POST", "/v3/memories/add/", text), 413);
  const many = { messages: Array.from({ length: 1_001 }, () => messages[0]), user_id: "a" };
  problemOf(await call("POST", "/v3/memories/add/", many), 413);
});

const REFUSED: readonly [name: string, method: string, path: string, body: unknown, message: RegExp][] = [
  ["adding for nobody", "POST", "/v3/memories/add/", { messages }, /Whose memory\?/],
  ["adding nothing", "POST", "/v3/memories/add/", { messages: [], user_id: "a" }, /messages/],
  [
    "an empty message",
    "POST",
    "/v3/memories/add/",
    { messages: [{ role: "user", content: " " }], user_id: "a" },
    /empty/,
  ],
  ["an unknown field", "POST", "/v3/memories/add/", { messages, user_id: "a", nonsense: 1 }, /`nonsense`/],
  [
    "an unknown role",
    "POST",
    "/v3/memories/add/",
    { messages: [{ role: "king", content: "x" }], user_id: "a" },
    /role/,
  ],
  ["a name that is none", "POST", "/v3/memories/add/", { messages, user_id: "a\nb" }, /user_id/],
  ["a name too long", "POST", "/v3/memories/add/", { messages, user_id: "a".repeat(257) }, /user_id/],
  [
    "metadata inside metadata",
    "POST",
    "/v3/memories/add/",
    { messages, user_id: "a", metadata: { a: { b: 1 } } },
    /metadata/,
  ],
  [
    "a day that is none",
    "POST",
    "/v3/memories/add/",
    { messages, user_id: "a", expiration_date: "soon" },
    /expiration_date/,
  ],
  [
    "a time out of all times",
    "POST",
    "/v3/memories/add/",
    { messages, user_id: "a", timestamp: 1e300 },
    /timestamp/,
  ],
  ["searching everybody", "POST", "/v3/memories/search/", { query: "x", filters: {} }, /filters/],
  ["searching without filters", "POST", "/v3/memories/search/", { query: "x" }, /Whose memory\?/],
  ["no query", "POST", "/v3/memories/search/", { filters: { user_id: "a" } }, /query/],
  ["a query of spaces", "POST", "/v3/memories/search/", { query: "  ", filters: { user_id: "a" } }, /query/],
  [
    "too many results",
    "POST",
    "/v3/memories/search/",
    { query: "x", top_k: 1_001, filters: { user_id: "a" } },
    /top_k/,
  ],
  [
    "an unknown key of a filter",
    "POST",
    "/v3/memories/",
    { filters: { user_id: "a", tier: "pro" } },
    /`filters.tier`/,
  ],
  ["an unknown operator", "POST", "/v3/memories/", { filters: { user_id: { like: "a" } } }, /operator/],
  [
    "what cannot be compared",
    "POST",
    "/v3/memories/",
    { filters: { user_id: "a", text: "x" } },
    /cannot be compared/,
  ],
  [
    "both cases at once",
    "POST",
    "/v3/memories/",
    { filters: { user_id: "a", metadata: { b: { icontains: "x" } } } },
    /contains/,
  ],
  ["an empty AND", "POST", "/v3/memories/", { filters: { user_id: "a", AND: [] } }, /no conditions/],
  ["a filter that is a list", "POST", "/v3/memories/", { filters: ["user_id"] }, /must be an object/],
  ["a user that is an object", "POST", "/v3/memories/", { filters: { user_id: {} } }, /no condition/],
  ["page 0", "POST", "/v3/memories/?page=0", { filters: { user_id: "a" } }, /page/],
  ["a page of text", "POST", "/v3/memories/?page=two", { filters: { user_id: "a" } }, /page/],
  ["a page too large", "POST", "/v3/memories/?page_size=201", { filters: { user_id: "a" } }, /page_size/],
  [
    "a page twice",
    "POST",
    "/v3/memories/?page=1",
    { filters: { user_id: "a" }, page: 2 },
    /in the query and in the body/,
  ],
  ["deleting for nobody", "DELETE", "/v1/memories/", undefined, /Whose memories\?/],
  ["an unknown parameter", "DELETE", "/v1/memories/?user_id=a&users=b", undefined, /`users`/],
  ["an empty name", "DELETE", "/v1/memories/?user_id=", undefined, /user_id/],
  ["an unknown kind of entity", "DELETE", "/v2/entities/planet/mars/", undefined, /kind of an entity/],
  ["an empty batch", "PUT", "/v1/batch/", { memories: [] }, /memories/],
  ["feedback that is none", "POST", "/v1/feedback/", { memory_id: UNKNOWN_ID, feedback: "MEH" }, /feedback/],
  ["an update of nothing", "PUT", `/v1/memories/${UNKNOWN_ID}/`, {}, /Nothing is to change/],
];

for (const [name, method, path, body, message] of REFUSED)
  test(`refused with 400: ${name}`, async () => {
    const before = await count();
    assert.match(problemOf(await call(method, path, body), 400).detail, message);
    assert.equal(await count(), before);
  });

test("a filter of any depth or size is answered or refused, never a failure of the server", async () => {
  let deep: object = { user_id: "a" };
  for (let depth = 0; depth < 12; depth++) deep = { AND: [deep] };
  assert.equal((await call("POST", "/v3/memories/", { filters: deep })).status, 200);
  let nots: object = { user_id: "a" };
  for (let depth = 0; depth < 12; depth++) nots = { NOT: [nots] };
  problemOf(await call("POST", "/v3/memories/", { filters: nots }), 400);
  const wide = { user_id: "a", OR: Array.from({ length: 500 }, (_, n) => ({ metadata: { n } })) };
  problemOf(await call("POST", "/v3/memories/", { filters: wide }), 400);
});

test("paths and methods that mem0 does not have are 404 and 405", async () => {
  problemOf(await call("GET", "/v9/memories/"), 404);
  problemOf(await call("PATCH", "/v1/memories/"), 405);
});

test("what repeats a context that was given, and is not stored, is no success", async () => {
  const scope = { tenant: "acme", user: "echo" };
  await server.memos.add("Bob keeps a large grey walrus in the bath tub of his house in Lisbon.", scope);
  const { text } = await server.memos.recall("Where does Bob keep the walrus?", scope);
  const before = await count();
  const answer = await call("POST", "/v3/memories/add/", {
    messages: [{ role: "assistant", content: text }],
    user_id: "echo",
  });
  assert.match(problemOf(answer, 400).detail, /Nothing was stored/);
  assert.equal(await count(), before);
  const some = await call("POST", "/v3/memories/add/", {
    messages: [{ role: "assistant", content: text }, ...messages],
    user_id: "echo",
  });
  const { results } = some.body as { results: { memory: string }[] };
  assert.deepEqual(
    results.map(({ memory }) => memory),
    ["A walrus."],
  );
  assert.match(some.headers.get("x-memos-notes") ?? "", /"skipped","message":"`messages.0`/);
});

test("a memory that may not change or go says so, alone and among others", async () => {
  const added = await call("POST", "/v3/memories/add/", { messages, user_id: "held", immutable: true });
  const [{ id }] = (added.body as { results: [{ id: string }] }).results;
  problemOf(await call("PUT", `/v1/memories/${id}/`, { text: "Another." }), 409);
  problemOf(await call("DELETE", `/v1/memories/${id}/`), 409);
  problemOf(await call("DELETE", "/v1/memories/?user_id=held"), 409);
  problemOf(await call("DELETE", "/v2/entities/user/held/"), 409);
  await call("POST", "/v3/memories/add/", {
    messages: [{ role: "user", content: "Free." }],
    user_id: "held",
  });
  const some = await call("DELETE", "/v1/memories/?user_id=held");
  assert.equal(some.status, 200);
  assert.match(
    some.headers.get("x-memos-notes") ?? "",
    new RegExp(`"kept","message":"${id} was not deleted`),
  );
});

test("linked memories are not deleted along, and then nothing is", async () => {
  const added = await call("POST", "/v3/memories/add/", { messages, user_id: "linked" });
  const [{ id }] = (added.body as { results: [{ id: string }] }).results;
  problemOf(await call("DELETE", `/v1/memories/${id}/?delete_linked=true`), 501);
  assert.equal((await call("GET", `/v1/memories/${id}/`)).status, 200);
});

test("notes are a header of ASCII, however odd the names in them", async () => {
  const odd = await call("POST", "/v3/memories/add/", {
    messages,
    user_id: "ü\u2603",
    infer: true,
    custom_instructions: "ž\r\nx-evil: 1",
  });
  assert.equal(odd.status, 200, odd.text);
  assert.equal(odd.headers.get("x-evil"), null);
  assert.ok(JSON.parse(odd.headers.get("x-memos-notes") ?? ""));
});

test("a header of notes holds as many as fit, of any number of them", () => {
  const notes = new Notes();
  const count = 500_000;
  for (let at = 0; at < count; at++) notes.add("skipped", "\u2603");
  // Writing all of them out for each that does not fit would take days.
  const header = notes.header() ?? "";
  const shown = JSON.parse(header) as { code: string; message: string }[];
  assert.ok(header.length <= NOTES_BYTES && header.length > NOTES_BYTES - 100);
  assert.deepEqual(shown.at(-1), { code: "more", message: String(count - shown.length + 1) });
});

test("a batch, a page and the header of notes have limits", async () => {
  const over = Array.from({ length: MEM0_LIMITS.batch + 1 }, () => ({ memory_id: UNKNOWN_ID }));
  problemOf(await call("DELETE", "/v1/batch/", { memories: over }), 413);
  problemOf(await call("DELETE", "/v1/batch/", { memories: over.slice(1) }), 404);
  const filters = { user_id: "a" };
  problemOf(await call("POST", `/v3/memories/?page=${MEM0_LIMITS.page + 1}`, { filters }), 400);
  const edge = `/v3/memories/?page=${MEM0_LIMITS.page}&page_size=${MEM0_LIMITS.pageSize}`;
  assert.equal((await call("POST", edge, { filters })).status, 200);
  const notes = new Notes();
  for (let at = 0; at < 500; at++) notes.add("skipped", `\u2603 number ${at}`);
  const header = notes.header() ?? "";
  assert.ok(header.length <= NOTES_BYTES);
  const shown = JSON.parse(header) as { code: string; message: string }[];
  assert.deepEqual(shown.at(-1), { code: "more", message: `${500 - shown.length + 1}` });
});
