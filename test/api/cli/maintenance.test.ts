import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { searchResultSchema } from "../../../memos/operations.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { BUCKET, KEYS, startS3 } from "../../memos/objects/support.js";
import { memos, memosJson } from "./memosProcess.js";

test("keys are created once in the clear, listed without secrets, and revoked", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  const created = await memosJson(
    ["keys", "create", "laptop", "--tenant", "acme", ...store],
    z.object({
      id: z.string(),
      secret: z.string().min(20),
      tenant: z.literal("acme"),
      name: z.literal("laptop"),
    }),
  );
  const listed = await memos(["keys", "list", "--json", ...store]);
  assert.match(listed.stdout, /"acme"/);
  assert.ok(!listed.stdout.includes(created.secret));
  assert.equal((await memos(["keys", "revoke", created.id, ...store])).status, 0);
  const after = await memosJson(
    ["keys", "list", ...store],
    z.object({ keys: z.array(z.object({ id: z.string(), revokedAt: z.string() })) }),
  );
  assert.deepEqual(
    after.keys.map(({ id }) => id),
    [created.id],
  );
});

test("a rebuilt index finds what it found before", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  await memos(["add", "Ana keeps bees.", "--user", "ana", ...store]);
  const schema = z.object({ tenants: z.int(), rows: z.int(), milliseconds: z.number() });
  const rebuilt = await memosJson(["rebuild", "--index", ...store], schema);
  assert.deepEqual([rebuilt.tenants, rebuilt.rows], [1, 1]);
  const found = await memosJson(["search", "bees", "--user", "ana", ...store], searchResultSchema);
  assert.equal(found.hits.length, 1);
});

test("a healthy store passes the doctor", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  await memos(["add", "Ana keeps bees.", "--user", "ana", ...store]);
  const schema = z.object({
    ok: z.literal(true),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })).min(1),
  });
  await memosJson(["doctor", ...store], schema);
  assert.match((await memos(["doctor", ...store])).stdout, /^ok {4}/);
});

test("the environment names a bucket: commands work in it, gc keeps what is needed, and a wrong key is said to be wrong", async (context) => {
  const server = await startS3(context);
  const folder = await temporaryFolder(context);
  const store = ["--store", folder, "--embedder", "none"];
  const environment = {
    MEMOS_OBJECTS: `s3://${BUCKET}/of/ana`,
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  assert.equal(
    (await memos(["add", "Ana keeps bees.", "--user", "ana", ...store], { environment })).status,
    0,
  );
  assert.equal((await memos(["rebuild", "--index", ...store], { environment })).status, 0);
  assert.ok(server.objects.list("of/ana/index/").length > 0);
  assert.match(
    (await memos(["doctor", ...store], { environment })).stdout,
    /ok {4}bucket: s3:\/\/memories\/of\/ana/,
  );
  const collected = await memos(["gc", ...store], { environment });
  assert.equal(
    collected.stdout,
    "removed 0 blobs, 0 tables, 0 uploads that were never finished: 0 bytes\n",
    collected.stderr,
  );
  const found = await memos(["search", "bees", "--user", "ana", ...store], { environment });
  assert.match(found.stdout, /Ana keeps bees/);
  const wrong = { ...environment, AWS_SECRET_ACCESS_KEY: "guessed" };
  const refusal = await memos(["search", "bees", "--user", "ana", ...store], { environment: wrong });
  assert.notEqual(refusal.status, 0);
  assert.match(refusal.stderr, /does not accept the credentials/);
});
