import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, test } from "node:test";
import OpenAI from "openai";
import { OPENAI_BASES, OPENAI_ROUTES } from "../../../api/dialects/openai/index.js";
import { OPENAI_LIMITS } from "../../../api/dialects/openai/limits.js";
import { MemosError } from "../../../memcube/index.js";
import { startServer } from "../../api/harness.js";
import { gate } from "../../memos/support.js";
import { ask, startListening, startOpenAI } from "./support.js";

const server = await startListening({ after });
const { call, engine, memos } = server;
const count = async () => (await memos.stats({ tenant: "acme" })).cubes;

interface Told {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

const toldBy = (answer: { body: unknown }) => (answer.body as { error: Told }).error;

test("every route refuses a missing key and a wrong one, in OpenAI's shape", async () => {
  for (const { method, path } of OPENAI_ROUTES)
    for (const base of OPENAI_BASES)
      for (const headers of [{}, { authorization: "Bearer memos_wrong" }, { authorization: "Basic x" }]) {
        const body = method === "POST" ? {} : undefined;
        const answer = await server.send(method, `${base}${path.replace("{model}", "text")}`, {
          body,
          headers: headers as Record<string, string>,
        });
        assert.equal(answer.status, 401, path);
        const { code, type } = toldBy(answer);
        assert.deepEqual([code, type], ["invalid_api_key", "invalid_request_error"]);
      }
});

test("every route that reads a body refuses another content type, an empty one and what is no object", async () => {
  for (const { method, path } of OPENAI_ROUTES) {
    if (method !== "POST") continue;
    const headers = { authorization: `Bearer ${server.acme}` };
    const send = async (type: string, body: string) =>
      (
        await fetch(`${server.address}${path}`, {
          method,
          headers: { ...headers, "content-type": type },
          body,
        })
      ).status;
    assert.equal(await send("text/plain", "{}"), 415);
    for (const body of ["", "[]", "null", '{"a":']) assert.equal(await send("application/json", body), 400);
  }
});

const IMAGE = [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }];
const say = (content: unknown) => [{ role: "user", content }];

const REFUSED: readonly [name: string, body: object, param: string | RegExp][] = [
  ["nobody's memory", { user: undefined }, "user"],
  ["a user that is no name", { user: "a\nb" }, "user"],
  ["no messages", { messages: [] }, "messages"],
  ["no message of the user", { messages: [{ role: "system", content: "Hello." }] }, "messages"],
  ["an answer to go on with", { messages: [...say("a"), { role: "assistant", content: "b" }] }, "messages"],
  [
    "a late message of the system",
    { messages: [...say("a"), { role: "system", content: "b" }, ...say("c")] },
    "messages.1",
  ],
  ["an unknown role", { messages: [{ role: "king", content: "a" }] }, /messages/],
  ["an image", { messages: say(IMAGE) }, /messages\.0\.content/],
  ["a message that says nothing", { messages: say(" ") }, /messages\.0/],
  ["a result of no call", { messages: [...say("a"), { role: "tool", content: "b" }] }, /tool_call_id/],
  ["several answers", { n: 2 }, "n"],
  ["probabilities", { logprobs: true }, "logprobs"],
  ["weights of tokens", { logit_bias: { 1: 5 } }, "logit_bias"],
  ["a penalty", { presence_penalty: 1 }, "presence_penalty"],
  ["sound", { modalities: ["text", "audio"], audio: { voice: "x", format: "mp3" } }, "modalities"],
  ["functions of old", { functions: [] }, "functions"],
  ["a tool that must be called", { tools: [], tool_choice: "required" }, "tool_choice"],
  ["tools of a model that has none", { tools: [{ type: "function", function: { name: "a" } }] }, "tools"],
  ["a tool that the server runs", { tools: [{ type: "web_search" }] }, /tools/],
  ["a form that the model cannot keep to", { response_format: { type: "json_object" } }, "response_format"],
  ["an unknown form", { response_format: { type: "xml" } }, "response_format"],
  ["a temperature out of range", { temperature: 3 }, "temperature"],
  ["no tokens", { max_tokens: 0 }, "max_tokens"],
  ["too many stops", { stop: ["a", "b", "c", "d", "e"] }, /stop/],
  ["usage of no stream", { stream_options: { include_usage: true } }, "stream_options"],
  ["no model", { model: undefined }, "model"],
];

for (const [name, body, param] of REFUSED)
  test(`a chat completion with ${name} is refused and changes nothing`, async () => {
    const [before, prompts] = [await count(), engine.requests.length];
    const answer = await call("POST", "/v1/chat/completions", { ...ask("Hello."), ...body });
    assert.equal(answer.status, name.startsWith("too many") ? 413 : 400, answer.text);
    const told = toldBy(answer);
    if (typeof param === "string") assert.equal(told.param, param);
    else assert.match(told.param ?? "", param);
    assert.equal(answer.headers.get("x-should-retry"), "false");
    assert.deepEqual([await count(), engine.requests.length], [before, prompts]);
  });

test("headers that say nothing valid are refused", async () => {
  for (const headers of [
    { "x-memory-recall": "maybe" },
    { "x-memory-remember": "0" },
    { "x-memory-budget": "-1" },
    { "x-memory-budget": "many" },
    { "x-memory-long-context": "yes" },
    { "x-memory-long-context": "on" },
    { "x-memory-user": "\u00e9" },
  ]) {
    const answer = await call("POST", "/v1/chat/completions", ask("Hello."), headers);
    assert.equal(answer.status, 400, JSON.stringify(headers));
  }
});

