import { createHash } from "node:crypto";
import type { TenantInventory } from "../ledger.js";
import type { AuditLog } from "./auditLog.js";
import type { Connection } from "./connection.js";
import type { SqlDatabase } from "./database.js";

/** Heads that are in memory at once. */
const HEADS_AT_ONCE = 10_000;

/** The newest version of each cube that has one: of what was purged a row without versions stays. */
const HEADS = `
  SELECT cubes.key AS key, cubes.tenant AS tenant, cubes.id AS id, cubes.version AS version, versions.hash AS hash
  FROM cubes JOIN versions ON versions.key = cubes.key AND versions.version = cubes.version
  WHERE cubes.key > ? ORDER BY cubes.key LIMIT ${HEADS_AT_ONCE}`;

const VERSIONS = `
  SELECT cubes.tenant AS tenant, count(*) AS versions
  FROM cubes JOIN versions ON versions.key = cubes.key
  GROUP BY cubes.tenant`;

/** What each tenant has; the chains are not checked (`verify` does that). */
export function inventoryOf({ db }: Connection, audit: AuditLog): TenantInventory[] {
  const heads = new Map<string, { cubes: number; hash: ReturnType<typeof createHash> }>();
  for (const { tenant, id, version, hash } of headsOf(db)) {
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

interface Head {
  readonly key: number;
  readonly tenant: string;
  readonly id: string;
  readonly version: number;
  readonly hash: string;
}

function* headsOf(db: SqlDatabase): Generator<Head> {
  const statement = db.prepare(HEADS);
  for (let after = 0; ; ) {
    const page = statement.all(after) as Head[];
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < HEADS_AT_ONCE) return;
    after = last.key;
  }
}
