import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../../../memos/store/sql/move/catalogue.js";
import { openLedger } from "../../../memos/store/sql/openLedger.js";
import { postgresAddress } from "../../../memos/store/sql/postgres/address.js";
import { withoutPostgres } from "../../support/postgresServer.js";
import { query, serverWithPlainRole } from "./support.js";

const SERVER = await serverWithPlainRole();

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
  const { tables } = catalogue();
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
