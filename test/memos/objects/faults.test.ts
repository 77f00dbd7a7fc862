import assert from "node:assert/strict";
import { test } from "node:test";
import type { S3Request } from "../../../bench/objects/s3Server.js";
import type { ErrorCode, ObjectOptions, Scope } from "../../../memos/index.js";
import { allOf, flush, found, openMemos, openStore, refused } from "../support.js";
import { objectsIn, startS3 } from "./support.js";

const ANA: Scope = { tenant: "acme", user: "ana" };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const media = "application/octet-stream";

/** How a store cannot be opened, and a word of what is said about it. */
const REFUSALS: readonly [what: string, ErrorCode, words: RegExp, Partial<ObjectOptions>][] = [
  ["an access key that nobody has", "OBJECTS_REFUSED", /credentials/, { accessKeyId: "AKIANOBODY" }],
  ["a secret that is wrong", "OBJECTS_REFUSED", /credentials/, { secretAccessKey: "guessed" }],
  ["a bucket that does not exist", "OBJECTS_REFUSED", /no such bucket/, { url: "s3://nowhere/of/ana" }],
  [
    "an endpoint where nothing answers",
    "OBJECTS_UNAVAILABLE",
    /does not answer/,
    { endpoint: "http://127.0.0.1:1" },
  ],
];

for (const [what, code, words, options] of REFUSALS)
  test(`${what} is said to be that`, async (t) => {
    const server = await startS3(t);
    await assert.rejects(
      openMemos(t, { objects: objectsIn(server, { attempts: 2, ...options }) }),
      (error) => {
        refused(code)(error);
        assert.match((error as Error).message, words);
        return true;
      },
    );
    assert.deepEqual(server.objects.list(""), []);
  });

test("503, connections that end and bytes that stop are tried again, and nothing is lost", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server, { timeoutMs: 1_000, attempts: 6, cacheBytes: 0 });
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  let failed = 0;
  let stalled = true;
  server.fault = ({ number, method }: S3Request) => {
    if (number % 7 === 3) {
      failed++;
      return { kind: "refuse", status: 503, code: "SlowDown" };
    }
    if (number % 31 === 5) {
      failed++;
      return { kind: "drop" };
    }
    // The blob comes to a halt on its way, once.
    if (method === "GET" && failed > 0 && !stalled) {
      stalled = true;
      return { kind: "stall" };
    }
    return undefined;
  };
  await memos.add(["The walrus is grey.", "The pelican is white."], ANA);
  await flush(store);
  assert.deepEqual(await found(memos, "walrus", ANA), ["The walrus is grey."]);
  const { sha256 } = await store.blobs.put(bytesOf("many bytes"), media);
  stalled = false;
  assert.deepEqual(new Uint8Array(await store.blobs.get(sha256)), bytesOf("many bytes"));
  assert.ok(stalled && failed > 3, `${failed} requests failed`);
});

test("while the bucket is down, memories are kept and come into the index later", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server, { timeoutMs: 2_000, attempts: 1 });
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  await memos.add("The walrus is grey.", ANA);
  server.fault = () => ({ kind: "drop" });
  await assert.rejects(store.flusher.flushAll(), refused("OBJECTS_UNAVAILABLE"));
  await assert.rejects(store.blobs.put(bytesOf("x"), media), refused("OBJECTS_UNAVAILABLE"));
  await memos.add("The pelican is white.", ANA);
  assert.deepEqual(await found(memos, "pelican", ANA), ["The pelican is white."]);
  const bucket = (await memos.check()).find(({ name }) => name === "bucket");
  assert.equal(bucket?.ok, false);
  assert.match(bucket?.remedy ?? "", /endpoint/);
  server.fault = () => undefined;
  await flush(store);
  assert.equal((await store.ledger.head("acme")).partition?.rows, 2);
  assert.deepEqual(await found(memos, "walrus", ANA), ["The walrus is grey."]);
});

test("a full bucket is said to be full; memories are kept and come into the index when there is room", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server, { attempts: 1 });
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  await memos.add("The walrus is grey.", ANA);
  server.objects.quotaBytes = server.objects.bytes + 10;
  await assert.rejects(store.blobs.put(bytesOf("more than ten bytes"), media), refused("DISK_FULL"));
  await assert.rejects(store.flusher.flushAll(), refused("DISK_FULL"));
  await memos.add("The pelican is white.", ANA);
  assert.equal((await allOf(memos, ANA)).length, 2);
  assert.deepEqual(await store.ledger.blobs(), [], "no reference to what could not be written");
  server.objects.quotaBytes = Number.POSITIVE_INFINITY;
  await flush(store);
  assert.equal((await store.ledger.head("acme")).partition?.rows, 2);
});

test("a bucket that lets nobody write is said to need that", async (t) => {
  const server = await startS3(t);
  server.fault = ({ method }) =>
    method === "PUT" ? { kind: "refuse", status: 403, code: "AccessDenied" } : undefined;
  await assert.rejects(openMemos(t, { objects: objectsIn(server) }), (error) => {
    refused("OBJECTS_REFUSED")(error);
    assert.match((error as Error).message, /list, read, write and delete/);
    return true;
  });
});
