import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { type ClientRequest, createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createInterface } from "node:readline/promises";
import { test } from "node:test";
import { ingest } from "../../api/ingest.js";
import { HTTP_LIMITS } from "../../api/limits.js";
import { writeNdjson } from "../../api/ndjson.js";
import { isMemosError, MemosError } from "../../memcube/index.js";
import { type AddProgress, addProgressSchema } from "../../memos/operations.js";
import { type Harness, linesOf, NDJSON_BODY, problemOf, startServer } from "./harness.js";

const scope = { tenant: "local", user: "ana" };

async function stream(api: Harness, body: string | Uint8Array<ArrayBuffer>): Promise<AddProgress[]> {
  const response = await fetch(`${api.address}/v1/memories/stream?user=ana`, {
    method: "POST",
    headers: NDJSON_BODY,
    body,
  });
  assert.equal(response.status, 200);
  return linesOf(await response.text()).map((line) => addProgressSchema.parse(line));
}

function openStream(api: Harness): ClientRequest {
  return request(`${api.address}/v1/memories/stream?user=ana`, { method: "POST", headers: NDJSON_BODY });
}

test("a line that cannot be stored is skipped with its number and the reason", async (t) => {
  const api = await startServer(t);
  const body = Buffer.concat([
    Buffer.from(
      '"First."\n{"role":"user","content":"Second."}\r\nnot json, private\n\n{"text":"a","colour":"red"}\n"',
    ),
    Buffer.from([0xff]),
    Buffer.from('"\n[[[1]]]\n{"text":""}\n{"text":"Last, without a line break."}'),
  ]);
  const progress = await stream(api, new Uint8Array(body));
  const skipped = progress.flatMap((part) => part.skipped).sort((a, b) => a.index - b.index);
  assert.deepEqual(
    skipped.map(({ index }) => index),
    [2, 3, 4, 5, 6, 7],
  );
  const reasons = skipped.map(({ reason }) => reason);
  assert.match(reasons[0] ?? "", /not valid JSON/);
  assert.match(reasons[1] ?? "", /empty/);
  assert.match(reasons[2] ?? "", /colour/);
  assert.match(reasons[3] ?? "", /UTF-8/);
  assert.ok(!JSON.stringify(progress).includes("private"));
  assert.equal(progress.at(-1)?.done, true);
  assert.equal(progress.at(-1)?.added, 3);
  assert.equal((await api.memos.stats(scope)).cubes, 3);
});

test("an empty stream is done at once", async (t) => {
  const api = await startServer(t);
  const [only, ...more] = await stream(api, "");
  assert.deepEqual(more, []);
  assert.deepEqual([only?.done, only?.added], [true, 0]);
});

test("a line over the limit is skipped and the next one is stored", async (t) => {
  const api = await startServer(t);
  const long = JSON.stringify("x".repeat(HTTP_LIMITS.lineBytes));
  const progress = await stream(api, `"Before."\n${long}\n"After."\n`);
  const skipped = progress.flatMap((part) => part.skipped);
  assert.deepEqual(
    skipped.map(({ index }) => index),
    [1],
  );
  assert.match(skipped[0]?.reason ?? "", /over \d+ bytes/);
  assert.equal(progress.at(-1)?.added, 2);
});

test("a body far over the limit of JSON bodies is stored", async (t) => {
  const api = await startServer(t);
  const text = "A line that is long enough to add up. ".repeat(2_000);
  const count = Math.ceil((HTTP_LIMITS.bodyBytes * 1.5) / text.length);
  const body = Array.from({ length: count }, (_, index) => JSON.stringify(`${index} ${text}`)).join("\n");
  const progress = await stream(api, body);
  assert.equal(progress.at(-1)?.added, count);
  const written = progress.flatMap((part) => part.written);
  assert.equal(new Set(written.map(({ id }) => id)).size, count);
});

test("what is committed is reported while the sender goes on", async (t) => {
  const api = await startServer(t);
  const sending = openStream(api);
  const answered = once(sending, "response");
  sending.write('"First."\n');
  const [response] = (await answered) as [IncomingMessage];
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  const next = async () => addProgressSchema.parse(JSON.parse((await lines.next()).value ?? ""));
  const first = await next();
  assert.deepEqual([first.added, first.done], [1, false]);
  sending.write('"Second."\n');
  sending.end();
  assert.equal((await next()).added, 2);
  assert.equal((await next()).done, true);
});

test("a sender that disappears ends the operation", async (t) => {
  const events = new EventEmitter();
  const logged = once(events, "logged");
  const logger = {
    info: (fields: object) => events.emit("logged", fields),
    warn: () => undefined,
    error: (fields: object) => assert.fail(JSON.stringify(fields)),
  };
  const api = await startServer(t, { development: true, logger });
  const sending = openStream(api);
  sending.on("error", () => undefined);
  sending.setHeader("expect", "100-continue");
  sending.flushHeaders();
  await once(sending, "continue");
  sending.write('"First."\n"Never comp');
  sending.destroy();
  const [fields] = (await logged) as [{ status: number }];
  assert.equal(fields.status, 499);
  assert.equal((await api.send("GET", "/healthz")).status, 200);
});

test("a stream that fails before its first line is an ordinary Problem", async (t) => {
  const api = await startServer(t);
  await api.memos.close();
  assert.equal(problemOf(await api.send("GET", "/v1/export"), 503).code, "CLOSED");
});

test("lines are not read ahead of the consumer", async () => {
  let taken = 0;
  async function* lines() {
    for (;;) {
      taken += 1;
      yield { text: '"a"' };
    }
  }
  async function* addTwo(inputs: AsyncIterable<unknown>): AsyncGenerator<AddProgress> {
    const iterator = inputs[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    await iterator.return?.();
    yield { added: 2, duplicates: 0, skipped: [], written: [], warnings: [], milliseconds: 0, done: true };
  }
  for await (const progress of ingest(lines(), addTwo)) assert.equal(progress.added, 2);
  assert.equal(taken, 2);
});

test("a failure does not wait for the next line of a sender that pauses", async () => {
  async function* lines() {
    yield { text: '"a"' };
    await new Promise(() => undefined);
  }
  const failing = (inputs: AsyncIterable<unknown>): AsyncIterable<AddProgress> => ({
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const iterator = inputs[Symbol.asyncIterator]();
        await iterator.next();
        void iterator.next();
        await iterator.return?.();
        throw new MemosError("DISK_FULL", "The disk is full.");
      },
    }),
  });
  await assert.rejects(ingest(lines(), failing).next(), (error) => isMemosError(error, "DISK_FULL"));
});

test("a reader that stops reading stops the source, and one that leaves ends it", async (t) => {
  const events = new EventEmitter();
  const stalled = once(events, "stalled");
  const stopped = once(events, "stopped");
  async function* values() {
    try {
      for (;;) yield "x".repeat(64 * 1024);
    } finally {
      events.emit("stopped");
    }
  }
  const server = createServer((_request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const write = response.write.bind(response);
    // An endless source that was not held back would never let another event happen.
    response.write = (chunk: string) => {
      const flowing = write(chunk);
      if (!flowing) events.emit("stalled");
      return flowing;
    };
    void writeNdjson(response, values(), { requestId: "r", instance: "/", signal: gone.signal });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await stalled;
  socket.destroy();
  await stopped;
});
