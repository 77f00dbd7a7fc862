import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { searchResultSchema } from "../../../memos/operations.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
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
