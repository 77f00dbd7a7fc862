import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import Database from "libsql";
import { type ErrorCode, isMemosError, migrateLedger, undoMigration } from "../../../memos/index.js";
import { MIGRATIONS } from "../../../memos/store/sql/migrations.js";
import { asPostgres, postgresBin, withoutPostgres } from "../../support/postgresServer.js";
import { atEnd, inLedgerFile, type Lifetime, refused, remember, temporaryFolder } from "../support.js";
import { ANA, copyOf, openAt, query, serverWithPlainRole } from "./support.js";

const SERVER = await serverWithPlainRole();
const SMALL = SERVER === undefined ? "" : await oneMemory();
const schema = (name: string) => SERVER?.schema(name) ?? "";
const needsServer = { skip: withoutPostgres };

const refusedWith = (code: ErrorCode, sentence: RegExp) => (error: unknown) => {
  assert.ok(isMemosError(error, code), String(error));
  assert.match(error.message, sentence);
  assert.doesNotMatch(error.message, /only-for-tests|wrong-password/);
  return true;
};

/** A folder with a store of one memory. */
const smallStore = (t: Lifetime) => copyOf(t, SMALL);

async function oneMemory(): Promise<string> {
  const folder = await temporaryFolder({ after });
  const memos = await openAt(folder);
  await remember(memos, "Ana keeps a walrus.", ANA);
  await memos.close();
  return folder;
}

/** The old ledger takes writes as if nothing had been tried. */
async function goesOn(path: string): Promise<void> {
  const memos = await openAt(path);
  await remember(memos, "It goes on.", ANA);
  await memos.close();
}

/** The same by a look into the file: no mark, and nothing that refuses a row. */
function isOpen(path: string): void {
  inLedgerFile(path, (db) => {
    db.exec("UPDATE cubes SET heat = heat");
    assert.deepEqual(db.prepare("SELECT name FROM meta WHERE name = 'moved'").all(), []);
  });
}

