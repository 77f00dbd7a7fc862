import { createHash } from "node:crypto";
import Database from "libsql";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import type { TenantInventory } from "../ledger.js";
import type { AuditLog } from "./auditLog.js";
import { asMemosError, type Connection } from "./connection.js";

/**
 * Copies the ledger into a file that is not there yet. `VACUUM INTO` reads one snapshot from beginning to end: in the
 * write-ahead mode no writer waits for it, and no writer makes it begin again, which the steps of SQLite's online
 * backup do after every commit of another connection. What was deleted is in no page of the copy.
 *
 * @throws MemosError DISK_FULL.
 */
export function copyLedger({ db }: Connection, file: string): void {
  try {
    // Nothing of this ledger is written, and yet SQLite counts it as writing.
    db.exec("PRAGMA query_only = OFF");
    db.prepare("VACUUM INTO ?").run(file);
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

/** The newest version of each cube that has one: of what was purged a row without versions stays. */
const HEADS = `
  SELECT cubes.tenant AS tenant, cubes.id AS id, cubes.version AS version, versions.hash AS hash
  FROM cubes JOIN versions ON versions.key = cubes.key AND versions.version = cubes.version
  ORDER BY cubes.key`;

const VERSIONS = `
  SELECT cubes.tenant AS tenant, COUNT(*) AS versions
  FROM cubes JOIN versions ON versions.key = cubes.key
  GROUP BY cubes.tenant`;

/** What each tenant has; the chains are not checked (`verify` does that). */
export function inventoryOf({ db }: Connection, audit: AuditLog): TenantInventory[] {
  const heads = new Map<string, { cubes: number; hash: ReturnType<typeof createHash> }>();
  type Head = { tenant: string; id: string; version: number; hash: string };
  for (const { tenant, id, version, hash } of db.prepare(HEADS).iterate() as Iterable<Head>) {
    let known = heads.get(tenant);
    if (known === undefined) {
      known = { cubes: 0, hash: createHash("sha256") };
      heads.set(tenant, known);
    }
    known.cubes++;
    known.hash.update(`${id} ${version} ${hash}\n`);
  }
  const counted = db.prepare(VERSIONS).all() as { tenant: string; versions: number }[];
  const versions = new Map(counted.map((row) => [row.tenant, row.versions]));
  const tenants = new Set([...heads.keys(), ...audit.tenants()]);
  return [...tenants].sort().map((tenant) => {
    const { cubes, hash } = heads.get(tenant) ?? { cubes: 0, hash: createHash("sha256") };
    const kept = { cubes, versions: versions.get(tenant) ?? 0, heads: hash.digest("hex") };
    return { tenant, ...kept, audit: audit.head(tenant) };
  });
}
