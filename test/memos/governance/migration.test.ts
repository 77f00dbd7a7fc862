import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "libsql";
import { MIGRATIONS } from "../../../memos/store/sql/migrations.js";
import { found, openMemos, remember, temporaryFolder } from "../support.js";
import { withGrant } from "./support.js";

const TEAM = { tenant: "acme", app: "team" };

/** The ledger of a store as it was before there were grants: the rows that it had then, in its schema. */
async function asItWas(path: string, newer: string): Promise<void> {
  const version = MIGRATIONS.findIndex((sql) => sql.includes("CREATE TABLE grants"));
  const db = new Database(join(path, "ledger.db"));
  for (const sql of MIGRATIONS.slice(0, version)) db.exec(sql);
  db.exec(`PRAGMA application_id = ${0x4d454d4f}; PRAGMA user_version = ${version}`);
  db.exec(`ATTACH '${join(newer, "ledger.db")}' AS newer`);
  for (const table of ["cubes", "versions", "outbox", "vectors", "embedders", "api_keys"]) {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${table}', 'main')`).all() as {
      name: string;
    }[];
    const names = columns.map(({ name }) => `"${name}"`).join(", ");
    db.exec(`INSERT INTO main.${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  db.close();
}

test("a store from before there were grants keeps its keys' rights, and says so in a grant", async (t) => {
  const { memos: before, path: newer } = await openMemos(t);
  await before.add({ text: "The walrus is shared.", governance: { visibility: "shared" } }, TEAM);
  await remember(before, "The walrus is private.", TEAM);
  const gone = await remember(before, "The walrus is gone.", TEAM);
  await before.forget(gone, TEAM);
  const { secret, id } = await before.keys.create("acme", "laptop");
  await before.close();
  const path = await temporaryFolder(t);
  await asItWas(path, newer);

  const { memos } = await openMemos(t, { path });
  assert.deepEqual(
    (await memos.keys.list()).map((key) => [key.id, key.principal, key.readOnly]),
    [[id, { kind: "service", id: "admin" }, false]],
  );
  const [grant, ...others] = await memos.governance.grants({ tenant: "acme" });
  assert.deepEqual([grant?.space, others], [{ tenant: "acme" }, []]);
  const key = await memos.keys.verify(secret);
  assert.ok(key !== undefined);
  const admin = memos.as({ tenant: key.tenant, ...key.principal });
  assert.equal((await found(admin, "walrus", TEAM)).length, 2);
  assert.equal((await admin.governance.grants({ tenant: "acme" })).length, 1);
  const { view } = await withGrant(
    memos,
    { tenant: "acme", kind: "agent", id: "reader" },
    { space: TEAM, actions: ["read"] },
  );
  assert.deepEqual(await found(view, "walrus", TEAM), ["The walrus is shared."]);
  assert.deepEqual((await memos.governance.quota("acme")).usage, { cubes: 2, textBytes: 81, apiKeys: 1 });
});
