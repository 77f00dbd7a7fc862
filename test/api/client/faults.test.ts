import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { MemosClient, MemosClientError } from "../../../api/client/index.js";

/** A server that answers its first requests in these ways, and all further ones in the last; what it was asked. */
async function faulty(t: TestContext, ...answers: RequestListener[]) {
  const seen: { method: string; url: string; key: string | undefined; body: string }[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    const key = request.headers["idempotency-key"];
    seen.push({ method: request.method ?? "", url: request.url ?? "", key: key as string | undefined, body });
    await answer?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, client: new MemosClient({ baseUrl }), baseUrl, cut: () => server.closeAllConnections() };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

const busy = (status: number, headers: Record<string, string> = { "retry-after": "0" }) =>
  json(
    status,
    {
      type: "/",
      title: "Busy",
      status,
      detail: "Busy.",
      code: "STORE_BUSY",
      remedy: "Wait.",
      requestId: "r-1",
    },
    headers,
  );
const reset: RequestListener = (request) => request.socket.destroy();
const receipt = json(201, { operation: "add", written: [], skipped: [] });
const silent: RequestListener = () => undefined;

const errorOf = async (call: Promise<unknown>): Promise<MemosClientError> => {
  const error = await call.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MemosClientError, String(error));
  return error;
};

for (const status of [429, 502, 503, 504])
  test(`a read is repeated after ${status}, as soon as the server says`, async (t) => {
    const { client, seen } = await faulty(t, busy(status), json(200, { hits: [] }));
    await client.search("walrus");
    assert.equal(seen.length, 2);
    assert.equal(seen[0]?.body, seen[1]?.body);
  });

test("a read is repeated after a connection that broke", async (t) => {
  const { client, seen } = await faulty(t, reset, json(200, { cubes: 1 }));
  await client.stats();
  assert.equal(seen.length, 2);
});

test("adding is repeated under one key, that of the caller where there is one", async (t) => {
  const { client, seen } = await faulty(t, reset, busy(503), receipt);
  await client.add("Once.");
  assert.equal(seen.length, 3);
  assert.match(seen[0]?.key ?? "", /^[0-9a-f]{32}$/);
  assert.equal(new Set(seen.map(({ key }) => key)).size, 1);
  await client.add("Twice.");
  assert.notEqual(seen[3]?.key, seen[0]?.key);
  await client.add("Mine.", {}, { idempotencyKey: "k-1" });
  assert.equal(seen[4]?.key, "k-1");
});

test("a change of a memory is repeated under one key that the client makes", async (t) => {
  const { client, seen } = await faulty(t, reset, busy(503), receipt);
  await client.update("0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", { text: "New." });
  assert.equal(seen.length, 3);
  assert.match(seen[0]?.key ?? "", /^[0-9a-f]{32}$/);
  assert.equal(new Set(seen.map(({ key }) => key)).size, 1);
});

test("a write that takes no key is never sent twice", async (t) => {
  const { client, seen } = await faulty(t, reset, busy(503), receipt);
  const broken = await errorOf(client.request("dropActivations", {}));
  assert.deepEqual([broken.code, broken.status, broken.retryable], ["CONNECTION_FAILED", undefined, true]);
  const refused = await errorOf(client.request("dropActivations", {}));
  assert.deepEqual([refused.code, refused.status, refused.requestId], ["STORE_BUSY", 503, "r-1"]);
  assert.equal(seen.length, 2);
  const keyed = await errorOf(client.request("dropActivations", {}, { idempotencyKey: "k" }));
  assert.equal(keyed.code, "INVALID_INPUT");
  assert.equal(seen.length, 2, "an idempotency key that nobody would look at is refused before it is sent");
});

test("it gives up after as many repetitions as it may make", async (t) => {
  const { client, seen } = await faulty(t, busy(503));
  assert.equal((await errorOf(client.stats())).status, 503);
  assert.equal(seen.length, 3);
  await errorOf(client.stats({}, { maxRetries: 0 }));
  assert.equal(seen.length, 4);
});

test("a server that wants to be left alone for long is", async (t) => {
  const { client, seen } = await faulty(t, busy(429, { "retry-after": "3600" }));
  const error = await errorOf(client.stats());
  assert.deepEqual([error.status, error.retryable, seen.length], [429, true, 1]);
  const date = await faulty(t, busy(429, { "retry-after": new Date(Date.now() + 3.6e6).toUTCString() }));
  await errorOf(date.client.stats());
  assert.equal(date.seen.length, 1);
});

test("other errors are not repeated", async (t) => {
  const { client, seen } = await faulty(t, busy(500), busy(404));
  assert.equal((await errorOf(client.stats())).retryable, false);
  assert.equal((await errorOf(client.stats())).status, 404);
  assert.equal(seen.length, 2);
});

test("an answer that does not come in time is an error that says so", async (t) => {
  const { client } = await faulty(t, silent);
  const error = await errorOf(client.stats({}, { timeoutMs: 30, maxRetries: 0 }));
  assert.deepEqual([error.code, error.retryable], ["TIMED_OUT", true]);
  const half = await faulty(t, (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"cubes":');
  });
  const cut = await errorOf(half.client.stats({}, { timeoutMs: 30, maxRetries: 0 }));
  assert.equal(cut.code, "TIMED_OUT", "also within the body");
});

