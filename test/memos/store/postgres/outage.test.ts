import assert from "node:assert/strict";
import { describe, test } from "node:test";
import pg from "pg";
import * as z from "zod";
import { textOf } from "../../../../memcube/index.js";
import { MemOS, type OpenOptions } from "../../../../memos/index.js";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../../support/postgresServer.js";
import { atEnd, type Lifetime, refused, temporaryFolder, WordEmbedder } from "../../support.js";

const ANA = { tenant: "acme", user: "ana" };

async function started(t: Lifetime): Promise<PostgresServer> {
  const server = await startPostgres(t, { fsync: false });
  assert.ok(server !== undefined);
  return server;
}

async function opened(t: Lifetime, ledger: string, options: Partial<OpenOptions> = {}): Promise<MemOS> {
  const path = options.path ?? (await temporaryFolder(t));
  const memos = await MemOS.open({ embedder: new WordEmbedder(), upkeep: false, ...options, path, ledger });
  atEnd(t, () => memos.close());
  return memos;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe("a Postgres ledger that is in trouble", { skip: withoutPostgres }, () => {
  test("wrong credentials, a database that is not there and a port where nobody listens are told apart from damage", async (t) => {
    const { url } = await started(t);
    const path = await temporaryFolder(t);
    for (const wrong of [url.replace("test-only", "another"), url.replace("/postgres", "/nothing")]) {
      const error = await MemOS.open({ path, ledger: wrong }).catch((thrown) => thrown);
      assert.equal(error.code, "LEDGER_UNAVAILABLE");
      assert.doesNotMatch(String(error.message), /test-only|another/);
    }
    await assert.rejects(
      MemOS.open({ path, ledger: "postgres://memos@127.0.0.1:1/postgres" }),
      refused("LEDGER_UNAVAILABLE"),
    );
    await assert.rejects(MemOS.open({ path, ledger: "mysql://somewhere" }), refused("INVALID_INPUT"));
    await assert.rejects(MemOS.open({ path, ledger: `${url}?schema=No` }), refused("INVALID_INPUT"));
    await assert.rejects(MemOS.open({ path, ledger: `${url}?readers=0` }), refused("INVALID_INPUT"));
  });

  test("a schema of another program is left as it is", async (t) => {
    const { url } = await started(t);
    await query(url, "CREATE SCHEMA theirs; CREATE TABLE theirs.things (a int)");
    const path = await temporaryFolder(t);
    await assert.rejects(MemOS.open({ path, ledger: `${url}?schema=theirs` }), refused("STORE_INVALID"));
    await query(url, "SELECT a FROM theirs.things");
  });

  test("a server that is restarted in the middle of writes is waited for: each is there once", async (t) => {
    const server = await started(t);
    const memos = await opened(t, server.url);
    const add = (n: number) =>
      memos.add(`The parcel number ${n} has arrived.`, ANA, { idempotencyKey: `parcel ${n}` });
    await add(0);
    const writes = Array.from({ length: 200 }, (_, n) => add(n + 1));
    await server.stop("immediate");
    await server.restart();
    const settled = await Promise.allSettled(writes);
    // Nobody can know whether a commit happened whose answer was lost: its caller sends it again.
    for (const [n, each] of settled.entries())
      if (each.status === "rejected") {
        assert.equal(each.reason.code, "LEDGER_UNAVAILABLE");
        await add(n + 1);
      }
    const texts: string[] = [];
    for await (const { cube } of memos.export(ANA)) texts.push(textOf(cube) ?? "");
    assert.equal(texts.length, 201);
    assert.equal(new Set(texts).size, 201);
  });

  test("a server that was restarted while nobody asked is felt by nobody", async (t) => {
    const server = await started(t);
    const memos = await opened(t, server.url);
    await memos.add("Ana Silva lives in Porto.", ANA);
    await server.restart();
    await memos.add("Ana Silva has a cat.", ANA);
    await server.restart();
    assert.equal((await memos.search("Porto", ANA)).hits.length, 2);
  });

  test("a program of an older version is stopped at its next write when another has changed the schema", async (t) => {
    const { url } = await started(t);
    const memos = await opened(t, url);
    await memos.add("Ana Silva lives in Porto.", ANA);
    await query(url, "UPDATE memos.meta SET value = '1000000' WHERE name = 'schema'");
    await assert.rejects(memos.add("Ana Silva has a cat.", ANA), refused("STORE_NEWER"));
    assert.equal((await memos.search("Porto", ANA)).hits.length, 1);
    await assert.rejects(MemOS.open({ path: await temporaryFolder(t), ledger: url }), refused("STORE_NEWER"));
  });

  test("a server that takes no writes is read", async (t) => {
    const { url } = await started(t);
    const memos = await opened(t, url);
    await memos.add("Ana Silva lives in Porto.", ANA);
    const other = await opened(t, url, { readOnly: true });
    assert.equal((await other.search("Porto", ANA)).hits.length, 1);
    await assert.rejects(other.add("Ana Silva has a cat.", ANA), refused("READ_ONLY"));
  });

  test("a write through one node is found through another as soon as it is acknowledged", async (t) => {
    const { url } = await started(t);
    const path = await temporaryFolder(t);
    const one = await opened(t, url, { path });
    const other = await opened(t, url, { path });
    for (let n = 0; n < 20; n++) {
      const [writer, reader] = n % 2 === 0 ? [one, other] : [other, one];
      const { written } = await writer.add(`The word of the day is token${n}.`, ANA);
      const { hits } = await reader.search(`token${n}`, ANA);
      assert.equal(hits[0]?.cube.id, written[0]?.id);
    }
  });

  test("work that one node makes is done by another that was told of it", async (t) => {
    const { url } = await started(t);
    const path = await temporaryFolder(t);
    const one = await opened(t, url, { path });
    const other = await opened(t, url, { path });
    const done = new Promise((resolve) =>
      other.jobs.handle("test.work", { input: z.strictObject({ n: z.int() }) }, async ({ n }) => resolve(n)),
    );
    await one.jobs.enqueue("test.work", { n: 7 }, ANA);
    assert.equal(await done, 7);
  });
});
