import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { flush, found, inBothTiers, openMemos, openStore, refused, remember } from "../support.js";
import { objectsIn, startS3 } from "./support.js";

const ANA: Scope = { tenant: "acme", user: "ana" };

test("what one process writes with its index in a bucket, another finds; the folder has the ledger alone", async (t) => {
  const objects = objectsIn(await startS3(t));
  const { memos, path } = await openMemos(t, { objects });
  await memos.add(["The walrus is grey.", "The pelican is white."], ANA);
  const store = await openStore(t, path, undefined, objects);
  const { memos: other } = await openMemos(t, { path, objects });
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(other, "walrus", ANA), ["The walrus is grey."]);
    assert.deepEqual(await found(memos, "pelican", ANA), ["The pelican is white."]);
  });
  assert.equal((await store.ledger.head("acme")).partition?.rows, 2);
  assert.ok(!(await readdir(path)).includes("index"));
  const { memos: reader } = await openMemos(t, { path, objects, readOnly: true });
  assert.deepEqual(await found(reader, "walrus", ANA), ["The walrus is grey."]);
  const findings = await memos.check();
  assert.deepEqual(
    findings.filter(({ ok }) => !ok),
    [],
  );
  assert.equal(findings.find(({ name }) => name === "bucket")?.detail, "s3://memories/of/ana/");
});

test("a purge leaves nothing in the bucket, and the proof of it looks there", async (t) => {
  const server = await startS3(t);
  const objects = objectsIn(server);
  const { memos, path } = await openMemos(t, { objects });
  const secret = "The combination of the safe behind the walrus is known to nobody but Zelda Quimby herself.";
  const id = await remember(memos, secret, ANA);
  await memos.add("The pelican is white.", ANA);
  await flush(await openStore(t, path, undefined, objects));
  const receipt = await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.equal(receipt.steps.index, "done");
  const verified = await memos.forgetting.verify(receipt, ANA);
  assert.deepEqual([verified.clean, verified.pending], [true, false]);
  for (const object of server.objects.list(""))
    assert.ok(!(await server.objects.read(object)).includes("quimbi"), object.key);

  await server.objects.put("of/ana/left/behind", Buffer.from(`…${"padding ".repeat(100_000)}${secret}`));
  const { clean, found: places } = await memos.forgetting.verify(receipt, ANA);
  assert.equal(clean, false);
  assert.equal(places[0]?.file, "s3://memories/of/ana/left/behind");
});

test("a bucket that holds the objects of another store is refused, and nothing in it changes", async (t) => {
  const server = await startS3(t);
  const { memos } = await openMemos(t, { objects: objectsIn(server) });
  await memos.add("The walrus is grey.", ANA);
  const before = server.objects.list("").map(({ key, etag }) => [key, etag]);
  await assert.rejects(openMemos(t, { objects: objectsIn(server) }), refused("STORE_INVALID"));
  await server.objects.put("of/bob/store.json", Buffer.from("not JSON"));
  await assert.rejects(
    openMemos(t, { objects: objectsIn(server, { url: "s3://memories/of/bob" }) }),
    refused("STORE_INVALID"),
  );
  assert.deepEqual(
    server.objects.list("of/ana/").map(({ key, etag }) => [key, etag]),
    before,
  );
  await openMemos(t, { objects: objectsIn(server, { url: "s3://memories/of/carla/" }) });
});

test("a store of objects that overlooks If-None-Match is refused: writers could undo each other's work", async (t) => {
  const server = await startS3(t);
  server.conditional = false;
  await assert.rejects(openMemos(t, { objects: objectsIn(server) }), refused("UNSUPPORTED"));
});

test("options that make no sense are refused, each by its name", async (t) => {
  for (const [objects, path] of [
    [{ url: "https://example.com/bucket" }, "url"],
    [{ url: "s3://" }, "url"],
    [{ url: "s3://a/b?c" }, "url"],
    [{ url: "s3://memories", endpoint: "ftp://example.com" }, "endpoint"],
    [{ url: "s3://memories", accessKeyId: "k" }, "secretAccessKey"],
    [{ url: "s3://memories", cacheBytes: -1 }, "cacheBytes"],
    [{ url: "s3://memories", attempts: 0 }, "attempts"],
  ] as const)
    await assert.rejects(openMemos(t, { objects }), (error) => {
      refused("INVALID_INPUT")(error);
      assert.equal((error as { path?: string }).path, path);
      return true;
    });
});
