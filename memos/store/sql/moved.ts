import { MemosError } from "../../../memcube/index.js";
import type { SqlDatabase } from "./database.js";

/**
 * What a ledger notes in `meta` about its own moving (move/). A move has an id that both ends know, so that a copy
 * that was cut short goes on only where it began.
 *
 *     source   moved { finished: false } ──────────────────────> moved { finished: true }
 *     target            arriving { table, after } … ──> arrived
 */
export interface Marks {
  /** Its rows go, or have gone, somewhere else: it takes no writes. */
  readonly moved?: Moved;
  /** Rows are still coming: nobody may use it yet. */
  readonly arriving?: Arriving;
  /** Where it came from. */
  readonly arrived?: Arrived;
}

export interface Moved {
  readonly move: string;
  /** Where it goes, without role and password. */
  readonly to: string;
  readonly at: string;
  readonly finished: boolean;
}

export interface Arriving {
  readonly move: string;
  readonly from: string;
  /** The table of which rows came last, and the key of the last one; null before the first. */
  readonly table: string | null;
  readonly after: readonly (string | null)[];
  /** Rows of all tables so far. */
  readonly rows: number;
}

export interface Arrived {
  readonly move: string;
  readonly from: string;
  readonly at: string;
  /** What was verified, as it was told to whoever moved it. */
  readonly receipt: object;
}

export const MARKS = ["moved", "arriving", "arrived"] as const satisfies readonly (keyof Marks)[];

export function marksFrom(rows: readonly { readonly name: string; readonly value: string }[]): Marks {
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)]));
}

/** What a trigger of a ledger that is moved says to whoever still writes, in SQLite and in Postgres. */
export const MOVED_SIGN = "memos: moved";
export const MOVED_STATE = "MS002";

/** For a process that had the ledger open when it was moved. */
export function movedMeanwhile(cause: unknown): MemosError {
  return new MemosError(
    "STORE_INVALID",
    "The ledger is being moved to another database, or has been: it takes no writes. Opening it says where it is.",
    { cause },
  );
}

/** @throws MemosError STORE_INVALID for a ledger that was moved away, or has not wholly arrived. */
export function refuseMoved(db: SqlDatabase): void {
  const rows = db.prepare("SELECT name, value FROM meta WHERE name = 'moved' OR name = 'arriving'").all();
  const { moved, arriving } = marksFrom(rows as { name: string; value: string }[]);
  if (arriving !== undefined)
    throw new MemosError(
      "STORE_INVALID",
      `The ledger has not wholly arrived from ${arriving.from}: run \`memos migrate\` again, it goes on where it stopped.`,
    );
  if (moved === undefined) return;
  throw new MemosError(
    "STORE_INVALID",
    moved.finished
      ? `The ledger was moved to ${moved.to} (${moved.at}): name that one in MEMOS_LEDGER. \`memos migrate --undo\` would take this one back as it was then.`
      : `The ledger is being moved to ${moved.to}: run \`memos migrate\` again, it goes on where it stopped; \`memos migrate --undo\` gives it up.`,
  );
}
