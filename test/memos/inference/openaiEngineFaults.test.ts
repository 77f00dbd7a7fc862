import assert from "node:assert/strict";
import { describe, mock, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { MemosError } from "../../../memcube/index.js";
import { COMPLETION_LIMITS } from "../../../memos/inference/completion.js";
import type { GenerateEvent } from "../../../memos/inference/engine.js";
import { EVENT_CHARACTERS } from "../../../memos/inference/eventStream.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../memos/inference/openaiEngine.js";
import { refused } from "../support.js";
import {
  type Behaviour,
  breaks,
  delta,
  fails,
  KEY,
  raw,
  says,
  silent,
  startCompletionServer,
  streams,
} from "./completionServer.js";

const REQUEST = { messages: [{ role: "user" as const, content: "What?" }], maxTokens: 50 };
const BEGUN = `data: ${JSON.stringify(delta({ content: "Over" }))}\n\n`;

async function engineWith(
  t: TestContext,
  behaviours: readonly Behaviour[],
  options: Partial<OpenAIEngineOptions> = {},
) {
  const { baseURL, requests, hangups } = await startCompletionServer(t, ...behaviours);
  const engine = new OpenAIEngine({ model: "test", baseURL, apiKey: KEY, retries: 0, ...options });
  return { engine, requests, hangups };
}

/** The text that came before the fault, and the fault: a typed error that tells the key nowhere. */
async function failureOf(
  events: AsyncIterable<GenerateEvent>,
): Promise<{ text: string; code: string; message: string }> {
  let text = "";
  try {
    for await (const event of events) if (event.kind === "text") text += event.text;
  } catch (error) {
    assert.ok(error instanceof MemosError, inspect(error));
    assert.match(error.message, /^[A-Z].*\.$/);
    assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(KEY));
    return { text, code: error.code, message: error.message };
  }
  return assert.fail("nothing was thrown");
}

