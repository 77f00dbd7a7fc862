import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { MemosError } from "../../../memcube/index.js";
import type { ChatRequest } from "../../../memos/inference/index.js";
import { type Behaviour, fails, KEY, says, sendJson, startChatServer, understands } from "./chatServer.js";

const REQUEST: ChatRequest = {
  system: "Answer.",
  user: "What?",
  schemaName: "answer",
  schema: { type: "object", properties: { a: { type: "string" } } },
  maxTokens: 50,
};

/** The fault as a typed error that tells the key nowhere, cause and stack included. */
async function failureOf(work: Promise<unknown>): Promise<MemosError> {
  const error = await work.then(
    () => assert.fail("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MemosError, inspect(error));
  assert.match(error.message, /^[A-Z].*\.$/);
  assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(KEY));
  return error;
}

const raw =
  (body: string): Behaviour =>
  (response) =>
    sendJson(response, 200, body);

test("a question is sent with its schema, and the answer comes with its tokens", async (t) => {
  const { model, requests } = await startChatServer(t, [says("{}")]);
  assert.deepEqual(await model.complete(REQUEST), { text: "{}", inputTokens: 100, outputTokens: 20 });
  assert.equal(model.name, "openai/test");
  assert.deepEqual(requests, [
    {
      model: "test",
      messages: [
        { role: "system", content: "Answer." },
        { role: "user", content: "What?" },
      ],
      max_tokens: 50,
      temperature: 0,
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: REQUEST.schema, strict: true },
      },
    },
  ]);
});

test("a model that refuses a temperature and max_tokens is not sent them", async (t) => {
  const { model, requests } = await startChatServer(t, [says("{}")], {
    temperature: null,
    tokenLimitField: "max_completion_tokens",
  });
  await model.complete(REQUEST);
  assert.equal(requests[0]?.["max_completion_tokens"], 50);
  assert.ok(!("temperature" in (requests[0] ?? {})) && !("max_tokens" in (requests[0] ?? {})));
});

describe("a server that refuses json_schema", () => {
  for (const [form, tries] of [
    ["json_object", 2],
    [undefined, 3],
  ] as const)
    test(`is asked for ${form ?? "plain text"} with the schema in the prompt, from then on at once`, async (t) => {
      const { model, requests } = await startChatServer(t, [understands([form], says("{}"))]);
      await model.complete(REQUEST);
      assert.equal(requests.length, tries);
      await model.complete(REQUEST);
      assert.equal(requests.length, tries + 1);
      const last = requests.at(-1);
      assert.equal(last?.response_format?.type, form);
      assert.ok(last?.messages[0]?.content.includes(JSON.stringify(REQUEST.schema)));
    });

  test("because it refuses the question is MODEL_FAILED, and the next question has its schema again", async (t) => {
    const { model, requests } = await startChatServer(t, [fails(400), fails(400), fails(400), says("{}")]);
    const { code, message } = await failureOf(model.complete(REQUEST));
    assert.equal(code, "MODEL_FAILED");
    assert.match(message, /status 400: it does not take this request/);
    await model.complete(REQUEST);
    assert.equal(requests.at(-1)?.response_format?.type, "json_schema");
  });
});

describe("a model server that fails", () => {
  for (const status of [429, 500, 503])
    test(`with status ${status} is asked again`, async (t) => {
      const { model, requests } = await startChatServer(t, [fails(status), says("{}")], { retries: 1 });
      assert.equal((await model.complete(REQUEST)).text, "{}");
      assert.equal(requests.length, 2);
    });

  test("for good is MODEL_FAILED after the last repetition", async (t) => {
    const { model, requests } = await startChatServer(t, [fails(429)], { retries: 2 });
    const { code, message } = await failureOf(model.complete(REQUEST));
    assert.equal(code, "MODEL_FAILED");
    assert.match(message, /status 429: too many requests/);
    assert.equal(requests.length, 3);
  });

  test("with status 401 is MODEL_FAILED at once and does not tell the key", async (t) => {
    const { model, requests } = await startChatServer(t, [fails(401)], { retries: 2 });
    assert.match((await failureOf(model.complete(REQUEST))).message, /does not accept the API key/);
    assert.equal(requests.length, 1);
  });

  test("with silence is MODEL_FAILED after the time-out", async (t) => {
    const { model } = await startChatServer(t, [() => {}], { timeout: 50 });
    const { code, message } = await failureOf(model.complete(REQUEST));
    assert.equal(code, "MODEL_FAILED");
    assert.match(message, /did not answer within 50 ms/);
  });

  test("with a reset connection is MODEL_FAILED", async (t) => {
    const { model } = await startChatServer(t, [(response) => response.destroy()]);
    assert.match((await failureOf(model.complete(REQUEST))).message, /connection .* failed/);
  });
});

for (const [fault, body] of Object.entries({
  "another object": '{"error":"out of memory"}',
  "no choices": '{"choices":[]}',
  null: "null",
  "a page": "<html>It works!</html>",
  nothing: "",
}))
  test(`a model server that answers with ${fault} is MODEL_FAILED`, async (t) => {
    const { model } = await startChatServer(t, [raw(body)]);
    assert.equal((await failureOf(model.complete(REQUEST))).code, "MODEL_FAILED");
  });

test("an answer without content or usage is empty and counts no tokens", async (t) => {
  const { model } = await startChatServer(t, [raw('{"choices":[{"message":{"content":null}}]}')]);
  assert.deepEqual(await model.complete(REQUEST), { text: "", inputTokens: 0, outputTokens: 0 });
});

test("an abort ends the request under way", { timeout: 20_000 }, async (t) => {
  const controller = new AbortController();
  let closed: Promise<void> | undefined;
  const { model, requests } = await startChatServer(t, [
    (response) => {
      closed = new Promise((resolve) => response.once("close", resolve));
      controller.abort();
    },
  ]);
  assert.equal((await failureOf(model.complete({ ...REQUEST, signal: controller.signal }))).code, "ABORTED");
  await closed;
  assert.equal((await failureOf(model.complete({ ...REQUEST, signal: controller.signal }))).code, "ABORTED");
  assert.equal(requests.length, 1);
});
