import { randomUUID } from "node:crypto";
import { MemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { parse } from "../parse.js";
import type { LedgerTable } from "../store/sql/move/catalogue.js";
import type { Source, Target } from "../store/sql/move/place.js";
import { keyOf, type Row } from "../store/sql/move/row.js";
import type { Arriving, Moved } from "../store/sql/moved.js";
import {
  type MigrationOptions,
  type MigrationProgress,
  type MigrationReceipt,
  migrationOptionsSchema,
  migrationReceiptSchema,
  type UndoneMigration,
  undoMigrationOptionsSchema,
} from "./operations.js";
import { isPostgres, knownTables, openSource, openTarget } from "./places.js";
import { verify } from "./verify.js";

/**
 * Moves a ledger from SQLite to Postgres or back: closes the old one to writes, copies every row, compares both sides
 * by a hash of each table, follows every chain of versions and of audits in the new one, and only then lets it be
 * opened. Run again after any interruption, it goes on where it stopped. What lies beside the ledger in the store's
 * folder (index, blobs, adapters, compiled states) stays there and is used by the new ledger.
 *
 * The old ledger is left as it was and refuses to be opened; {@link undoMigration} takes it back.
 *
 * @returns the receipt; `verified: false` leaves the new ledger closed.
 * @throws MemosError INVALID_INPUT; STORE_INVALID when there is no ledger, something else is in the way or a text has
 * U+0000, which Postgres cannot keep; STORE_BUSY, STORE_NEWER, LEDGER_UNAVAILABLE, READ_ONLY, DISK_FULL or ABORTED.
 * @example
 * await migrateLedger({ from: "./.memos", to: "postgres://memos@db/memos?schema=team" });
 */
export async function migrateLedger(options: MigrationOptions): Promise<MigrationReceipt> {
  const started = performance.now();
  const { from, to, onProgress, signal } = parse(migrationOptionsSchema, options);
  if (!isPostgres(from) && !isPostgres(to))
    throw new MemosError(
      "INVALID_INPUT",
      "One of both ends is Postgres: a store in a folder is moved by copying the folder while nothing runs.",
      { path: "to" },
    );
  const { known, moving: tables } = await knownTables();
  const source = await openSource(from, to, known);
  try {
    const target = await openTarget(to, from, known);
    try {
      return await move({ source, target }, tables, { onProgress, signal, started });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/**
 * Takes a ledger back that was moved, or whose move was not finished, as it was when the move began. It asks nothing
 * of the new one, which may be lost: what was written there since stays there, and nothing may open it any more.
 *
 * @throws MemosError STORE_INVALID when there is no ledger, CONFLICT when it has not been moved.
 */
export async function undoMigration(options: { readonly from: string }): Promise<UndoneMigration> {
  const { from } = parse(undoMigrationOptionsSchema, options);
  const { known } = await knownTables();
  const source = await openSource(from, from, known);
  try {
    const { moved } = await source.marks();
    if (moved === undefined)
      throw new MemosError("CONFLICT", `The ledger ${source.name} has not been moved.`);
    await source.unfence();
    return { from: source.name, to: moved.to, at: moved.at, finished: moved.finished };
  } finally {
    await source.close();
  }
}

interface Ends {
  readonly source: Source;
  readonly target: Target;
}

interface Run {
  readonly onProgress: ((progress: MigrationProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly started: number;
}

async function move(ends: Ends, tables: readonly LedgerTable[], run: Run): Promise<MigrationReceipt> {
  const { source, target } = ends;
  const beginning = await begin(ends, tables);
  if (beginning.receipt !== undefined) {
    // Only the note in the old ledger may be missing.
    await source.finished({ ...beginning.moved, finished: true });
    return beginning.receipt;
  }
  const { moved, arriving } = beginning;
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(table.name, await source.count(table));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  await copy(ends, tables, arriving, { ...run, total });
  let done = 0;
  const verified = await verify(
    ends,
    tables,
    (table, rows) => {
      done += rows;
      run.onProgress?.({ step: "verifying", table, done, total });
    },
    run.signal,
  );
  const receipt: MigrationReceipt = {
    from: source.name,
    to: target.name,
    ...verified,
    cubes: counts.get("cubes") ?? 0,
    versions: counts.get("versions") ?? 0,
    resumedAt: beginning.resumed ? arriving.rows : null,
    seconds: Math.round(performance.now() - run.started) / 1_000,
    verified: verified.faults.length === 0,
  };
  if (!receipt.verified) return receipt;
  const { move: id, from } = arriving;
  await target.arrive({ move: id, from, at: new Date().toISOString(), receipt }, await source.numbers());
  await source.finished({ ...moved, finished: true });
  return receipt;
}

interface Beginning {
  readonly moved: Moved;
  readonly arriving: Arriving;
  /** Whether rows of an earlier run are there. */
  readonly resumed: boolean;
  /** Of a move that has been finished. */
  readonly receipt?: MigrationReceipt;
}

/** Closes the old ledger and makes the new one ready, or finds out how far an earlier run came. */
async function begin({ source, target }: Ends, tables: readonly LedgerTable[]): Promise<Beginning> {
  const here = await source.marks();
  const there = await target.marks();
  if (here.arriving !== undefined)
    throw new MemosError(
      "STORE_INVALID",
      `${source.name} has not wholly arrived from ${here.arriving.from}.`,
    );
  const { moved: earlier } = here;
  if (earlier !== undefined && earlier.to !== target.name)
    throw new MemosError(
      "STORE_INVALID",
      `${source.name} ${earlier.finished ? "was" : "is being"} moved to ${earlier.to}; \`memos migrate --undo\` takes it back.`,
    );
  const { arriving, arrived } = there;
  if (earlier !== undefined && arrived?.move === earlier.move && there.moved === undefined)
    return {
      moved: earlier,
      arriving: { move: earlier.move, from: source.name, table: null, after: [], rows: 0 },
      resumed: true,
      receipt: parse(migrationReceiptSchema, arrived.receipt),
    };
  if (earlier?.finished === true)
    throw new MemosError(
      "STORE_INVALID",
      `${source.name} was moved to ${target.name}, where it is no more; \`memos migrate --undo\` takes it back as it was.`,
    );
  if (earlier !== undefined && arriving?.move === earlier.move)
    return { moved: earlier, arriving, resumed: true };
  // Rows of a move that was given up, and a ledger that was moved to where it now comes back from, are of no use.
  const useless =
    arriving !== undefined || (there.moved?.finished === true && there.moved.move === here.arrived?.move);
  if (!useless && (await target.holdsSomething()))
    throw new MemosError(
      "STORE_INVALID",
      `There is a ledger at ${target.name} already: name another folder or schema.`,
    );
  const moved = earlier ?? {
    move: randomUUID(),
    to: target.name,
    at: new Date().toISOString(),
    finished: false,
  };
  const first = { move: moved.move, from: source.name, table: null, after: [], rows: 0 };
  if (earlier === undefined) await source.fence(moved);
  try {
    await refuseUnfit({ source, target }, tables);
    await target.begin(first);
  } catch (error) {
    // Nothing has been copied: the old ledger goes on.
    await source.unfence();
    throw error;
  }
  return { moved, arriving: first, resumed: false };
}

async function refuseUnfit({ source, target }: Ends, tables: readonly LedgerTable[]): Promise<void> {
  const unfit = target.dialect === "postgres" ? await source.unfit(tables) : undefined;
  if (unfit !== undefined)
    throw new MemosError(
      "STORE_INVALID",
      `Postgres cannot keep a text with U+0000, and one is in ${unfit}: change or forget it, and begin again.`,
    );
}

/** Copies what is still missing, a chunk with its note in one transaction. */
async function copy(
  { source, target }: Ends,
  tables: readonly LedgerTable[],
  arriving: Arriving,
  { onProgress, signal, total }: Omit<Run, "started"> & { readonly total: number },
): Promise<void> {
  let done = arriving.rows;
  const first = Math.max(
    0,
    tables.findIndex(({ name }) => name === arriving.table),
  );
  for (const table of tables.slice(first)) {
    const after: Row | undefined = table.name === arriving.table ? arriving.after : undefined;
    for await (const rows of source.rows(table, after)) {
      throwIfAborted(signal);
      done += rows.length;
      const last = keyOf(table, rows.at(-1) as Row);
      await target.put(table, rows, { ...arriving, table: table.name, after: last, rows: done });
      onProgress?.({ step: "copying", table: table.name, done, total });
    }
  }
}
