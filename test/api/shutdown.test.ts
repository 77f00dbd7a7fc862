import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { HTTP_LIMITS } from "../../api/limits.js";
import { addProgressSchema } from "../../memos/operations.js";
import { type Harness, linesOf, NDJSON_BODY, startServer } from "./harness.js";

/** A stream that the server has begun to handle. */
async function inFlight(api: Harness): Promise<ClientRequest> {
  const sending = request(`${api.address}/v1/memories/stream`, {
    method: "POST",
    headers: { ...NDJSON_BODY, expect: "100-continue" },
  });
  sending.flushHeaders();
  await once(sending, "continue");
  sending.write('"First."\n');
  return sending;
}

test("closing finishes a request in flight, refuses new ones, and then closes the store", async (t) => {
  const api = await startServer(t);
  const sending = await inFlight(api);
  const closing = api.close();
  await assert.rejects(fetch(`${api.address}/healthz`));
  assert.equal((await api.memos.readiness()).ready, true);

  sending.end('"Second."\n');
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const progress = linesOf(await text(response)).map((line) => addProgressSchema.parse(line));
  assert.deepEqual([progress.at(-1)?.done, progress.at(-1)?.added], [true, 2]);
  await closing;
  assert.equal((await api.memos.readiness()).ready, false);
});

test("closing gives up on a request that does not end", async (t) => {
  const api = await startServer(t);
  const sending = await inFlight(api);
  const broken = once(sending, "error");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const closing = api.close();
  t.mock.timers.tick(HTTP_LIMITS.closeMs);
  await Promise.all([broken, closing]);
  assert.equal((await api.memos.readiness()).ready, false);
});

test("closing twice is closing once", async (t) => {
  const api = await startServer(t);
  assert.equal(api.close(), api.close());
  await api.close();
});
