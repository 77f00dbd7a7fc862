import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { MemOS } from "../../../../memos/index.js";
import { startPostgres, withoutPostgres } from "../../../support/postgresServer.js";
import { temporaryFolder, WordEmbedder } from "../../support.js";

const ANA = { tenant: "acme", user: "ana" };
const EVE = { tenant: "globex", user: "eve" };

const OF_TENANT = ["cubes", "versions", "vectors", "mentions", "outbox", "events", "usage", "audit"];

const server = await startPostgres({ after }, { fsync: false });
const path = await temporaryFolder({ after });

/** A superuser passes every wall: the ledger is used by a role that is none. */
async function filled(url: string): Promise<string> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query("CREATE ROLE app LOGIN PASSWORD 'test-only'; GRANT CREATE ON DATABASE postgres TO app");
  await admin.end();
  const ledger = url.replace(/\/\/[^@]*@/, "//app:test-only@");
  const memos = await MemOS.open({ path, ledger, embedder: new WordEmbedder() });
  await memos.add("Ana Silva lives in Porto.", ANA);
  await memos.add("Eve Brown lives in Oslo.", EVE);
  await memos.settled();
  await memos.close();
  return ledger;
}

describe("row-level security is a second wall", { skip: withoutPostgres }, () => {
  let client: pg.Client;

  before(async () => {
    client = new pg.Client({ connectionString: await filled(server?.url ?? "") });
    await client.connect();
    await client.query("SET search_path TO memos");
  });
  after(() => client.end());

  const rows = async (table: string, tenant: string | undefined): Promise<unknown[]> => {
    await client.query("SELECT set_config('memos.tenant', $1, false)", [tenant ?? ""]);
    return (await client.query(`SELECT * FROM ${table}`)).rows;
  };

  for (const table of OF_TENANT)
    test(`a statement that forgets its tenant sees only that tenant's rows of ${table}`, async () => {
      const [mine, theirs, all] = [
        await rows(table, "acme"),
        await rows(table, "globex"),
        await rows(table, "*"),
      ];
      assert.ok(all.length > 0, "there are rows to be hidden");
      assert.equal(mine.length + theirs.length, all.length);
      assert.doesNotMatch(JSON.stringify(mine), /globex|Oslo/);
      assert.doesNotMatch(JSON.stringify(theirs), /acme|Porto/);
    });

  test("a connection that has not said whose it is sees nothing", async () => {
    for (const table of OF_TENANT) assert.deepEqual(await rows(table, undefined), []);
  });

  test("a row of another tenant can be neither written nor changed", async () => {
    await client.query("SELECT set_config('memos.tenant', 'acme', false)");
    await assert.rejects(
      client.query("INSERT INTO snapshots (tenant, name, at, created_at) VALUES ('globex', 'x', 0, 0)"),
      /row-level security/,
    );
    const { rowCount } = await client.query("UPDATE cubes SET state = 'forgotten' WHERE tenant = 'globex'");
    assert.equal(rowCount, 0);
  });
});
