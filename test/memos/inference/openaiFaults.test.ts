import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, mock, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { MemosError } from "../../../memcube/index.js";
import { OpenAIEmbedder, type OpenAIEmbedderOptions } from "../../../memos/inference/index.js";
import { unitVector } from "../../../memos/inference/unitVector.js";
import {
  answer,
  answerWith,
  type Behaviour,
  DIMENSION,
  fail,
  type Item,
  modelVector,
  sendJson,
  startEmbeddingServer,
} from "./embeddingServer.js";

const KEY = "sk-never-tell";
const TEXTS = ["one", "two", "three"];
const VECTORS = TEXTS.map((text) => unitVector(modelVector(text), DIMENSION));

const reset: Behaviour = (response) => response.destroy();
const silence: Behaviour = () => {};
const breakOff: Behaviour = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"data":[', () => response.destroy());
};
const stall: Behaviour = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":[');
};

async function embedderWith(
  t: TestContext,
  behaviours: readonly Behaviour[],
  options: Partial<OpenAIEmbedderOptions> = {},
) {
  const { baseURL, requests } = await startEmbeddingServer(t, ...behaviours);
  const embedder = new OpenAIEmbedder({
    model: "test",
    dimension: DIMENSION,
    baseURL,
    apiKey: KEY,
    retries: 0,
    ...options,
  });
  return { embedder, requests };
}

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

describe("an embedding server that fails", () => {
  for (const status of [408, 409, 429, 500, 503])
    test(`with status ${status} is asked again`, async (t) => {
      const { embedder, requests } = await embedderWith(t, [fail(status), answer], { retries: 1 });
      assert.deepEqual(await embedder.embed(TEXTS), VECTORS);
      assert.equal(requests.length, 2);
    });

  test("for good is EMBEDDER_FAILED after the last repetition", async (t) => {
    const { embedder, requests } = await embedderWith(t, [fail(500)], { retries: 3 });
    const { code, message } = await failureOf(embedder.embed(TEXTS));
    assert.equal(code, "EMBEDDER_FAILED");
    assert.match(message, /status 500/);
    assert.equal(requests.length, 4);
  });

  for (const [status, meaning] of [
    [400, /does not take this request/],
    [401, /does not accept the API key/],
    [404, /does not know this address or this model/],
  ] as const)
    test(`with status ${status} is EMBEDDER_FAILED at once and says why`, async (t) => {
      const { embedder, requests } = await embedderWith(t, [fail(status)], { retries: 2 });
      const { code, message } = await failureOf(embedder.embed(TEXTS));
      assert.equal(code, "EMBEDDER_FAILED");
      assert.match(message, meaning);
      assert.equal(requests.length, 1);
    });

  for (const [form, headers] of Object.entries({
    milliseconds: { "retry-after-ms": "3600000" },
    seconds: { "retry-after": "3600" },
    "a date": { "retry-after": "Fri, 01 Jan 2100 00:00:00 GMT" },
  }))
    test(`and asks in ${form} to wait longer than a request may take is not waited for`, async (t) => {
      const { embedder, requests } = await embedderWith(t, [fail(429, headers), answer], { retries: 1 });
      assert.equal((await failureOf(embedder.embed(TEXTS))).code, "EMBEDDER_FAILED");
      assert.equal(requests.length, 1);
    });

  test("and asks to wait a little is waited for", async (t) => {
    const { embedder } = await embedderWith(t, [fail(429, { "retry-after": "0.001" }), answer], {
      retries: 1,
    });
    assert.deepEqual(await embedder.embed(TEXTS), VECTORS);
  });

  for (const [fault, behaviour] of Object.entries({
    "a reset connection": reset,
    "a connection that breaks off": breakOff,
  }))
    test(`with ${fault} is EMBEDDER_FAILED`, async (t) => {
      const { embedder } = await embedderWith(t, [behaviour]);
      const { code, message } = await failureOf(embedder.embed(TEXTS));
      assert.equal(code, "EMBEDDER_FAILED");
      assert.match(message, /connection .* failed/);
    });

  for (const [fault, behaviour] of Object.entries({ silence, "an answer that stalls": stall }))
    test(`with ${fault} is EMBEDDER_FAILED after the time-out`, async (t) => {
      const { embedder } = await embedderWith(t, [behaviour], { timeout: 50 });
      const { code, message } = await failureOf(embedder.embed(TEXTS));
      assert.equal(code, "EMBEDDER_FAILED");
      assert.match(message, /did not answer within 50 ms/);
    });

  test("in the middle of an answer is asked again", async (t) => {
    const { embedder, requests } = await embedderWith(t, [breakOff, answer], { retries: 1 });
    assert.deepEqual(await embedder.embed(TEXTS), VECTORS);
    assert.equal(requests.length, 2);
  });

  test("because nobody listens is EMBEDDER_FAILED with the reason", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    await new Promise((resolve) => server.close(resolve));
    const embedder = new OpenAIEmbedder({
      model: "test",
      dimension: DIMENSION,
      baseURL: `http://127.0.0.1:${address.port}/v1`,
      apiKey: KEY,
      retries: 0,
    });
    const { code, message } = await failureOf(embedder.embed(TEXTS));
    assert.equal(code, "EMBEDDER_FAILED");
    assert.match(message, /connection .* failed \(ECONNREFUSED\)/);
  });

  test("for one batch fails the call, and the next call works", async (t) => {
    const { embedder } = await embedderWith(t, [answer, fail(400), answer], { batch: 1, concurrency: 1 });
    assert.equal((await failureOf(embedder.embed(TEXTS))).code, "EMBEDDER_FAILED");
    assert.deepEqual(await embedder.embed(TEXTS), VECTORS);
  });
});