/** Once the first connection has been closed from this side. */
async function hangup(hangups: readonly number[]): Promise<void> {
  while (hangups.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(hangups, [0]);
}

describe("a server that fails before its answer begins", () => {
  for (const [fault, behaviour] of Object.entries({
    "with status 500": fails(500),
    "with status 429": fails(429),
    "with a broken connection": breaks,
    "with no byte of an answer": raw("", "end"),
    "with headers alone": raw("", "break"),
  }))
    test(`${fault} is asked again`, async (t) => {
      const { engine, requests } = await engineWith(t, [behaviour, says("Yes")], { retries: 1 });
      let text = "";
      for await (const event of engine.generate(REQUEST)) if (event.kind === "text") text += event.text;
      assert.equal(text, "Yes");
      assert.equal(requests.length, 2);
    });

  for (const [fault, behaviour, meaning] of [
    ["with status 500", fails(500), /status 500/],
    ["with status 401", fails(401), /does not accept the API key/],
    ["with status 404", fails(404), /does not know this address or this model/],
    ["with a broken connection", breaks, /connection .* failed/],
  ] as const)
    test(`${fault} for good is MODEL_FAILED and says why`, async (t) => {
      const { engine } = await engineWith(t, [behaviour]);
      const { code, message } = await failureOf(engine.generate(REQUEST));
      assert.equal(code, "MODEL_FAILED");
      assert.match(message, meaning);
    });

  for (const [fault, behaviour] of Object.entries({
    "says nothing": silent,
    "sends headers and nothing more": raw("", "hang"),
    "stops in the middle of an answer": raw(BEGUN, "hang"),
  }))
    test(`or ${fault} is MODEL_FAILED after the time-out`, async (t) => {
      const { engine } = await engineWith(t, [behaviour], { timeout: 50 });
      const { code, message } = await failureOf(engine.generate(REQUEST));
      assert.equal(code, "MODEL_FAILED");
      assert.match(message, /did not answer within 50 ms/);
    });

  test("because the prompt is too long is INVALID_INPUT", async (t) => {
    const { engine } = await engineWith(t, [fails(400, { type: "exceed_context_size_error" })]);
    assert.equal((await failureOf(engine.generate(REQUEST))).code, "INVALID_INPUT");
  });
});

describe("an answer that fails after it has begun is MODEL_FAILED, keeps its text and is not repeated:", () => {
  for (const [fault, then] of Object.entries({
    "a broken connection": "break",
    "an early end": "end",
  } as const))
    test(fault, async (t) => {
      const { engine, requests } = await engineWith(t, [raw(BEGUN, then), says("Yes")], { retries: 3 });
      const { text, code } = await failureOf(engine.generate(REQUEST));
      assert.deepEqual([text, code], ["Over", "MODEL_FAILED"]);
      assert.equal(requests.length, 1);
    });

  for (const [fault, event] of Object.entries({
    "an error of the server": JSON.stringify({ error: { message: `for ${KEY}` } }),
    "an error beside choices": JSON.stringify({ error: { message: KEY }, choices: [] }),
    "broken JSON": `{"choices":[${KEY}`,
    "something else": '{"choices":5}',
    "a text that is not one": '{"choices":[{"delta":{"content":5}}]}',
    "an answer that was withheld": JSON.stringify(delta({}, "content_filter")),
    "a tool without a name": JSON.stringify(delta({ tool_calls: [{ index: 0 }] }, "tool_calls")),
  }))
    test(fault, async (t) => {
      const { engine, requests } = await engineWith(t, [raw(`${BEGUN}data: ${event}\n\n`)], { retries: 3 });
      const { text, code } = await failureOf(engine.generate(REQUEST));
      assert.deepEqual([text, code], ["Over", "MODEL_FAILED"]);
      assert.equal(requests.length, 1);
    });
});

describe("an answer is MODEL_FAILED that is", () => {
  test("not a stream", async (t) => {
    const { engine } = await engineWith(t, [
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    ]);
    assert.equal((await failureOf(engine.generate(REQUEST))).code, "MODEL_FAILED");
  });

  for (const [fault, text] of Object.entries({
    "one line without end": "data: ".padEnd(EVENT_CHARACTERS + 1, "x"),
    "one event without end": `data: ${"x".repeat(1_000)}\n`.repeat(EVENT_CHARACTERS / 1_000),
  }))
    test(fault, async (t) => {
      const { engine } = await engineWith(t, [
        (response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          response.write(text);
        },
      ]);
      const { code, message } = await failureOf(engine.generate(REQUEST));
      assert.equal(code, "MODEL_FAILED");
      assert.match(message, /broken JSON/);
    });

  test("more tool calls than a limit allows", async (t) => {
    const call = (index: number) => delta({ tool_calls: [{ index, function: { name: "look" } }] });
    const calls = (count: number) => Array.from({ length: count }, (_, at) => call(at));
    const { engine } = await engineWith(t, [
      streams(...calls(COMPLETION_LIMITS.toolCalls), delta({}, "tool_calls")),
      streams(...calls(COMPLETION_LIMITS.toolCalls + 1), delta({}, "tool_calls")),
    ]);
    let called = 0;
    for await (const event of engine.generate(REQUEST)) if (event.kind === "toolCall") called++;
    assert.equal(called, COMPLETION_LIMITS.toolCalls);
    assert.equal((await failureOf(engine.generate(REQUEST))).code, "MODEL_FAILED");
  });

  test("a tool call with arguments that never end", async (t) => {
    const piece = "x".repeat(COMPLETION_LIMITS.argumentCharacters / 2 + 1);
    const event = delta({ tool_calls: [{ index: 0, function: { name: "look", arguments: piece } }] });
    const { engine } = await engineWith(t, [raw(`data: ${JSON.stringify(event)}\n\n`.repeat(2))]);
    assert.match((await failureOf(engine.generate(REQUEST))).message, /too long/);
  });
});

describe("cancelling", () => {
  test("in the middle of an answer ends it at once and closes the connection", async (t) => {
    const controller = new AbortController();
    const { engine, hangups } = await engineWith(t, [raw(BEGUN, "hang")]);
    const events = engine.generate({ ...REQUEST, signal: controller.signal });
    assert.equal((await events.next()).value?.kind, "text");
    const next = failureOf(events);
    controller.abort();
    assert.equal((await next).code, "ABORTED");
    await hangup(hangups);
  });

  test("before an answer begins ends it at once and closes the connection", async (t) => {
    const controller = new AbortController();
    const { engine, hangups } = await engineWith(t, [() => controller.abort()]);
    const failure = await failureOf(engine.generate({ ...REQUEST, signal: controller.signal }));
    assert.equal(failure.code, "ABORTED");
    await hangup(hangups);
  });

  test("while it waits to try again ends it at once", async (t) => {
    const controller = new AbortController();
    const waits: Behaviour = (response) =>
      response.writeHead(429, { "retry-after": "60" }).end(() => setImmediate(() => controller.abort()));
    const { engine } = await engineWith(t, [waits], { retries: 5, timeout: 100_000 });
    const failure = await failureOf(engine.generate({ ...REQUEST, signal: controller.signal }));
    assert.equal(failure.code, "ABORTED");
  });

  test("before the request sends nothing", async (t) => {
    const { engine, requests } = await engineWith(t, [says("Yes")]);
    const failure = await failureOf(engine.generate({ ...REQUEST, signal: AbortSignal.abort() }));
    assert.equal(failure.code, "ABORTED");
    assert.equal(requests.length, 0);
  });

  test("by reading no further closes the connection", async (t) => {
    const { engine, hangups } = await engineWith(t, [raw(BEGUN, "hang")]);
    for await (const event of engine.generate(REQUEST)) if (event.kind === "text") break;
    await hangup(hangups);
  });
});

describe("a closed engine", () => {
  test("ends what is under way, and takes nothing more", async (t) => {
    const { engine, requests } = await engineWith(t, [raw(BEGUN, "hang")]);
    const events = engine.generate(REQUEST);
    assert.deepEqual(await events.next(), { done: false, value: { kind: "text", text: "Over" } });
    const next = events.next();
    await engine[Symbol.asyncDispose]();
    await assert.rejects(next, refused("CLOSED"));
    assert.equal((await failureOf(engine.generate(REQUEST))).code, "CLOSED");
    assert.equal(requests.length, 1);
  });
});

test("the key is sent, and stands in no log and no error, however the server fails", async (t) => {
  const lines: unknown[] = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    mock.method(console, method, (...line: unknown[]) => lines.push(line));
  t.after(() => mock.restoreAll());
  const { engine } = await engineWith(t, [
    fails(400),
    raw(`event: thread.run\ndata: {${KEY}\n\n`),
    raw(`data: ${JSON.stringify({ error: KEY })}\n\n`),
    breaks,
  ]);
  for (let at = 0; at < 4; at++) await failureOf(engine.generate(REQUEST));
  assert.ok(!inspect(lines, { depth: Infinity }).includes(KEY));
});
