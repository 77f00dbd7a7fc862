import { createHash } from "node:crypto";
import { join } from "node:path";
import * as lancedb from "@lancedb/lancedb";
import Database from "libsql";
import type { ObjectOptions } from "../../memos/index.js";
import { lanceConnection, objectSettings } from "../../memos/store/objects/settings.js";

/** What the ledger has of one tenant: a key for each id, and the version of the table that is the truth. */
export interface LedgerRows {
  readonly keys: ReadonlyMap<string, number>;
  readonly waiting: number;
  readonly partition: { readonly number: number; readonly version: number };
}

export function ledgerRows(path: string, tenant: string): LedgerRows {
  const db = new Database(join(path, "ledger.db"), { readonly: true });
  try {
    const cubes = db.prepare("SELECT id, key FROM cubes WHERE tenant = ?").all(tenant) as {
      id: string;
      key: number;
    }[];
    const partition = db
      .prepare("SELECT number, base_version AS version FROM partitions WHERE tenant = ? AND state = 'live'")
      .get(tenant) as LedgerRows["partition"];
    const { waiting } = db.prepare("SELECT count(*) AS waiting FROM outbox WHERE tenant = ?").get(tenant) as {
      waiting: number;
    };
    return { keys: new Map(cubes.map(({ id, key }) => [id, key])), waiting, partition };
  } finally {
    db.close();
  }
}

/** How often each key is in the table, and a digest of all rows in the order of their keys. */
export async function indexedRows(
  path: string,
  objects: ObjectOptions | undefined,
  { number, version }: LedgerRows["partition"],
): Promise<{ readonly times: ReadonlyMap<number, number>; readonly digest: string }> {
  const db = await tablesOf(path, objects);
  try {
    const table = await db.openTable(`p${number}`);
    await table.checkout(version);
    const rows = (await table.query().select(["key", "terms"]).toArray()) as { key: number; terms: string }[];
    const times = new Map<number, number>();
    for (const { key } of rows) times.set(key, (times.get(key) ?? 0) + 1);
    const digest = createHash("sha256");
    for (const { key, terms } of rows.sort((a, b) => a.key - b.key)) digest.update(`${key} ${terms}\n`);
    return { times, digest: digest.digest("hex") };
  } finally {
    db.close();
  }
}

/** The tables of a store, past its ledger. */
export function tablesOf(path: string, objects: ObjectOptions | undefined): Promise<lancedb.Connection> {
  if (objects === undefined) return lancedb.connect(join(path, "index"));
  const { uri, storageOptions } = lanceConnection(objectSettings(objects));
  return lancedb.connect(uri, { storageOptions });
}