function withSecond(embedding: unknown): Behaviour {
  return answerWith((items) => items.map((item) => (item.index === 1 ? { ...item, embedding } : item)));
}

function raw(body: string, type = "application/json"): Behaviour {
  return (response) => sendJson(response, 200, body, { "content-type": type });
}

describe("an embedding server that answers wrongly is EMBEDDING_INVALID", () => {
  const good = modelVector("two");
  const faults: Record<string, Behaviour> = {
    "with null for a number": withSecond(good.with(3, Number.NaN)),
    "with text for a number": withSecond(["0.5", ...good.slice(1)]),
    "with null for a vector": withSecond(null),
    "with base64 for a vector": withSecond(Buffer.from(Float32Array.from(good).buffer).toString("base64")),
    "with too short a vector": withSecond(good.slice(1)),
    "with too long a vector": withSecond([...good, 1]),
    "with an empty vector": withSecond([]),
    "with a vector of zeros": withSecond(good.map(() => 0)),
    "with a vector for every token": withSecond([good, good]),
    "without one of the vectors": answerWith((items) => items.filter((item) => item.index !== 1)),
    "without the last of the vectors": answerWith((items) => items.slice(0, -1)),
    "with one vector too many": answerWith((items) => [...items, { ...(items[0] as Item), index: 3 }]),
    "with one vector twice": answerWith((items) => items.map((item) => ({ ...item, index: 0 }))),
    "without indexes": answerWith((items) => items.map(({ embedding }) => ({ embedding }))),
    "with no vectors": answerWith(() => []),
    "with the literal NaN": raw('{"data":[{"index":0,"embedding":[NaN]}]}'),
    "with an infinite number": raw(
      `{"data":[${TEXTS.map((_, at) => `{"index":${at},"embedding":[1e999,1,1,1,1,1,1,1]}`).join(",")}]}`,
    ),
    "with another object": raw('{"error":"out of memory"}'),
    "with null": raw("null"),
    "with a page": raw("<html>It works!</html>", "text/html"),
    "with a page that claims to be JSON": raw("<html>It works!</html>"),
    "with nothing": raw(""),
    "with status 204": (response) => response.writeHead(204).end(),
  };
  for (const [fault, behaviour] of Object.entries(faults))
    test(fault, async (t) => {
      const { embedder, requests } = await embedderWith(t, [behaviour], { retries: 2 });
      assert.equal((await failureOf(embedder.embed(TEXTS))).code, "EMBEDDING_INVALID");
      assert.equal(requests.length, 1);
    });
});

describe("an abort", () => {
  test("ends the requests under way and sends no others", { timeout: 20_000 }, async (t) => {
    const controller = new AbortController();
    let closed: Promise<void> | undefined;
    const { embedder, requests } = await embedderWith(
      t,
      [
        (response) => {
          closed = new Promise((resolve) => response.once("close", resolve));
          controller.abort();
        },
      ],
      { batch: 1, concurrency: 1 },
    );
    const error = await failureOf(embedder.embed(TEXTS, { signal: controller.signal }));
    assert.equal(error.code, "ABORTED");
    await closed;
    assert.equal(requests.length, 1);
  });

  test("is not kept waiting by the pause between two attempts", async (t) => {
    // Time stands still, so that the pause never ends.
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    const controller = new AbortController();
    const { embedder, requests } = await embedderWith(
      t,
      [
        (response, request) => {
          response.once("close", () => controller.abort());
          fail(500, { "retry-after-ms": "1000", connection: "close" })(response, request);
        },
      ],
      { retries: 1 },
    );
    const error = await failureOf(embedder.embed(TEXTS, { signal: controller.signal }));
    assert.equal(error.code, "ABORTED");
    assert.equal(requests.length, 1);
  });

  test("after the answer changes nothing, and the signal is let go", async (t) => {
    const controller = new AbortController();
    const added = mock.method(controller.signal, "addEventListener");
    const removed = mock.method(controller.signal, "removeEventListener");
    const { embedder } = await embedderWith(t, [answer]);
    assert.deepEqual(await embedder.embed(TEXTS, { signal: controller.signal }), VECTORS);
    controller.abort();
    assert.ok(added.mock.callCount() > 0);
    assert.equal(removed.mock.callCount(), added.mock.callCount());
  });
});
