import type { LogPosition } from "./postgres/logPosition.js";

/** What a statement that writes has done. A database may find it out when it is asked. */
export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** A statement that was prepared once. Parameters are one object of names, or values in the order of the marks. */
export interface SqlStatement {
  run(...parameters: unknown[]): RunResult;
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  /** The same statement with rows as arrays. */
  raw(): SqlStatement;
}

/**
 * A database that answers before the call returns. The ledger is written against this and runs in a thread of its
 * own, which may wait: SQLite answers at once, Postgres after a round trip (postgres/database.ts).
 */
export interface SqlDatabase {
  readonly dialect: "sqlite" | "postgres";
  readonly inTransaction: boolean;
  /**
   * Milliseconds that the clock of the database is ahead of this machine's, as far as it matters: leases of several
   * machines are compared by one clock.
   */
  readonly ahead: number;
  prepare(sql: string): SqlStatement;
  /** One transaction that writes: all of it or nothing. */
  transaction<T>(run: () => T): T;
  /** Several reads of one state, whatever is committed meanwhile. */
  snapshot<T>(read: () => T): T;
  /** Whose rows the statements that follow may see; a database without row-level security leaves it to them. */
  enter(tenant: string): void;
  /** Where the log is that copies follow; null for a database that has none. */
  position(): LogPosition | null;
  /** `ok`, or what is wrong with the file or the tables. */
  check(): string;
  /** Bytes on disk. */
  bytes(): number;
  /** Makes sure that nothing which was deleted is left on disk; false when another reader is in the way. */
  checkpoint(): boolean;
  /**
   * Copies all of it into a new file, as it is at one instant and without leases.
   *
   * @throws MemosError DISK_FULL, UNSUPPORTED.
   */
  copyTo(file: string): void;
  close(): void;
}