test(
  "what cannot be moved there is refused with its reason, and the old ledger goes on",
  needsServer,
  async (t) => {
    const path = await smallStore(t);
    const url = schema("refused");
    const cases: readonly [string, string, ErrorCode, RegExp][] = [
      [path, url.replace("only-for-tests", "wrong-password"), "LEDGER_UNAVAILABLE", /role or its password/],
      [path, url.replace(/:\d+\//, ":1/"), "LEDGER_UNAVAILABLE", /cannot be reached/],
      [path, await temporaryFolder(t), "INVALID_INPUT", /One of both ends is Postgres/],
      [path, "postgres://h/d?schema=No", "INVALID_INPUT", /small letters/],
      [join(path, "nothing"), url, "STORE_INVALID", /There is no ledger/],
      [schema("no_such_schema"), await temporaryFolder(t), "STORE_INVALID", /There is no ledger/],
    ];
    for (const [from, to, code, sentence] of cases)
      await assert.rejects(migrateLedger({ from, to }), refusedWith(code, sentence));
    await query(SERVER?.server.url ?? "", "CREATE SCHEMA theirs CREATE TABLE invoices (id int)");
    await query(SERVER?.server.url ?? "", "GRANT ALL ON SCHEMA theirs TO plain");
    await assert.rejects(
      migrateLedger({ from: path, to: schema("theirs") }),
      refusedWith("STORE_INVALID", /another program's/),
    );
    const used = await openAt(path, schema("used"));
    await remember(used, "Something is here.", ANA);
    await used.close();
    await assert.rejects(
      migrateLedger({ from: path, to: schema("used") }),
      refusedWith("STORE_INVALID", /There is a ledger at postgres:.*schema=used already/),
    );
    await goesOn(path);
  },
);

test(
  "a text that Postgres cannot keep is named with its table and key before anything is copied",
  needsServer,
  async (t) => {
    const path = await smallStore(t);
    inLedgerFile(path, (db) =>
      db.exec("UPDATE cubes SET actor = CAST(x'610062' AS TEXT) WHERE key = (SELECT min(key) FROM cubes)"),
    );
    await assert.rejects(
      migrateLedger({ from: path, to: schema("zero") }),
      refusedWith("STORE_INVALID", /U\+0000, and one is in cubes \(key 1\)/),
    );
    isOpen(path);
  },
);

test("a ledger of an older schema is brought up to date first", needsServer, async (t) => {
  const path = await temporaryFolder(t);
  await mkdir(path, { recursive: true });
  const db = new Database(join(path, "ledger.db"));
  for (const migration of MIGRATIONS.slice(0, 9)) db.exec(migration);
  db.exec("PRAGMA user_version = 9; PRAGMA application_id = 1296387407");
  db.close();
  const { verified, tables } = await migrateLedger({ from: path, to: schema("older") });
  assert.equal(verified, true);
  assert.ok(tables.length > 40);
});

test(
  "a move that is given up halfway opens on neither side, is taken back, and begins anew in the same schema",
  needsServer,
  async (t) => {
    const path = await smallStore(t);
    const halfway = new AbortController();
    const stopped = migrateLedger({
      from: path,
      to: schema("halfway"),
      signal: halfway.signal,
      onProgress: () => halfway.abort(),
    });
    await assert.rejects(stopped, refused("ABORTED"));
    await assert.rejects(openAt(path), refusedWith("STORE_INVALID", /is being moved to postgres:/));
    await assert.rejects(
      openAt(path, schema("halfway")),
      refusedWith("STORE_INVALID", /has not wholly arrived from/),
    );
    await assert.rejects(
      migrateLedger({ from: path, to: schema("elsewhere") }),
      refusedWith("STORE_INVALID", /is being moved to .*halfway/),
    );
    assert.equal((await undoMigration({ from: path })).finished, false);
    await goesOn(path);
    const { verified, cubes, resumedAt } = await migrateLedger({ from: path, to: schema("halfway") });
    assert.deepEqual([verified, cubes, resumedAt], [true, 2, null]);
  },
);

test(
  "rows that were changed behind its back are found, and the new ledger stays closed",
  needsServer,
  async (t) => {
    const path = await smallStore(t);
    const receipt = await migrateLedger({
      from: path,
      to: schema("tampered"),
      onProgress: ({ step, table }) => {
        if (step === "copying" && table === "versions")
          inLedgerFile(path, (db) => {
            db.exec("DROP TRIGGER moved_cubes_UPDATE");
            db.exec("UPDATE cubes SET heat = heat + 0.5");
          });
      },
    });
    assert.equal(receipt.verified, false);
    assert.deepEqual(
      receipt.tables.filter(({ equal }) => !equal).map(({ name }) => name),
      ["cubes"],
    );
    assert.match(receipt.faults.join(), /rows of cubes are not the same in both/);
    await assert.rejects(openAt(path, schema("tampered")), refused("STORE_INVALID"));
    await undoMigration({ from: path });
    isOpen(path);
  },
);

test(
  "a server that dies in the middle is said to be away, and the move goes on when it is back",
  needsServer,
  async (t) => {
    const path = await smallStore(t);
    const server = SERVER?.server;
    assert.ok(server !== undefined && postgresBin !== undefined);
    const stop = ["-D", server.dataDir, "-m", "immediate", "-w", "stop"];
    const pgCtl = join(postgresBin, "pg_ctl");
    let stopped = false;
    const move = migrateLedger({
      from: path,
      to: schema("restarted"),
      onProgress: () => {
        if (stopped) return;
        stopped = true;
        execFileSync(pgCtl, stop, { ...asPostgres, stdio: "ignore" });
      },
    });
    await assert.rejects(move, refused("LEDGER_UNAVAILABLE"));
    await server.restart();
    assert.equal((await migrateLedger({ from: path, to: schema("restarted") })).verified, true);
  },
);

test("two moves into one schema do not mix", needsServer, async (t) => {
  const [one, two] = [await smallStore(t), await smallStore(t)];
  const moves = await Promise.allSettled(
    [one, two].map((from) => migrateLedger({ from, to: schema("contended") })),
  );
  const done = moves.filter((move) => move.status === "fulfilled");
  assert.equal(done.length, 1);
  const memos = await openAt(one, schema("contended"));
  atEnd(t, () => memos.close());
  assert.equal((await memos.stats(ANA)).cubes, 1);
});
