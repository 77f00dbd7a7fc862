import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { problemSchema } from "../../api/problem.js";
import { MemosError } from "../../memcube/index.js";
import {
  activationListSchema,
  type ChatEvent,
  chatEventSchema,
  compileReceiptSchema,
  droppedSchema,
  placementPlanSchema,
} from "../../memos/index.js";
import { ListeningEngine } from "../memos/chat/support.js";
import { gate } from "../memos/support.js";
import { type Answer, type Harness, JSON_BODY, problemOf, startServer } from "./harness.js";

const scope = { user: "ana" };
const RULE = { text: "Ana speaks Portuguese.", type: "core" };

async function start(t: Parameters<typeof startServer>[0], options = { development: true }) {
  const engine = new ListeningEngine();
  const api = await startServer(t, options, { engine, upkeep: false, activations: { automatic: false } });
  return { api, engine };
}

/** Server-sent events, each with its name and what it carries. */
function eventsOf(text: string): { name: string; data: unknown }[] {
  assert.ok(text.endsWith("\n\n"), "the last event is whole");
  return text
    .split("\n\n")
    .slice(0, -1)
    .map((event) => {
      const lines = event.split("\n");
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      return { name: field("event") ?? "", data: JSON.parse(field("data") ?? "") as unknown };
    });
}

function chatEventsOf({ status, headers, text }: Answer): ChatEvent[] {
  assert.equal(status, 200, text);
  assert.equal(headers.get("content-type"), "text/event-stream");
  return eventsOf(text).map(({ name, data }) => {
    const event = chatEventSchema.parse(data);
    assert.equal(event.kind, name);
    return event;
  });
}

const say = (api: Harness, body: object, headers: Record<string, string> = {}) =>
  api.send("POST", "/v1/chat", { body: { scope, ...body }, headers });

test("an answer comes as events, the receipt in the last one, and both sides are remembered", async (t) => {
  const { api, engine } = await start(t);
  engine.answer = "Portuguese,\n\ndata: and a trick.";
  const events = chatEventsOf(await say(api, { message: "Which language?", session: "monday" }));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["prompt", "text", "end"],
  );
  const last = events.at(-1);
  assert.ok(last?.kind === "end");
  assert.deepEqual([last.receipt.answer, last.receipt.session], [engine.answer, "monday"]);
  assert.equal((await api.memos.list({ tenant: "local", ...scope, session: "monday" })).cubes.length, 2);
  chatEventsOf(await say(api, { message: "And now?", session: "monday" }));
  assert.ok(engine.lastPrompt.includes("Which language?"));
});

test("the options of a chat reach the engine", async (t) => {
  const { api, engine } = await start(t);
  const options = { maxTokens: 7, temperature: 0.5, topP: 0.9, seed: 3, budget: 0, remember: false };
  chatEventsOf(await say(api, { message: "Hello.", instructions: "Be brief.", ...options }));
  const [asked] = engine.requests;
  assert.deepEqual(
    [asked?.maxTokens, asked?.temperature, asked?.topP, asked?.seed, asked?.salt],
    [7, 0.5, 0.9, 3, "local"],
  );
  assert.equal(asked?.messages[0]?.content, "Be brief.");
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 0);
});

test("an error before the first event is a Problem", async (t) => {
  const { api, engine } = await start(t);
  for (const body of [
    {},
    { message: "" },
    { message: "Hello.", maxTokens: 0 },
    { message: "Hello.", signal: {} },
    { message: "Hello.", colour: "red" },
  ])
    problemOf(await say(api, body), 400);
  problemOf(await say(api, { message: "x".repeat(1024 * 1024 + 1) }), 413);
  assert.deepEqual(engine.requests, []);
  engine.generate = async function* () {
    yield* [];
    throw new MemosError("MODEL_FAILED", "The process has ended.");
  };
  assert.equal(problemOf(await say(api, { message: "Hello." }), 502).code, "MODEL_FAILED");
  const without = await startServer(t);
  assert.equal(problemOf(await say(without, { message: "Hello." }), 501).code, "UNSUPPORTED");
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 0);
});

test("an error after the first event is the last event", async (t) => {
  const { api, engine } = await start(t);
  engine.midway = () => Promise.reject(new MemosError("MODEL_FAILED", "The process has ended."));
  const { status, text, headers } = await say(api, { message: "Hello." });
  assert.equal(status, 200);
  const events = eventsOf(text);
  assert.deepEqual(
    events.map(({ name }) => name),
    ["prompt", "text", "error"],
  );
  const problem = problemSchema.parse(events.at(-1)?.data);
  assert.deepEqual(
    [problem.code, problem.status, problem.instance, problem.requestId],
    ["MODEL_FAILED", 502, "/v1/chat", headers.get("x-request-id")],
  );
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 0);
});