test("a caller ends a call before it begins, while it waits, and between two tries", async (t) => {
  const before = await faulty(t, silent);
  const gone = await errorOf(before.client.stats({}, { signal: AbortSignal.abort("no longer needed") }));
  assert.deepEqual([gone.code, gone.cause, before.seen.length], ["ABORTED", "no longer needed", 0]);

  const controller = new AbortController();
  const waiting = await faulty(t, () => controller.abort());
  const ended = await errorOf(waiting.client.stats({}, { signal: controller.signal }));
  assert.deepEqual([ended.code, waiting.seen.length], ["ABORTED", 1]);

  const between = new AbortController();
  const { client, seen } = await faulty(t, (request, response) => {
    busy(503, { "retry-after": "30" })(request, response);
    response.once("close", () => between.abort());
  });
  assert.equal((await errorOf(client.stats({}, { signal: between.signal }))).code, "ABORTED");
  assert.equal(seen.length, 1);
});

const events = (head: string, last?: RequestListener): RequestListener => {
  return (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(head);
    last?.(request, response);
  };
};

test("events are read whatever their pieces are, and comments are none", async (t) => {
  const text = ': hi\r\n\r\nevent: text\r\ndata: {"kind":"text",\r\ndata: "text":"ü"}\r\n\r\n';
  const { client } = await faulty(t, async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const byte of Buffer.from(text)) {
      if (!response.write(Buffer.from([byte]))) await once(response, "drain");
    }
    response.end();
  });
  const found = [];
  for await (const event of client.chat("Hello.")) found.push(event);
  assert.deepEqual(found, [{ kind: "text", text: "ü" }]);
});

test("a caller ends a stream in its middle, and the server sees it", async (t) => {
  const closed = deferred();
  const controller = new AbortController();
  const { client } = await faulty(
    t,
    events('data: {"kind":"text","text":"a"}\n\n', (_request, response) => {
      response.once("close", () => closed.resolve(undefined));
    }),
  );
  const stream = client.chat("Hello.", {}, { signal: controller.signal });
  await stream.next();
  controller.abort();
  assert.equal((await errorOf(stream.next())).code, "ABORTED");
  await closed.promise;
});

test("who stops reading stops the server too", async (t) => {
  const closed = deferred();
  const { client } = await faulty(
    t,
    events('data: {"kind":"text","text":"a"}\n\n', (_request, response) => {
      response.once("close", () => closed.resolve(undefined));
    }),
  );
  for await (const _event of client.chat("Hello.")) break;
  await closed.promise;
});

test("a stream that stalls, breaks or says that it failed is an error, never a short answer", async (t) => {
  const first = 'data: {"kind":"text","text":"a"}\n\n';
  const read = async (...answers: RequestListener[]) => {
    const { client } = await faulty(t, ...answers);
    const stream = client.chat("Hello.", {}, { timeoutMs: 60 });
    await stream.next();
    return errorOf(stream.next());
  };
  assert.equal((await read(events(first))).code, "TIMED_OUT");
  const broken = await faulty(t, events(first));
  const stream = broken.client.chat("Hello.");
  await stream.next();
  broken.cut();
  assert.equal((await errorOf(stream.next())).code, "CONNECTION_FAILED");
  const problem = JSON.stringify({
    code: "MODEL_FAILED",
    status: 502,
    detail: "It failed.",
    remedy: "Try again.",
    requestId: "r-2",
  });
  const failed = await read(events(`${first}event: error\ndata: ${problem}\n\n`));
  assert.deepEqual([failed.code, failed.requestId, failed.message], ["MODEL_FAILED", "r-2", "It failed."]);
  assert.equal((await read(events(`${first}data: {nonsense\n\n`))).code, "ANSWER_INVALID");
});

test("lines that end within one, or in a Problem, are errors", async (t) => {
  const lines =
    (text: string): RequestListener =>
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson" }).end(text);
    };
  const read = async (text: string) => {
    const { client } = await faulty(t, lines(text));
    const stream = client.export();
    assert.ok((await stream.next()).value);
    return errorOf(stream.next());
  };
  assert.equal((await read('{"cube":1}\n{"cu')).code, "CONNECTION_FAILED");
  const problem = { code: "ABORTED", status: 499, detail: "Cut.", remedy: "Again.", requestId: "r" };
  assert.equal((await read(`{"cube":1}\n${JSON.stringify(problem)}\n`)).message, "Cut.");
});

test("an answer of something else than the server is told apart", async (t) => {
  const { client } = await faulty(
    t,
    (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    (_request, response) => response.writeHead(403, { "content-type": "text/html" }).end("<html>"),
  );
  assert.equal((await errorOf(client.stats())).code, "ANSWER_INVALID");
  const refused = await errorOf(client.stats());
  assert.deepEqual([refused.code, refused.status], ["ANSWER_INVALID", 403]);
});

test("a fetch of the caller is used, and headers of the client and of the call reach the server", async (t) => {
  const { baseUrl } = await faulty(t, json(200, { cubes: 0 }));
  const asked: Headers[] = [];
  const client = new MemosClient({
    baseUrl,
    headers: { "x-app": "one", "x-call": "client" },
    fetch: (input, init) => {
      asked.push(new Headers(init?.headers));
      return fetch(input, init);
    },
  });
  await client.stats({}, { headers: { "x-call": "call" } });
  assert.deepEqual([asked[0]?.get("x-app"), asked[0]?.get("x-call")], ["one", "call"]);
});

function deferred() {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
