import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../store.js";
import { OBJECT_LIMITS } from "./limits.js";

/** What was found that nothing refers to any more, and was removed unless this was only a look. */
export interface Collected {
  readonly blobs: number;
  /** Tables of the index that no partition of the ledger names. */
  readonly tables: number;
  readonly bytes: number;
  /** Uploads in parts that were never finished; they are counted by the stores of objects alone. */
  readonly uploads: number;
}

/** One file or object of a table. */
interface TableFile {
  readonly table: number;
  readonly name: string;
  readonly bytes: number;
  readonly modified: number;
}

/**
 * Removes what nothing refers to: blobs, tables of the index and old versions of tables, uploads that were given up.
 *
 * Nothing that anybody may still need is removed. The places are listed first and the ledger is asked then, so what is
 * written meanwhile is known; and what is younger than the time of grace stays, by the clock that dates it and not by
 * that of this machine.
 *
 * @throws MemosError STORE_BUSY while another process is working on the index; what `BucketObjects` throws.
 */
export async function collectOrphans(
  store: Store,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Collected> {
  const before = (await store.blobs.now()) - OBJECT_LIMITS.graceMs;
  const blobs = await store.blobs.orphans(before);
  const tables = await orphanedTables(store, before);
  const bytes = [...blobs, ...[...tables.values()].flat()].reduce((sum, file) => sum + file.bytes, 0);
  let uploads = 0;
  if (!dryRun) {
    await store.blobs.collect(blobs);
    for (const files of tables.values()) await removeFiles(store, files);
    uploads =
      (await store.bucket?.abandonUploads(before + OBJECT_LIMITS.graceMs - OBJECT_LIMITS.uploadGraceMs)) ?? 0;
    await store.flusher.tidy();
  }
  return { blobs: blobs.length, tables: tables.size, bytes, uploads };
}

/**
 * Tables without a partition, all of whose files are old. A partition has its number in the ledger before it has a
 * table, and no number is given twice: a table that the ledger does not name by now will never be named.
 */
async function orphanedTables(store: Store, before: number): Promise<Map<number, TableFile[]>> {
  const tables = new Map<number, TableFile[]>();
  for await (const file of tableFiles(store)) {
    const files = tables.get(file.table) ?? [];
    files.push(file);
    tables.set(file.table, files);
  }
  const named = new Set((await store.ledger.partitions()).map(({ number }) => number));
  for (const [table, files] of tables)
    if (named.has(table) || files.some(({ modified }) => modified > before)) tables.delete(table);
  return tables;
}

async function* tableFiles({ bucket, path }: Store): AsyncGenerator<TableFile> {
  if (bucket !== undefined) {
    for await (const { key, bytes, modified } of bucket.list("index/")) {
      const table = tableOf(key.slice("index/".length));
      if (table !== undefined) yield { table, name: key, bytes, modified };
    }
    return;
  }
  const folder = join(path, "index");
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const table = tableOf(name);
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (table !== undefined && found?.isFile() === true)
      yield { table, name, bytes: found.size, modified: found.mtimeMs };
  }
}

function tableOf(name: string): number | undefined {
  const number = /^p(\d+)\.lance(?:[\\/]|$)/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

async function removeFiles({ bucket, path }: Store, files: readonly TableFile[]): Promise<void> {
  if (bucket !== undefined) return bucket.remove(files.map(({ name }) => name));
  const tables = new Set(files.map(({ table }) => table));
  for (const table of tables)
    await rm(join(path, "index", `p${table}.lance`), { recursive: true, force: true });
}