test("a response that would have to be kept is refused, and so is what cannot be done", async () => {
  const body = { model: "text", input: "Hello.", user: "ana" };
  for (const [more, param] of [
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ store: true }, "store"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ background: true }, "background"],
    [{ prompt: { id: "p" } }, "prompt"],
    [{ tools: [{ type: "web_search" }] }, "tools.0"],
    [{ input: [{ type: "item_reference", id: "x" }] }, "input.0"],
    [{ input: [] }, "input"],
  ] as const) {
    const answer = await call("POST", "/v1/responses", { ...body, ...more });
    assert.equal(answer.status, 400, answer.text);
    assert.ok(toldBy(answer).param?.startsWith(param), answer.text);
  }
});

test("embeddings of tokens, of nothing and of another size are refused", async () => {
  for (const body of [
    { input: [1, 2] },
    { input: [[1, 2]] },
    { input: [] },
    { input: "" },
    { input: ["a", ""] },
    { input: "a", dimensions: 1_536 },
    { input: "a", encoding_format: "hex" },
    { input: "x".repeat(65_537) },
  ]) {
    const answer = await call("POST", "/v1/embeddings", { model: "static", ...body });
    assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 80));
  }
});

test("a body over the limit is refused, and its connection answers", async () => {
  const body = ask("x".repeat(OPENAI_LIMITS.bodyBytes));
  const answer = await call("POST", "/v1/chat/completions", body);
  assert.equal(answer.status, 413);
  const long = await call("POST", "/v1/chat/completions", ask("x".repeat(1024 * 1024 + 1)));
  assert.equal(long.status, 413);
  assert.equal((await call("GET", "/v1/models")).status, 200);
});

test("paths, methods and models that are not there are 404, 405 and 404", async () => {
  assert.equal((await call("GET", "/v1/chat/completions")).status, 405);
  assert.equal((await call("GET", "/openai/v1/files")).status, 404);
  const answer = await call("GET", "/v1/models/gpt-9");
  assert.deepEqual([answer.status, toldBy(answer).code], [404, "model_not_found"]);
});

test("without a model a chat says how to start one, and embeddings and models work", async (t) => {
  const without = await startOpenAI(t);
  const client = new OpenAI({ baseURL: without.baseURL, apiKey: without.acme });
  await assert.rejects(client.chat.completions.create(ask("Hello.")), (error) => {
    assert.ok(error instanceof OpenAI.APIError);
    assert.equal(error.status, 501);
    assert.match(error.message, /memos serve --model/);
    return true;
  });
  const { data } = await client.models.list();
  assert.deepEqual(
    data.map(({ id }) => id),
    ["static"],
  );
  assert.equal(
    (await client.embeddings.create({ model: "static", input: "a" })).data[0]?.embedding.length,
    256,
  );
});

test("a model that fails is an error before the first piece, and the last piece after it", async (t) => {
  const { call, engine, client, memos } = await startListening(t);
  engine.midway = () => Promise.reject(new MemosError("MODEL_FAILED", "The process has ended."));
  const whole = await call("POST", "/v1/chat/completions", ask("Hello."));
  assert.deepEqual([whole.status, toldBy(whole).code], [502, "model_failed"]);
  const stream = await client.chat.completions.create({ ...ask("Hello."), stream: true });
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, /The process has ended/);
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, 0);
});

test("a client that leaves in the middle of a stream ends the model's work, and nothing is remembered", async (t) => {
  const { engine, address, acme, memos } = await startListening(t);
  const stopped = gate();
  engine.midway = ({ signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        stopped.open();
        reject(new MemosError("ABORTED", "The answer was cancelled."));
      });
    });
  const headers = { authorization: `Bearer ${acme}`, "content-type": "application/json" };
  const sending = request(`${address}/v1/chat/completions`, { method: "POST", headers });
  sending.on("error", () => undefined);
  sending.end(JSON.stringify(ask("Hello.", { stream: true })));
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  await once(response, "data");
  response.destroy();
  await stopped.opened;
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, 0);
});

test("in development mode a key that is none of ours counts as none, and one of ours must be valid", async (t) => {
  const server = await startServer(t);
  const models = (authorization: string) => server.send("GET", "/v1/models", { headers: { authorization } });
  assert.equal((await models("Bearer anything")).status, 200);
  assert.equal((await models("Bearer memos_wrong")).status, 401);
});

test("one tenant never reads what another has, by names, conversations or models", async (t) => {
  const { client, clientOf, globex, memos, engine } = await startListening(t);
  await memos.add("The walrus-plan is on Friday.", { tenant: "acme", user: "ana" });
  engine.answer = "I know.";
  await client.chat.completions.create(ask("When is the plan?"));
  assert.match(engine.lastPrompt, /walrus-plan/);
  const other = clientOf(globex);
  const messages = [
    { role: "user" as const, content: "When is the plan?" },
    { role: "assistant" as const, content: "I know." },
    { role: "user" as const, content: "Tell me." },
  ];
  await other.chat.completions.create({ model: "text", messages, user: "ana" });
  await other.responses.create({ model: "text", input: "When is the plan?", user: "ana" });
  assert.ok(engine.prompts.slice(1).every((prompt) => !prompt.includes("walrus-plan")));
  assert.equal(engine.requests.at(-1)?.salt, "globex");
});
