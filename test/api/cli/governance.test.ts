import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import {
  auditListResultSchema,
  auditVerdictSchema,
  grantSchema,
  quotaResultSchema,
} from "../../../memos/index.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { inLedger } from "../../memos/support.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const verifySchema = z.strictObject({ intact: z.boolean(), audits: z.array(auditVerdictSchema) });

test("rights are given, listed and ended from the command line", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  await memosJson(["principals", "create", "agent:helper", ...store], z.looseObject({}));
  const grant = await memosJson(
    [
      "grants",
      "create",
      "agent:helper",
      "--actions",
      "read,write",
      "--user",
      "ana",
      "--types",
      "episodic",
      ...store,
    ],
    grantSchema,
  );
  assert.deepEqual(
    [grant.space, grant.actions, grant.types, grant.sensitivity, grant.visibility],
    [{ tenant: "local", user: "ana" }, ["read", "write"], ["episodic"], "internal", "shared"],
  );
  const list = z.strictObject({ grants: z.array(grantSchema) });
  assert.equal((await memosJson(["grants", "list", "--user", "ana", ...store], list)).grants.length, 1);
  assert.match((await memos(["grants", "list", ...store])).stdout, /agent:helper/);
  assert.match((await memos(["principals", "list", ...store])).stdout, /agent:helper/);
  assert.equal((await memos(["grants", "revoke", grant.id, ...store])).status, 0);
  const again = await memos(["grants", "revoke", grant.id, "--json", ...store]);
  assert.equal(again.status, 1);
  assert.equal(failureSchema.parse(JSON.parse(again.stdout)).error.code, "NOT_FOUND");
  for (const wrong of [
    ["grants", "create", "helper", "--actions", "read"],
    ["grants", "create", "agent:helper", "--actions", "rule"],
    ["keys", "create", "two", "--user", "ana", "--agent", "helper"],
    ["audit", "verify", "--expect-head", "latest"],
  ])
    assert.equal((await memos([...wrong, ...store])).status, 2, wrong.join(" "));
});

test("a quota is set and shown, and a full tenant says so", async (context) => {
  const store = ["--store", await temporaryFolder(context)];
  await memosJson(["quota", "set", "--cubes", "1", ...store], quotaResultSchema);
  assert.equal((await memos(["add", "One.", "--user", "ana", ...store])).status, 0);
  const full = await memos(["add", "Two.", "--user", "ana", "--json", ...store]);
  assert.equal(full.status, 1);
  assert.equal(failureSchema.parse(JSON.parse(full.stdout)).error.code, "QUOTA_EXCEEDED");
  const { usage } = await memosJson(["quota", "show", ...store], quotaResultSchema);
  assert.deepEqual(usage, { cubes: 1, textBytes: 4, apiKeys: 0 });
});

test("the audit is listed and checked, and a forged one ends with status 1", async (context) => {
  const folder = await temporaryFolder(context);
  const store = ["--store", folder];
  await memos(["add", "One.", "--user", "ana", ...store]);
  await memos(["add", "Two.", "--user", "ana", ...store]);
  const { entries } = await memosJson(["audit", "list", ...store], auditListResultSchema);
  assert.deepEqual(
    entries.map(({ operation }) => operation),
    ["add", "add"],
  );
  const { intact, audits } = await memosJson(["audit", "verify", "--all", ...store], verifySchema);
  assert.equal(intact, true);
  const head = audits[0]?.head;
  const text = (await memos(["audit", "verify", ...store])).stdout;
  assert.equal(text, `local: intact, 2 entries; head 2:${head?.hash}\n`);
  const expected = ["audit", "verify", "--expect-head", `2:${head?.hash}`, ...store];
  assert.equal((await memos(expected)).status, 0);
  inLedger(folder, (db) => db.prepare("DELETE FROM audit WHERE sequence = 2").run());
  assert.equal((await memos(["audit", "verify", ...store])).status, 0);
  const cut = await memos(expected);
  assert.deepEqual([cut.status, cut.stdout], [1, "local: broken at entry 2: the end was cut off\n"]);
});
