import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "libsql";

/** A row of the ledger as the crash test wrote it, read without any of the code that is tested. */
export interface LedgerCube {
  readonly key: number;
  readonly id: string;
  readonly forgotten: boolean;
  readonly text: string;
}

export interface LedgerPartition {
  readonly number: number;
  readonly baseVersion: number;
  readonly flushedThrough: number;
  readonly rows: number;
  readonly terms: number;
}

export interface LedgerState {
  readonly cubes: readonly LedgerCube[];
  readonly partitions: readonly LedgerPartition[];
  readonly outbox: readonly { readonly sequence: number; readonly key: number }[];
  /** What is wrong with the file itself. */
  readonly defects: readonly string[];
}

function ledgerFile(store: string): string {
  return join(store, "ledger.db");
}

/**
 * Everything that counts of a ledger of one tenant, at one instant. Read in a thread that ends, because a
 * connection is only let go of with its thread: one that stayed would pass for a process that survived, and
 * SQLite would not recover the log of those that did not.
 */
export async function readLedger(store: string): Promise<LedgerState> {
  const worker = new Worker(new URL("./ledgerReader.js", import.meta.url), { workerData: ledgerFile(store) });
  const exited = once(worker, "exit");
  const [state] = (await once(worker, "message")) as [LedgerState];
  await exited;
  return state;
}

/**
 * Lets the minute pass after which the lease of a process that died while it wrote the index is free: no
 * cycle could wait that long.
 */
export function expireLeases(store: string): void {
  if (!existsSync(ledgerFile(store))) return;
  const db = new Database(ledgerFile(store));
  try {
    db.exec("UPDATE leases SET expires_at = 0");
  } catch {
    // Without tables there are no leases: a process died while it made the store.
  } finally {
    db.close();
  }
}
