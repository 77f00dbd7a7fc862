import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import Database from "libsql";
import { type Column, catalogue, type LedgerTable, moving } from "../../../memos/store/sql/move/catalogue.js";
import { PostgresPlace } from "../../../memos/store/sql/move/postgresPlace.js";
import { hashOf, lineOf, type Row, toSqlite } from "../../../memos/store/sql/move/row.js";
import { SqlitePlace } from "../../../memos/store/sql/move/sqlitePlace.js";
import { openLedger } from "../../../memos/store/sql/openLedger.js";
import { postgresAddress } from "../../../memos/store/sql/postgres/address.js";
import { withoutPostgres } from "../../support/postgresServer.js";
import { atEnd, temporaryFolder } from "../support.js";
import { query, serverWithPlainRole } from "./support.js";

const SERVER = await serverWithPlainRole();
const KNOWN = catalogue();

const anyText = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom("\\N", "\\.", "a\tb", "\r\n", "\\x41", "\u2028", "😀", ""),
  )
  .filter((text) => !text.includes("\0"));

const VALUES: Readonly<Record<Column["type"], fc.Arbitrary<string>>> = {
  TEXT: anyText,
  INTEGER: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  REAL: fc.double({ noNaN: true }).map((value) => String(value === 0 ? 0 : value)),
  BLOB: fc.uint8Array({ maxLength: 20 }).map((bytes) => `\\x${Buffer.from(bytes).toString("hex")}`),
};

const rowOf = ({ columns }: LedgerTable): fc.Arbitrary<Row> =>
  fc.tuple(...columns.map(({ type }) => VALUES[type]));

test("rows of any values are the same rows in Postgres and back in SQLite", {
  skip: withoutPostgres,
}, async (t) => {
  const file = join(await temporaryFolder(t), "ledger.db");
  await (await openLedger({ file, readOnly: false, maxBytes: undefined })).close();
  const address = postgresAddress(SERVER?.schema("any_rows") ?? "", "/");
  const postgres = await PostgresPlace.target(address, KNOWN);
  atEnd(t, () => postgres.close());
  const first = { move: "m", from: "here", table: null, after: [], rows: 0 };
  // Tables with rules between their rows are moved whole in the other tests.
  const tables = moving(KNOWN.tables).filter(({ name }) =>
    ["edges", "facts", "audit", "vectors", "lexicon", "extractions", "activations"].includes(name),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(...tables.map((table) => fc.array(rowOf(table), { maxLength: 6 }))),
      async (all) => {
        const db = new Database(file);
        for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as {
          name: string;
        }[])
          db.exec(`DROP TRIGGER ${name}`);
        for (const [at, table] of tables.entries()) {
          db.exec(`DELETE FROM ${table.name}`);
          const marks = table.columns.map(() => "?").join(", ");
          const insert = db.prepare(`INSERT OR IGNORE INTO ${table.name} VALUES (${marks})`);
          for (const row of all[at] ?? []) insert.run(...toSqlite(table.columns, row));
        }
        db.close();
        const here = await SqlitePlace.source(file, KNOWN);
        await postgres.begin(first);
        const back = await SqlitePlace.target(`${file}.back`, KNOWN);
        await back.begin(first);
        for (const table of tables) {
          for await (const rows of here.rows(table)) await postgres.put(table, rows, first);
          for await (const rows of postgres.rows(table)) await back.put(table, rows, first);
          const hashes = [];
          for (const place of [here, postgres, back])
            hashes.push(await hashOf(place.rows(table), () => undefined));
          assert.deepEqual(hashes[1], hashes[0], table.name);
          assert.deepEqual(hashes[2], hashes[0], table.name);
        }
        await here.close();
        await back.close();
      },
    ),
    { numRuns: 8 },
  );
});

const TYPES: Readonly<Record<string, string>> = {
  text: "TEXT",
  bigint: "INTEGER",
  "double precision": "REAL",
  bytea: "BLOB",
};

test("both databases have the same tables with the same columns, types and keys", {
  skip: withoutPostgres,
}, async () => {
  assert.ok(SERVER);
  const url = SERVER.schema("alike");
  await (await openLedger({ address: postgresAddress(url, "/"), readOnly: false })).close();
  const [columns, keys] = await Promise.all([
    query(
      SERVER.server.url,
      `SELECT table_name, column_name, data_type, is_nullable, column_default IS NOT NULL AS defaulted
       FROM information_schema.columns WHERE table_schema = 'alike'`,
    ),
    query(
      SERVER.server.url,
      `SELECT i.indrelid::regclass::text AS name, array_agg(a.attname::text ORDER BY k.at) AS key
       FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attribute, at)
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attribute
       WHERE i.indisunique AND i.indpred IS NULL
         AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'alike'::regnamespace)
       GROUP BY i.indexrelid, i.indrelid`,
    ),
  ]);
  const { tables } = KNOWN;
  const ours = tables.flatMap((table) =>
    table.columns.map(({ name, type }) => `${table.name}.${name} ${type}`),
  );
  const theirs = columns
    // Postgres keeps the last numbers in a table of its own, SQLite in a hidden one.
    .filter(({ table_name }) => table_name !== "sqlite_sequence")
    .map(
      ({ table_name, column_name, data_type }) => `${table_name}.${column_name} ${TYPES[String(data_type)]}`,
    );
  assert.deepEqual(theirs.sort(), ours.sort());
  for (const { name, key } of tables)
    assert.ok(
      keys.some(
        (index) =>
          String(index["name"]).replaceAll('"', "").replace("alike.", "") === name &&
          JSON.stringify(index["key"]) === JSON.stringify(key.map((column) => column.name)),
      ),
      `${name} is ordered by the same key`,
    );
});

test("no two rows have the same line", () => {
  const row = fc.array(fc.option(anyText, { nil: null }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(row, row, (a, b) => {
      assert.equal(lineOf(a) === lineOf(b), JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});
