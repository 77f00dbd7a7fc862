import Database from "libsql";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import type { SqlDatabase, SqlStatement } from "./database.js";
import { handle } from "./handles.js";
import { migrate, schemaVersion } from "./migrations.js";
import { MOVED_SIGN, movedMeanwhile } from "./moved.js";

/** Milliseconds that a writer waits for another process before STORE_BUSY. */
export const BUSY_TIMEOUT_MS = 30_000;

/** Pages of 4 KiB kept in SQLite's own cache, per connection (negative: KiB). */
const CACHE_KIB = 16 * 1024;

export interface SqliteOptions {
  readonly file: string;
  readonly readOnly: boolean;
  readonly maxBytes: number | undefined;
  /** For the move itself, which reads what nobody else may open (moved.ts). */
  readonly moving?: true;
}

/**
 * Opens the ledger file: write-ahead log, a commit that is on disk when it returns (`synchronous=FULL`), and
 * a wait instead of "database is locked". The binary of libsql comes inside the registry package.
 */
export function openSqlite(options: SqliteOptions): SqlDatabase {
  const db = handle(new Database(options.file));
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    schemaVersion(db);
    if (options.readOnly) db.exec("PRAGMA query_only = ON");
    else db.exec("PRAGMA journal_mode = WAL");
    db.exec("PRAGMA synchronous = FULL");
    // What is deleted is overwritten with zeros, so that forgetting can be proven.
    db.exec("PRAGMA secure_delete = ON");
    db.exec("PRAGMA foreign_keys = ON");
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    migrate(db, options.readOnly);
    if (options.maxBytes !== undefined) limitSize(db, options.maxBytes);
  } catch (error) {
    db.close();
    throw asMemosError(error);
  }
  return new SqliteDatabase(db);
}

/** SQLite as the ledger sees it. */
class SqliteDatabase implements SqlDatabase {
  readonly dialect = "sqlite";
  readonly ahead = 0;
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  prepare(sql: string): SqlStatement {
    return handle(this.#db.prepare(sql) as unknown as SqlStatement);
  }

  transaction<T>(run: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = run();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has already rolled back after some failures (a full disk among them).
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw asMemosError(error);
    }
  }

  snapshot<T>(read: () => T): T {
    if (this.#db.inTransaction) return read();
    this.#db.exec("BEGIN");
    try {
      return read();
    } finally {
      this.#db.exec("COMMIT");
    }
  }

  enter(): void {}

  position(): null {
    return null;
  }

  check(): string {
    return this.#pragma<string>("quick_check");
  }

  bytes(): number {
    return this.#pragma<number>("page_count") * this.#pragma<number>("page_size");
  }

  checkpoint(): boolean {
    this.#overwriteOnce();
    const { busy } = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
    return busy === 0;
  }

  /** A store of an earlier program has pages that were freed and not overwritten. */
  #overwriteOnce(): void {
    if (this.#db.prepare("SELECT 1 FROM meta WHERE name = 'secure_delete'").get() !== undefined) return;
    this.#db.exec("VACUUM");
    this.#db.prepare("INSERT INTO meta (name, value) VALUES ('secure_delete', '1')").run();
  }

  /**
   * `VACUUM INTO` reads one snapshot from beginning to end: in the write-ahead mode no writer waits for it, and no
   * writer makes it begin again, which the steps of SQLite's online backup do after every commit of another
   * connection. What was deleted is in no page of the copy.
   */
  copyTo(file: string): void {
    try {
      // Nothing of this ledger is written, and yet SQLite counts it as writing.
      this.#db.exec("PRAGMA query_only = OFF");
      this.#db.prepare("VACUUM INTO ?").run(file);
      const copy = new Database(file);
      try {
        copy.exec("PRAGMA secure_delete = ON");
        copy.exec("DELETE FROM leases");
      } finally {
        copy.close();
      }
    } catch (error) {
      const known = asMemosError(error);
      if (!isMemosError(known, "DISK_FULL")) throw known;
      throw new MemosError("DISK_FULL", "The disk of the copy is full.", { cause: error });
    }
  }

  #pragma<T>(name: string): T {
    return (this.#db.prepare(`PRAGMA ${name}`).get() as Record<string, T>)[name] as T;
  }

  close(): void {
    this.#db.close();
  }
}

function limitSize(db: Database.Database, bytes: number): void {
  const { page_size } = db.prepare("PRAGMA page_size").get() as { page_size: number };
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / page_size))}`);
}

/** The store's error for what SQLite reports; anything unknown stays what it is. */
export function asMemosError(error: unknown): unknown {
  if (error instanceof MemosError || !(error instanceof Error)) return error;
  const code = sqliteCode(error);
  const cause = { cause: error };
  if (code.startsWith("SQLITE_FULL") || code === "SQLITE_IOERR_WRITE")
    return new MemosError("DISK_FULL", "The ledger cannot grow: the disk or its size limit is full.", cause);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new MemosError("STORE_BUSY", "Another process held the ledger for too long.", cause);
  if (code.startsWith("SQLITE_READONLY"))
    return new MemosError("READ_ONLY", "The ledger cannot be written.", cause);
  if (code === "SQLITE_CONSTRAINT_TRIGGER" && error.message.includes(MOVED_SIGN))
    return movedMeanwhile(error);
  if (code.startsWith("SQLITE_CANTOPEN"))
    return new MemosError("STORE_INVALID", "The ledger file cannot be opened.", cause);
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT"))
    return new MemosError(
      "STORE_INVALID",
      "The ledger file is not a SQLite database, or it is damaged.",
      cause,
    );
  return error;
}

function sqliteCode(error: Error): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = (e as { code?: unknown }).code;
    if (typeof code === "string" && code.startsWith("SQLITE_")) return code;
    // Opening gives the number of SQLITE_CANTOPEN, and nothing else, in the text.
    if (/Unable to open connection to local database .*: 14\b/s.test(e.message)) return "SQLITE_CANTOPEN";
    // Errors of `exec` carry the code only in the text of libsql.
    const named =
      /SQLite failure: `(?:database is locked|attempt to write a readonly database|database or disk is full|file is not a database)/.exec(
        e.message,
      );
    if (named !== null) {
      if (named[0].includes("locked")) return "SQLITE_BUSY";
      if (named[0].includes("readonly")) return "SQLITE_READONLY";
      if (named[0].includes("full")) return "SQLITE_FULL";
      return "SQLITE_NOTADB";
    }
  }
  return "";
}
