import Database from "libsql";
import { migrate } from "../migrations.js";
import { MARKS } from "../moved.js";

export interface Column {
  readonly name: string;
  readonly type: "TEXT" | "INTEGER" | "REAL" | "BLOB";
}

export interface LedgerTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns by which its rows are ordered, each row at another place. */
  readonly key: readonly Column[];
  /** Condition of the rows that move; all of them without. */
  readonly only?: string;
}

export interface Catalogue {
  /** In the order of their making: what a row refers to is there before it. */
  readonly tables: readonly LedgerTable[];
  /** Statements that make SQLite's triggers. */
  readonly triggers: readonly string[];
}

/** Leases belong to processes of the old ledger: in the new one they would only keep others waiting. */
const LEFT_BEHIND = new Set(["leases"]);

/** What a ledger says of itself and not of memories. */
const OWN = ["schema", "secure_delete", ...MARKS];

/** All tables of a ledger, as this program makes them in SQLite; Postgres has the same (a test compares them). */
export function catalogue(): Catalogue {
  const db = new Database(":memory:");
  try {
    migrate(db, false);
    const all = <T>(sql: string) => db.prepare(sql).all() as T[];
    const tables = all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid",
    ).map(({ name }) => tableOf(name, all));
    const triggers = all<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'trigger'");
    return { tables, triggers: triggers.map(({ sql }) => sql) };
  } finally {
    db.close();
  }
}

/** The tables of which rows are moved. */
export function moving(tables: readonly LedgerTable[]): readonly LedgerTable[] {
  return tables.filter(({ name }) => !LEFT_BEHIND.has(name));
}

function tableOf(name: string, all: <T>(sql: string) => T[]): LedgerTable {
  const info = all<{ name: string; type: Column["type"]; pk: number }>(`PRAGMA table_info("${name}")`);
  const columns = info.map((column) => ({ name: column.name, type: column.type }));
  const primary = info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const names = primary.length > 0 ? primary.map((column) => column.name) : uniqueOf(name, all);
  const key = names.map((each) => columns.find((column) => column.name === each) as Column);
  const own = OWN.map((each) => `'${each}'`).join(", ");
  return { name, columns, key, ...(name === "meta" ? { only: `name NOT IN (${own})` } : {}) };
}

/** `versions` has no primary key, but an index that is as good. */
function uniqueOf(name: string, all: <T>(sql: string) => T[]): string[] {
  const index = all<{ name: string; unique: number }>(`PRAGMA index_list("${name}")`).find(
    ({ unique }) => unique === 1,
  );
  return all<{ name: string }>(`PRAGMA index_info("${index?.name ?? ""}")`).map((column) => column.name);
}
