import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type MigrationReceipt, migrateLedger, undoMigration } from "../../../memos/index.js";
import { withoutPostgres } from "../../support/postgresServer.js";
import { atEnd, inLedgerFile, refused, remember, temporaryFolder } from "../support.js";
import { ANA, answers, copyOf, fullStore, openAt, query, serverWithPlainRole } from "./support.js";

const SERVER = await serverWithPlainRole();
const FULL = SERVER === undefined ? { path: "", ids: [] } : await fullStore({ after });
const schema = (name: string) => SERVER?.schema(name) ?? "";

function whole(receipt: MigrationReceipt): void {
  assert.deepEqual(receipt.faults, []);
  assert.equal(receipt.verified, true);
  assert.ok(receipt.tables.every(({ equal }) => equal));
}

test("a store with rows of every kind answers the same from Postgres, and the same again when it is back", {
  skip: withoutPostgres,
}, async (t) => {
  const path = await copyOf(t, FULL.path);
  const rowsBefore = inLedgerFile(path, (db) =>
    db.prepare("SELECT * FROM usage ORDER BY tenant").raw().all(),
  );
  const before = await openAt(path);
  const expected = await answers(before, FULL.ids);
  await before.close();

  const receipt = await migrateLedger({ from: path, to: schema("there") });
  whole(receipt);
  assert.deepEqual(
    receipt.tables.filter(({ rows }) => rows === 0).map(({ name }) => name),
    ["purges"],
    "every other table had rows",
  );
  assert.ok(!JSON.stringify(receipt).includes("only-for-tests"), "the password is not shown");
  await assert.rejects(openAt(path), refused("STORE_INVALID"));

  const moved = await openAt(path, schema("there"));
  atEnd(t, () => moved.close());
  assert.deepEqual(await answers(moved, FULL.ids), expected);
  const usage = await query(SERVER?.server.url ?? "", "SELECT * FROM there.usage ORDER BY tenant");
  assert.deepEqual(
    usage.map((row) => Object.values(row).map(String)),
    (rowsBefore as unknown[][]).map((row) => row.map(String)),
  );

  // What reacts to rows reacts again: a compiled state goes with the memory that it was made of.
  await moved.update(FULL.ids[1] ?? "", { text: "Ana keeps a seal." }, ANA);
  assert.deepEqual(await query(SERVER?.server.url ?? "", "SELECT id FROM there.activations"), []);
  const added = await remember(moved, "Written in Postgres.", ANA);
  const later = await answers(moved, FULL.ids);
  await moved.close();

  whole(await migrateLedger({ from: schema("there"), to: path }));
  await assert.rejects(openAt(path, schema("there")), refused("STORE_INVALID"));
  const back = await openAt(path);
  atEnd(t, () => back.close());
  assert.deepEqual(await answers(back, FULL.ids), later);
  assert.equal((await back.get(added, ANA)).version, 1);
  await remember(back, "Written in SQLite again.", ANA);
  await back.close();
  whole(await migrateLedger({ from: path, to: schema("there") }));
});

test("row-level security stands again after a move, and numbers go on behind the last that was given", {
  skip: withoutPostgres,
}, async (t) => {
  const path = await copyOf(t, FULL.path);
  const last = inLedgerFile(path, (db) =>
    db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").raw().get(),
  ) as number[];
  whole(await migrateLedger({ from: path, to: schema("walls") }));
  const unsaid = await query(schema("walls").replace(/\?.*/, ""), "SELECT 1 FROM walls.cubes");
  assert.deepEqual(unsaid, [], "who has not said for which tenant sees nothing");
  const forced = await query(
    SERVER?.server.url ?? "",
    "SELECT relname FROM pg_class WHERE relnamespace = 'walls'::regnamespace AND relrowsecurity AND NOT relforcerowsecurity",
  );
  assert.deepEqual(forced, []);
  const silent = await query(
    SERVER?.server.url ?? "",
    "SELECT tgname FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'walls'::regnamespace) AND tgenabled <> 'O'",
  );
  assert.deepEqual(silent, []);
  const memos = await openAt(path, schema("walls"));
  atEnd(t, () => memos.close());
  await remember(memos, "One more.", ANA);
  const [row] = await query(
    SERVER?.server.url ?? "",
    "SELECT min(seq) AS seq FROM walls.sqlite_sequence WHERE name = 'outbox'",
  );
  assert.ok(Number(row?.["seq"]) > Number(last[0]));
});

test("the same command after the move says the same again and moves nothing", {
  skip: withoutPostgres,
}, async (t) => {
  const path = await copyOf(t, FULL.path);
  const first = await migrateLedger({ from: path, to: schema("twice") });
  const memos = await openAt(path, schema("twice"));
  await remember(memos, "Since then.", ANA);
  await memos.close();
  // As if the process had been killed before it could note in the old ledger that all is done.
  inLedgerFile(path, (db) =>
    db.exec(`UPDATE meta SET value = replace(value, 'true', 'false') WHERE name = 'moved'`),
  );
  assert.deepEqual(await migrateLedger({ from: path, to: schema("twice") }), first);
  assert.deepEqual(await migrateLedger({ from: path, to: schema("twice") }), first);
});

test("a process that has the old ledger open is told at its next write, and loses nothing that was acknowledged", {
  skip: withoutPostgres,
}, async (t) => {
  const path = await temporaryFolder(t);
  const memos = await openAt(path);
  atEnd(t, () => memos.close());
  const id = await remember(memos, "Said before.", ANA);
  whole(await migrateLedger({ from: path, to: schema("running") }));
  await assert.rejects(memos.add("Said after.", ANA), refused("STORE_INVALID"));
  assert.equal((await memos.get(id, ANA)).version, 1);
  const moved = await openAt(path, schema("running"));
  atEnd(t, () => moved.close());
  assert.equal((await moved.get(id, ANA)).version, 1);
  assert.equal((await moved.stats(ANA)).cubes, 1);
});

test("taking a ledger back leaves it as it was, and what was written meanwhile stays in Postgres", {
  skip: withoutPostgres,
}, async (t) => {
  const path = await copyOf(t, FULL.path);
  await assert.rejects(undoMigration({ from: path }), refused("CONFLICT"));
  await migrateLedger({ from: path, to: schema("undone") });
  const undone = await undoMigration({ from: path });
  assert.equal(undone.finished, true);
  const memos = await openAt(path);
  atEnd(t, () => memos.close());
  await remember(memos, "It takes writes again.", ANA);
  assert.equal((await memos.get(FULL.ids[1] ?? "", ANA)).version, 1);
  await memos.close();
  await assert.rejects(migrateLedger({ from: path, to: schema("undone") }), refused("STORE_INVALID"));
  whole(await migrateLedger({ from: path, to: schema("undone_then_moved") }));
});