test("a client that leaves ends the engine's work, and nothing is remembered", async (t) => {
  const { api, engine } = await start(t);
  const [stopped, ended] = [gate(), gate()];
  engine.midway = ({ signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        stopped.open();
        reject(new MemosError("ABORTED", "The answer was cancelled."));
      });
    });
  const generate = engine.generate.bind(engine);
  engine.generate = async function* (asked) {
    try {
      yield* generate(asked);
    } finally {
      ended.open();
    }
  };
  const sending = request(`${api.address}/v1/chat`, { method: "POST", headers: JSON_BODY });
  sending.on("error", () => undefined);
  sending.end(JSON.stringify({ scope, message: "Hello.", session: "monday" }));
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  await once(response, "data");
  response.destroy();
  await stopped.opened;
  await ended.opened;
  engine.midway = () => undefined;
  chatEventsOf(await say(api, { message: "Still there?", session: "monday", remember: false }));
  assert.ok(!engine.lastPrompt.includes("Hello."));
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 0);
});

test("a server that closes ends the answers that are under way", async (t) => {
  const { api, engine } = await start(t);
  const begun = gate();
  engine.midway = ({ signal }) =>
    new Promise((_, reject) => {
      begun.open();
      signal?.addEventListener("abort", () => reject(new MemosError("ABORTED", "The answer was cancelled.")));
    });
  const saying = say(api, { message: "Hello." }).catch((error: unknown) => error);
  await begun.opened;
  await api.close();
  await saying;
});

test("a key talks in its tenant alone, as its principal, and a key that only reads remembers nothing", async (t) => {
  const { api, engine } = await start(t, { development: false });
  const headersOf = ({ secret }: { secret: string }) => ({ authorization: `Bearer ${secret}` });
  const acme = headersOf(await api.memos.keys.create("acme", "all"));
  const globex = headersOf(await api.memos.keys.create("globex", "all"));
  const bot = { kind: "agent", id: "bot" } as const;
  await api.memos.governance.createPrincipal({ tenant: "acme", ...bot });
  await api.memos.governance.grant({
    principal: bot,
    space: { tenant: "acme", ...scope },
    actions: ["read"],
  });
  const reader = headersOf(await api.memos.keys.create("acme", "reads", { principal: bot }));
  const session = { session: "monday" };
  chatEventsOf(await say(api, { message: "The word is walrus.", ...session }, acme));
  chatEventsOf(await say(api, { message: "Which word?", ...session }, globex));
  assert.ok(!engine.lastPrompt.includes("walrus"));
  assert.equal(engine.requests.at(-1)?.salt, "globex");
  problemOf(await say(api, { message: "Which word?", ...session }, reader), 403);
  chatEventsOf(await say(api, { message: "Which word?", remember: false, ...session }, reader));
  assert.ok(!engine.lastPrompt.includes("walrus"), "what is private is not for it");
  problemOf(await say(api, { message: "Which word?" }), 401);
});

test("memory is compiled, planned, listed and dropped over REST", async (t) => {
  const { api } = await start(t);
  const empty = await api.send("POST", "/v1/activations", { body: { scope } });
  assert.equal(compileReceiptSchema.parse(empty.body).reason, "empty");
  await api.send("POST", "/v1/memories", { body: { scope, input: RULE } });
  const compiled = await api.send("POST", "/v1/activations", { body: { scope } });
  assert.equal(compiled.status, 201);
  assert.equal(compileReceiptSchema.parse(compiled.body).reason, "compiled");
  const listed = await api.send("GET", "/v1/activations?user=ana");
  assert.deepEqual(
    activationListSchema.parse(listed.body).activations.map(({ cube }) => cube.scope),
    [{ tenant: "local", ...scope }],
  );
  const plan = await api.send("GET", "/v1/activations/plan?user=ana");
  assert.equal(placementPlanSchema.parse(plan.body).decisions[0]?.action, "demote", "nobody uses it");
  const events = chatEventsOf(await say(api, { message: "Which language?" }));
  const last = events.at(-1);
  assert.ok(last?.kind === "end");
  assert.equal(last.receipt.block.state, "file");
  const dropped = await api.send("DELETE", "/v1/activations?user=ana");
  assert.deepEqual(droppedSchema.parse(dropped.body), { dropped: 1 });
  const without = await startServer(t);
  await without.send("POST", "/v1/memories", { body: { scope, input: RULE } });
  problemOf(await without.send("POST", "/v1/activations", { body: { scope } }), 501);
  problemOf(await without.send("GET", "/v1/activations/plan?user=ana"), 501);
});
