import { existsSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import Database from "libsql";
import type { LedgerPartition, LedgerState } from "./ledgerFile.js";

/** Reads without any of the code that is tested. */
function read(file: string): LedgerState {
  const nothing: LedgerState = { cubes: [], partitions: [], outbox: [], defects: [] };
  if (!existsSync(file)) return nothing;
  const db = new Database(file, { readonly: true });
  try {
    db.exec("BEGIN");
    // A process that died while it made the store leaves a file without tables.
    if (!hasTables(db)) return nothing;
    const cubes = db
      .prepare(
        `SELECT c.key, c.id, c.state, json_extract(v.content, '$.payload.text') AS text
         FROM cubes c JOIN versions v ON v.key = c.key AND v.version = c.version ORDER BY c.key`,
      )
      .all() as { key: number; id: string; state: string; text: string }[];
    return {
      cubes: cubes.map(({ state, ...cube }) => ({ ...cube, forgotten: state === "forgotten" })),
      partitions: db
        .prepare(
          `SELECT number, base_version AS baseVersion, flushed_through AS flushedThrough, rows, terms
           FROM partitions WHERE state = 'live'`,
        )
        .all() as LedgerPartition[],
      outbox: db.prepare("SELECT sequence, key FROM outbox").all() as { sequence: number; key: number }[],
      defects: fileDefects(db),
    };
  } finally {
    db.close();
  }
}

function hasTables(db: Database.Database): boolean {
  return (
    (db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'cubes'").get() as { n: number }).n > 0
  );
}

function fileDefects(db: Database.Database): string[] {
  const count = (sql: string) => (db.prepare(sql).get() as { n: number }).n;
  const { quick_check: file } = db.prepare("PRAGMA quick_check").get() as { quick_check: string };
  const gaps = count(
    "SELECT count(*) AS n FROM cubes c WHERE c.version <> (SELECT count(*) FROM versions v WHERE v.key = c.key)",
  );
  const orphans = count("SELECT count(*) AS n FROM versions WHERE key NOT IN (SELECT key FROM cubes)");
  const vectorless = count("SELECT count(*) AS n FROM cubes WHERE key NOT IN (SELECT key FROM vectors)");
  return [
    ...(file === "ok" ? [] : [`SQLite says: ${file}`]),
    ...(gaps === 0 ? [] : [`${gaps} cubes have more or fewer versions than they count`]),
    ...(orphans === 0 ? [] : [`${orphans} versions belong to no cube`]),
    ...(vectorless === 0 ? [] : [`${vectorless} cubes have no vector`]),
  ];
}

parentPort?.postMessage(read(workerData as string));
