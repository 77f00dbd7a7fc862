import { BetterSQLiteSession } from "drizzle-orm/better-sqlite3/session";
import { BaseSQLiteDatabase, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import type { RunResult, SqlDatabase } from "./database.js";
import { refuseMoved } from "./moved.js";
import { PostgresDatabase, type PostgresOptions } from "./postgres/database.js";
import type { Introduction } from "./postgres/protocol.js";
import { openSqlite, type SqliteOptions } from "./sqlite.js";

export type Orm = BaseSQLiteDatabase<"sync", RunResult>;

/** A database, by plain statements and by drizzle's query builder. */
export interface Connection {
  readonly db: SqlDatabase;
  readonly orm: Orm;
  readonly readOnly: boolean;
}

export type ConnectionOptions = SqliteOptions | PostgresOptions;

/**
 * Opens the database of a ledger. drizzle builds the statements in the words of SQLite for both: the few in which
 * Postgres differs are changed on the way (postgres/translate.ts), so there is one ledger and not two.
 *
 * @throws MemosError STORE_INVALID for a ledger that was moved away or has not wholly arrived (moved.ts).
 * @param introduction the connection in another thread, for Postgres.
 */
export function connect(options: ConnectionOptions, introduction: Introduction | undefined): Connection {
  const db = "file" in options ? openSqlite(options) : openPostgres(options, introduction);
  if (options.moving !== true) refuseMovedAndClose(db);
  const dialect = new SQLiteSyncDialect();
  const session = new BetterSQLiteSession(db as never, dialect, undefined, {});
  const orm = new BaseSQLiteDatabase("sync", dialect, session as never, undefined) as Orm;
  return { db, orm, readOnly: options.readOnly };
}

function refuseMovedAndClose(db: SqlDatabase): void {
  try {
    refuseMoved(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function openPostgres(options: PostgresOptions, introduction: Introduction | undefined): SqlDatabase {
  if (introduction === undefined) throw new Error("A Postgres ledger needs the thread of its connection.");
  return new PostgresDatabase(options, introduction);
}
