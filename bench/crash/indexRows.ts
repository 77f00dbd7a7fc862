import { join } from "node:path";
import * as lancedb from "@lancedb/lancedb";
import type { LedgerPartition, LedgerState } from "./ledgerFile.js";

/**
 * Whether base and delta together are the ledger, row by row: a base row counts unless the outbox has its
 * key, an outbox entry counts when its cube is not forgotten. Tells what is wrong.
 */
export async function indexDefects(store: string, ledger: LedgerState): Promise<string[]> {
  const [partition, ...others] = ledger.partitions;
  if (others.length > 0) return [`${ledger.partitions.length} live partitions of one tenant`];
  const waiting = new Set(
    ledger.outbox.filter(({ sequence }) => sequence > (partition?.flushedThrough ?? 0)).map(({ key }) => key),
  );
  const base = partition === undefined ? [] : await baseRows(store, partition);
  const keys = new Set(base.map(({ key }) => key));
  const live = ledger.cubes.filter(({ forgotten }) => !forgotten).map(({ key }) => key);
  const indexed = new Set([...keys].filter((key) => !waiting.has(key)));
  for (const key of live) if (waiting.has(key)) indexed.add(key);
  const missing = live.filter((key) => !indexed.has(key)).length;
  const extra = indexed.size - (live.length - missing);
  const terms = base.reduce((sum, row) => sum + row.length, 0);
  return [
    ...(keys.size === base.length ? [] : [`${base.length - keys.size} base rows are there twice`]),
    ...(missing === 0 ? [] : [`${missing} cubes are neither in the base nor in the outbox`]),
    ...(extra === 0 ? [] : [`${extra} base rows belong to no cube`]),
    ...(partition === undefined || partition.rows === base.length
      ? []
      : [`the ledger counts ${partition.rows} base rows, the base has ${base.length}`]),
    ...(partition === undefined || partition.terms === terms
      ? []
      : [`the ledger counts ${partition.terms} terms in the base, the base has ${terms}`]),
  ];
}

async function baseRows(
  store: string,
  { number, baseVersion }: LedgerPartition,
): Promise<{ key: number; length: number }[]> {
  if (baseVersion === 0) return [];
  const db = await lancedb.connect(join(store, "index"));
  try {
    const table = await db.openTable(`p${number}`);
    await table.checkout(baseVersion);
    const rows = await table.query().select(["key", "length"]).toArray();
    return rows.map(({ key, length }: { key: number; length: number }) => ({ key, length }));
  } finally {
    db.close();
  }
}
