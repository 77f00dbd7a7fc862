import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createApp } from "../../api/app.js";
import { originsOf } from "../../api/crossOrigin.js";
import { MCP_PATH } from "../../api/dialects/mcp/http.js";
import { mem0Dialect } from "../../api/dialects/mem0/index.js";
import { MEMORY_AGENT_BENCH_ROUTES } from "../../api/dialects/memoryagentbench/routes.js";
import { OPENAI_BASES, OPENAI_ROUTES } from "../../api/dialects/openai/index.js";
import { supermemoryDialect } from "../../api/dialects/supermemory/index.js";
import { guides } from "../../api/pages/guides.js";
import { probes } from "../../api/probes.js";
import type { RouteContext } from "../../api/routeHandler.js";
import { ROUTES } from "../../api/routes.js";
import { viewerHandlers } from "../../api/viewer/serve.js";
import { TextEngine } from "../../bench/activation/textEngine.js";
import { SILENT } from "../../memos/logger.js";
import { allOf } from "../memos/support.js";
import { JSON_BODY, NDJSON_BODY, remember, startWithKeys } from "./harness.js";

/**
 * Two servers: on one the tenant acme has done all that the API can do, on the other it has not. The key of globex
 * sends the same requests to both, with the ids and names that acme has on the first. Whatever differs in an answer
 * would tell globex of acme. A route that a table gains is visited too.
 */
const SECRET = "zeppelin";
// What was used is written down a moment later and then ranks higher: neither of them counts it.
const open = () =>
  startWithKeys(
    { after },
    { engine: new TextEngine(), upkeep: false, trackUse: false, vault: { key: "an isolation test's key" } },
  );
const [full, empty] = [await open(), await open()];

interface Request {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: Readonly<Record<string, string>>;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
const LONG_HASH = /\b[0-9a-f]{64}\b/g;
const SHORT_HASH = /\b[0-9a-f]{32}\b/g;
const FORMS = [UUID, LONG_HASH, SHORT_HASH];

type Known = readonly [uuid: string, longHash: string, shortHash: string];

/** A text of an example with the ids of a form put in. */
function withIds(text: string, ids: Known): string {
  return FORMS.reduce((done, form, at) => done.replaceAll(form, ids[at] as string), text);
}

/** The request of each route's own example. */
function examplesOfRest(ids: Known): Request[] {
  return ROUTES.map(({ method, path, accepts, example }) => {
    const at = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(example.params?.[name] ?? ""));
    const input = withIds(JSON.stringify(example.input), ids);
    const lines = example.lines?.map((line) => JSON.stringify(line)).join("\n") ?? "";
    const query = accepts === "json" ? "" : `?${new URLSearchParams(JSON.parse(input))}`;
    return {
      name: `${method} ${path}`,
      method,
      path: withIds(at, ids) + query,
      ...(accepts === "json" ? { body: input, type: JSON_BODY } : {}),
      ...(accepts === "ndjson" ? { body: withIds(lines, ids), type: NDJSON_BODY } : {}),
    };
  });
}

/** Requests of OpenAI's clients and of the benchmark, for the user and the session that acme has. */
function requestsOfDialects(): Request[] {
  const messages = [
    { role: "user", content: `What about the ${SECRET}?` },
    { role: "assistant", content: "Noted." },
    { role: "user", content: `Where does the ${SECRET} land?` },
  ];
  const chunks =
    "Dialogue between User and Assistant 2026-01-01 \n<User> The zeppelin lands.\n<Assistant> Ok.\n";
  const owner = { user_id: "ana" };
  const bodies: Record<string, object[]> = {
    "/v1/chat/completions": [
      { model: "any", user: "ana", metadata: { session: "monday" }, messages },
      { model: "any", user: "ana", messages: messages.slice(0, 1), stream: true },
      { model: "any", messages: [{ role: "user", content: `${chunks}${chunks}Where does it land?` }] },
    ],
    "/v1/responses": [{ model: "any", user: "ana", input: `Where does the ${SECRET} land?` }],
    "/v1/embeddings": [{ model: "any", input: SECRET }],
    "/memory/initialize": [owner],
    "/memory/add": [{ ...owner, chunk: "Bees." }],
    "/memory/wrap_user_prompt": [{ ...owner, question: `Where does the ${SECRET} land?` }],
    "/agent/wrap_user_prompt": [{ ...owner, question: `Where does the ${SECRET} land?` }],
    "/agent/act": [{ ...owner, prompt: `Where does the ${SECRET} land?` }],
  };
  const openAI = OPENAI_ROUTES.flatMap(({ method, path }) =>
    OPENAI_BASES.map((base) => ({ method, base, path })),
  );
  const bench = MEMORY_AGENT_BENCH_ROUTES.map(({ path }) => ({ method: "POST" as const, base: "", path }));
  return [...openAI, ...bench].flatMap(({ method, base, path }): Request[] => {
    const name = `${method} ${base}${path}`;
    if (method === "GET") return [{ name, method, path: base + path.replace("{model}", "text") }];
    assert.ok(bodies[path], `${name} has a request here`);
    return bodies[path].map((body) => ({
      name,
      method,
      path: base + path,
      body: JSON.stringify(body),
      type: JSON_BODY,
    }));
  });
}

