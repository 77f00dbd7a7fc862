import { MemosError } from "../../../../memcube/index.js";
import type { Ledger } from "../../ledger.js";
import type { Arrived, Arriving, Marks, Moved } from "../moved.js";
import type { LedgerTable } from "./catalogue.js";
import type { Row } from "./row.js";

/**
 * The highest number that a table has ever given, by the table: it gives no number again, also when the row has gone
 * since.
 */
export type Numbers = Readonly<Record<string, number>>;

export const COUNTED = ["outbox", "events", "partitions", "traces"] as const;

/** A database that a ledger is in, or is to be in. */
export interface Place {
  readonly dialect: "sqlite" | "postgres";
  /** As it is shown: without role and password. */
  readonly name: string;
  marks(): Promise<Marks>;
  /** Chunks of rows in the order of the key, from behind `after` on. */
  rows(table: LedgerTable, after?: Row): AsyncGenerator<readonly Row[]>;
  count(table: LedgerTable): Promise<number>;
  /** The ledger in it, to be read and checked, whatever its marks say. */
  ledger(): Promise<Ledger>;
  close(): Promise<void>;
}

/** Where a ledger comes from. */
export interface Source extends Place {
  /** From now on nothing is written to it, by no process, until `unfence`. */
  fence(moved: Moved): Promise<void>;
  unfence(): Promise<void>;
  finished(moved: Moved): Promise<void>;
  numbers(): Promise<Numbers>;
  /** A row with a text that Postgres cannot keep (U+0000), named by its table and key. */
  unfit(tables: readonly LedgerTable[]): Promise<string | undefined>;
}

/** Where a ledger goes. */
export interface Target extends Place {
  /** Whether something is in it that would be lost. */
  holdsSomething(): Promise<boolean>;
  /** Makes it ready for rows: empty, and without what reacts to rows. */
  begin(arriving: Arriving): Promise<void>;
  /** All of the rows and how far they reach, or nothing. */
  put(table: LedgerTable, rows: readonly Row[], arriving: Arriving): Promise<void>;
  /** From now on it is a ledger like any other. */
  arrive(arrived: Arrived, numbers: Numbers): Promise<void>;
}

export function columnsOf(table: LedgerTable): string {
  return table.columns.map(({ name }) => `"${name}"`).join(", ");
}

/** The rows of a table from behind a key on, in its order. */
export function selection(table: LedgerTable, after: Row | undefined, place: (at: number) => string): string {
  const key = table.key.map(({ name }) => `"${name}"`).join(", ");
  const behind = table.key.map((_, at) => place(at)).join(", ");
  const conditions = [
    ...(table.only === undefined ? [] : [table.only]),
    ...(after === undefined ? [] : [`(${key}) > (${behind})`]),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${columnsOf(table)} FROM "${table.name}" ${where} ORDER BY ${key}`;
}

export function otherVersion(name: string): MemosError {
  return new MemosError(
    "STORE_NEWER",
    `The move of ${name} was begun by another version of this program: go on with that one, or give it up with \`memos migrate --undo\`.`,
  );
}
