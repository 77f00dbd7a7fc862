import { MemosError } from "../../../../memcube/index.js";
import { SCHEMA_VERSION } from "../migrations.js";
import { ENTRANCE, FUNCTIONS, NUMBERS } from "./functions.js";
import { TABLES } from "./tables.js";
import { NOTICES, TRIGGERS, WALLS } from "./triggers.js";

/** The schema that `TABLES` and all beside it make. */
export const FIRST_SCHEMA = 12;

/**
 * What takes a Postgres ledger one schema up, by the schema that it leads to: the same as in migrations.ts. Nodes of the
 * version before are stopped by `enter_writer` as soon as it has run; it runs in one transaction and takes no lock that
 * readers wait for longer than for the change of a catalogue.
 */
export const MIGRATIONS: ReadonlyMap<number, string> = new Map();

const TYPES: Readonly<Record<string, string>> = {
  // Names and texts are compared byte by byte, as SQLite does, whatever the database's own language.
  TEXT: 'text COLLATE "C"',
  INTEGER: "bigint",
  REAL: "double precision",
  BLOB: "bytea",
};

const CREATION = [
  TABLES.replaceAll(/\b(TEXT|INTEGER|REAL|BLOB)\b/g, (type) => TYPES[type] ?? type),
  FUNCTIONS,
  ENTRANCE,
  NUMBERS,
  TRIGGERS,
  NOTICES,
  WALLS,
].join("\n");

/** Runs one or more statements, waits for them, and gives the rows of the last. */
export type Execute = (sql: string) => readonly Readonly<Record<string, unknown>>[];

/**
 * Brings the schema `name` of the database to this program's version, made anew if it is not there.
 *
 * @throws MemosError STORE_NEWER; READ_ONLY where something is to be changed and must not; STORE_INVALID where there is
 * nothing to read, and for a schema of another program.
 */
export function migrate(execute: Execute, name: string, readOnly: boolean): void {
  const quoted = `"${name}"`;
  const present = schemaOf(execute, name);
  if (present === SCHEMA_VERSION) return;
  if (present > SCHEMA_VERSION) throw newer(present);
  if (readOnly)
    throw present === 0
      ? new MemosError("STORE_INVALID", `There is no store in the schema ${name} of the database.`)
      : new MemosError("READ_ONLY", "The ledger needs a migration, which a read-only opening cannot do.");
  execute("BEGIN");
  try {
    execute("SELECT pg_advisory_xact_lock(hashtextextended('memos migration', 0))");
    // Read again under the lock: another process may have migrated meanwhile.
    let version = schemaOf(execute, name);
    if (version > SCHEMA_VERSION) throw newer(version);
    if (version === 0) {
      execute(`CREATE SCHEMA IF NOT EXISTS ${quoted}`);
      if (tablesOf(execute, name) > 0)
        throw new MemosError("STORE_INVALID", `The schema ${name} of the database is another program's.`);
      execute(CREATION);
      version = FIRST_SCHEMA;
    }
    for (let next = version + 1; next <= SCHEMA_VERSION; next++) execute(MIGRATIONS.get(next) ?? "");
    execute(`INSERT INTO meta (name, value) VALUES ('schema', '${SCHEMA_VERSION}')
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`);
    execute("COMMIT");
  } catch (error) {
    execute("ROLLBACK");
    throw error;
  }
}

function newer(present: number): MemosError {
  return new MemosError(
    "STORE_NEWER",
    `The store has schema ${present}; this program knows schemas up to ${SCHEMA_VERSION}.`,
  );
}

function tablesOf(execute: Execute, name: string): number {
  const [row] = execute(`SELECT count(*) AS n FROM pg_catalog.pg_tables WHERE schemaname = '${name}'`);
  return Number(row?.["n"]);
}

/** 0 where there is no ledger yet. */
function schemaOf(execute: Execute, name: string): number {
  const [found] = execute(`SELECT to_regclass('"${name}".meta') IS NOT NULL AS present`);
  if (found?.["present"] !== 1) return 0;
  const [row] = execute(`SELECT value FROM "${name}".meta WHERE name = 'schema'`);
  return Number(row?.["value"] ?? 0);
}