async function send(
  server: typeof full,
  key: { readonly authorization: string },
  { method, path, body, type }: Request,
): Promise<{ status: number; headers: Headers; text: string }> {
  const answer = await fetch(server.address + path, {
    method,
    headers: { ...type, ...key },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/**
 * Of the whole store, and told to everybody in it: at which number its events are. It says that somebody writes, and
 * nothing of what or who.
 */
const OF_THE_STORE = /("sequence":|^id: )\d+/gm;

/**
 * An answer without what is new in each: request ids, times, what was measured, ids that were made for it. Scores
 * fade with time, in digits far behind those that are compared.
 */
function told(answer: Awaited<ReturnType<typeof send>>, sent: readonly string[]): object {
  const made = new Map<string, string>();
  const label = (id: string) => {
    if (sent.includes(id)) return id;
    if (!made.has(id)) made.set(id, `#${made.size}`);
    return made.get(id) as string;
  };
  const plain = (text: string) =>
    FORMS.reduce((done, form) => done.replaceAll(form, label), text)
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replaceAll(/"(\w*[mM](?:illisecond)?s|created\w*|secret)":("[^"]*"|[\d.]+)/g, '"$1":0')
      .replaceAll(OF_THE_STORE, "$1")
      .replaceAll(/\d+\.\d{4,}(e-\d+)?/g, (number) => Number(number).toPrecision(4))
      .replaceAll(/(chatcmpl|resp|msg|call)[-_]\w+/g, "$1");
  const headers = [...answer.headers]
    .filter(([name]) => !["date", "x-request-id", "content-length"].includes(name))
    .map(([name, value]) => [name, plain(value)]);
  return { status: answer.status, headers, text: plain(answer.text) };
}

/** What acme has. Heat is left out: it cools with time. */
async function keptByAcme(): Promise<string[]> {
  const cubes = await allOf(full.memos, { tenant: "acme" });
  const keys = (await full.memos.keys.list()).filter(({ tenant }) => tenant === "acme");
  return [...cubes, ...keys].map((one) => JSON.stringify(one, (key, value) => (key === "heat" ? 0 : value)));
}

// Acme does all that there is to be done, with a memory of its own, and forgets it at last: so one more remains.
const text = `The ${SECRET} lands with a song about Lisbon; Ana lives in Lisbon.`;
const first = await remember(full, text, full.acme);
const hash = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const made: Known = [first, hash, hash.slice(0, 32)];
const found: string[] = [first];
for (const request of [...examplesOfRest(made), ...requestsOfDialects()]) {
  const answer = await send(full, full.acme, request);
  assert.notEqual(answer.status, 401, request.name);
  if (answer.status < 300) found.push(...FORMS.flatMap((form) => answer.text.match(form)?.[0] ?? []));
}
const last = await remember(full, text, full.acme);
await full.memos.jobs.barrier({ tenant: "acme" });

const all = [...new Set([last, ...found])];
const [uuids, longHashes, shortHashes] = FORMS.map((form) =>
  all.filter((id) => id.replace(new RegExp(form.source), "") === ""),
) as [string[], string[], string[]];
const before = await keptByAcme();

test("acme has made something of every form of id", () => {
  assert.ok(uuids.length >= 5, `${uuids.length}`);
  assert.ok(longHashes.length >= 1, `${longHashes.length}`);
});

const rounds = uuids.map(
  (uuid, at): Known => [
    uuid,
    longHashes[at % longHashes.length] ?? hash,
    shortHashes[at % Math.max(shortHashes.length, 1)] ?? hash.slice(0, 32),
  ],
);
// Every request once with the memory that acme still has; those that name an id with each of the others too.
const requests = rounds.flatMap((ids, round) =>
  [...examplesOfRest(ids), ...(round === 0 ? requestsOfDialects() : [])].filter(
    ({ path, body = "" }) => round === 0 || ids.some((id) => path.includes(id) || body.includes(id)),
  ),
);

for (const name of new Set(requests.map((request) => request.name)))
  test(`${name} tells another tenant nothing of acme, and changes nothing of it`, async () => {
    for (const request of requests.filter((one) => one.name === name)) {
      const sent = all.filter((id) => request.path.includes(id) || request.body?.includes(id));
      const [here, there] = [
        await send(full, full.globex, request),
        await send(empty, empty.globex, request),
      ];
      assert.notEqual(here.status, 500, here.text);
      assert.deepEqual(told(here, sent), told(there, sent), request.path);
    }
    assert.deepEqual(await keptByAcme(), before);
  });

test("every path that the server answers is one of a table that is walked, or says nothing of memory", () => {
  const context: RouteContext = {
    memos: full.memos,
    development: false,
    logger: SILENT,
    closing: new AbortController().signal,
    draining: new AbortController().signal,
    limiter: undefined,
    metrics: undefined,
    spans: undefined,
    origins: originsOf([]),
  };
  const walked = [
    ...ROUTES.map(({ path }) => path),
    ...OPENAI_ROUTES.flatMap(({ path }) => OPENAI_BASES.map((base) => base + path)),
    ...MEMORY_AGENT_BENCH_ROUTES.map(({ path }) => path),
    // These have tests of their own: test/clients/mem0, test/clients/supermemory, test/api/dialects/mcp.
    ...mem0Dialect(context).map(({ path }) => path),
    ...supermemoryDialect(context).map(({ path }) => path),
    MCP_PATH,
  ];
  const pages = [
    "/start",
    "/docs",
    "/openapi.json",
    ...guides().map(({ path }) => path),
    ...viewerHandlers().map(({ path }) => path),
    ...probes.map(({ path }) => path),
  ];
  const known = new Set([...walked, ...pages].map((path) => path.replaceAll(/\{(\w+)\}/g, ":$1")));
  const layers = createApp(context).router.stack as { route?: { path: string } }[];
  const mounted = layers.flatMap(({ route }) => (route === undefined ? [] : [route.path]));
  assert.ok(mounted.length > 100);
  assert.deepEqual(
    mounted.filter((path) => !known.has(path)),
    [],
  );
});
