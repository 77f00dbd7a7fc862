import { and, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { blobsOf, type CubeId, contentHash, MemosError, type Scope } from "../../../memcube/index.js";
import { textsOf } from "../../lifecycle/forgetting/texts.js";
import type { Change } from "../ledger.js";
import type { Forgettable, ForgettableCube, PendingPurge, Purged, PurgedCube } from "../purgeLedger.js";
import type { AuditLog } from "./auditLog.js";
import type { Connection } from "./connection.js";
import { type CubeRow, versionAt, withinScope } from "./cubeRows.js";
import { byOwner, type CubeWrites } from "./cubeWrites.js";
import { filterSql } from "./filterSql.js";
import type { LifecycleWrites } from "./lifecycleWrites.js";
import { cubes, versions } from "./schema.js";

/** Takes content out of the ledger for good. Runs inside one transaction. */
export class PurgeWrites {
  readonly #connection: Connection;
  readonly #writes: CubeWrites;
  readonly #lifecycle: LifecycleWrites;
  readonly #audit: AuditLog;
  readonly #statements;

  constructor(connection: Connection, writes: CubeWrites, lifecycle: LifecycleWrites, audit: AuditLog) {
    const { db } = connection;
    this.#connection = connection;
    this.#writes = writes;
    this.#lifecycle = lifecycle;
    this.#audit = audit;
    this.#statements = {
      closure: db.prepare(
        `WITH RECURSIVE gone (key, derived) AS (
           SELECT key, 0 FROM cubes WHERE tenant = @tenant AND id IN (SELECT value FROM json_each(@ids))
           UNION SELECT e.from_key, 1 FROM gone g JOIN edges e ON e.to_key = g.key
           WHERE e.kind = 'derived' AND e.tenant = @tenant)
         SELECT key, min(derived) AS derived FROM gone GROUP BY key ORDER BY key`,
      ),
      sourcesOf: db.prepare(
        `SELECT c.key AS key, c.id AS id, c.state AS state FROM edges e JOIN cubes c ON c.key = e.to_key
         WHERE e.from_key = ? AND e.kind = 'derived' ORDER BY c.key`,
      ),
      governance: db.prepare(
        `SELECT CAST(json_extract(content, '$.governance.readonly') AS INTEGER) AS readonly,
           json_extract(content, '$.governance.retention') AS retention
         FROM versions WHERE key = ? AND version = ?`,
      ),
      versions: db.prepare("SELECT content, cause, hash FROM versions WHERE key = ? ORDER BY version"),
      blank: db.prepare(
        `UPDATE cubes SET user = NULL, agent = NULL, app = NULL, session = NULL, position = NULL,
           state = 'forgotten', origin = 'user', actor = '', occurred_at = NULL, valid_from = NULL, valid_to = NULL,
           expires_at = NULL, digest = NULL, duplicate_of = NULL, provenance = '{}', priority = 0, heat = 0,
           use_count = 0, last_used_at = NULL, useful = 0, wrong = 0, outdated = 0, derived = 1, version = 0
         WHERE key = ?`,
      ),
      drops: [
        "DELETE FROM versions WHERE key = ?",
        "DELETE FROM vectors WHERE key = ?",
        "DELETE FROM mentions WHERE cube = ?",
        "DELETE FROM facts WHERE cube = ?",
        "DELETE FROM edges WHERE from_key = ?",
        "DELETE FROM edges WHERE to_key = ?",
        "DELETE FROM awaiting_model WHERE cube = ?",
      ].map((statement) => db.prepare(statement)),
      dropExtractions: db.prepare("DELETE FROM extractions"),
      keys: db.prepare("SELECT key, written FROM idempotency WHERE tenant = ?"),
      dropKey: db.prepare("DELETE FROM idempotency WHERE tenant = ? AND key = ?"),
      jobs: db.prepare(
        "SELECT id, cubes, input FROM jobs WHERE tenant = ? AND (cubes <> '[]' OR input <> '{}')",
      ),
      dropJob: db.prepare("DELETE FROM jobs WHERE id = ?"),
      linkedByModel: db.prepare(
        `SELECT DISTINCT c.key AS key FROM edges e JOIN cubes c
           ON c.key = CASE WHEN e.from_key = @key THEN e.to_key ELSE e.from_key END
         WHERE (e.from_key = @key OR e.to_key = @key) AND e.kind IN ('link', 'supports', 'contradicts')
           AND c.state <> 'forgotten'`,
      ),
      begin: db.prepare("INSERT INTO purges (id, tenant, at) VALUES (?, ?, ?)"),
      done: db.prepare("DELETE FROM purges WHERE id = ?"),
      pending: db.prepare("SELECT id, tenant, at FROM purges ORDER BY at"),
      pastUndo: db.prepare(
        "SELECT id, tenant FROM cubes WHERE state = 'forgotten' AND version > 0 AND changed_at < ? LIMIT ?",
      ),
      remains: db.prepare(
        `SELECT c.id AS id FROM cubes c JOIN versions v ON v.key = c.key
         WHERE c.id IN (SELECT value FROM json_each(?)) GROUP BY c.id`,
      ),
      says: db.prepare("SELECT 1 FROM versions WHERE instr(content, ?) > 0 OR instr(cause, ?) > 0 LIMIT 1"),
      releaseBlob: db.prepare('UPDATE blobs SET "references" = "references" - 1 WHERE sha256 = ?'),
      unusedBlob: db.prepare('DELETE FROM blobs WHERE sha256 = ? AND "references" <= 0'),
    };
  }

  forgettable(wanted: Forgettable, limit: number): ForgettableCube[] {
    const { scope, ids, origins, actors, recordedFrom, recordedTo, where, alive } = wanted;
    const conditions: (SQL | undefined)[] = [
      withinScope(scope),
      sql`${cubes.version} > 0`,
      alive === true ? sql`${cubes.state} <> 'forgotten'` : undefined,
      ids === undefined
        ? undefined
        : sql`${cubes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      origins === undefined ? undefined : inArray(cubes.origin, origins as CubeRow["origin"][]),
      actors === undefined ? undefined : inArray(cubes.actor, [...actors]),
      recordedFrom === undefined ? undefined : gte(cubes.recordedAt, recordedFrom),
      recordedTo === undefined ? undefined : lt(cubes.recordedAt, recordedTo),
      where === undefined ? undefined : filterSql(where, false),
    ];
    return this.#connection.orm
      .select({
        id: cubes.id,
        version: cubes.version,
        state: cubes.state,
        readonly: sql<number>`CAST(json_extract(${versions.content}, '$.governance.readonly') AS INTEGER)`,
        retention: sql<string>`json_extract(${versions.content}, '$.governance.retention')`,
      })
      .from(cubes)
      .innerJoin(versions, versionAt(undefined))
      .where(and(...conditions))
      .orderBy(cubes.key)
      .limit(limit)
      .all()
      .map(({ readonly, retention, ...cube }) => ({ ...cube, held: heldBy(readonly === 1, retention) }));
  }

  purge({ id, scope, ids, at }: { id: string; scope: Scope; ids: readonly CubeId[]; at: number }): Purged {
    const { tenant } = scope;
    const rows = this.#statements.closure.all({ tenant, ids: JSON.stringify(ids) }) as {
      key: number;
      derived: number;
    }[];
    const gone = new Set(rows.map(({ key }) => key));
    const touched = new Map<number, Pick<CubeRow, "key" | "tenant" | "state">>();
    const orphaned = new Set<CubeId>();
    const linked = new Set<number>();
    const purged = rows.flatMap(({ key, derived }) => {
      const head = this.#writes.rowOf(key);
      if (head === undefined || head.version === 0) return [];
      this.#refuseHeld(head);
      // A merged cube goes; its other parents speak for themselves again.
      for (const source of this.#statements.sourcesOf.all(key) as {
        key: number;
        id: CubeId;
        state: string;
      }[])
        if (!gone.has(source.key) && source.state === "merged") orphaned.add(source.id);
      for (const other of this.#statements.linkedByModel.all({ key }) as { key: number }[])
        linked.add(other.key);
      return [{ head, derived: derived === 1 }];
    });
    this.#statements.begin.run(id, tenant, at);
    const blobs: string[] = [];
    const cubesGone = purged.map(({ head, derived }): PurgedCube => {
      for (const row of this.#writes.beforeGone(head, at)) if (!gone.has(row.key)) touched.set(row.key, row);
      touched.set(head.key, { key: head.key, tenant, state: "forgotten" });
      const chain = this.#statements.versions.all(head.key) as {
        content: string;
        cause: string;
        hash: string;
      }[];
      for (const { content } of chain)
        for (const { sha256 } of blobsOf(JSON.parse(content).payload)) {
          this.#statements.releaseBlob.run(sha256);
          if (this.#statements.unusedBlob.run(sha256).changes > 0) blobs.push(sha256);
        }
      for (const statement of this.#statements.drops) statement.run(head.key);
      this.#statements.blank.run(head.key);
      return {
        id: head.id,
        tenant,
        versions: chain.length,
        hash: chain.at(-1)?.hash ?? "",
        derived,
        texts: [...new Set(chain.flatMap(({ content, cause }) => [...textsOf(JSON.parse(content)), cause]))],
      };
    });
    this.#forgetTraces(tenant, new Set(cubesGone.map((cube) => cube.id)));
    for (const key of linked) {
      if (gone.has(key) || !this.#writes.forgetModelAttributes(key)) continue;
      const row = this.#writes.rowOf(key);
      if (row !== undefined) touched.set(key, row);
    }
    const changes: Change[] = this.#writes.indexAgain([...touched.values()]);
    if (orphaned.size > 0) {
      const back = this.#lifecycle.transition([
        {
          scope: { tenant },
          ids: [...orphaned],
          operation: "unmerge",
          actor: "memos",
          cause: "the merged memory was purged",
          recordedAt: at,
        },
      ]);
      changes.push(...back.changes);
    }
    this.#audit.append({
      ...byOwner("forget", "purge", scope),
      targets: cubesGone.map((cube) => cube.id),
      details: contentHash(cubesGone.map(({ hash }) => hash)),
    });
    return { cubes: cubesGone, changes, blobs };
  }

  #refuseHeld(row: CubeRow): void {
    const { readonly, retention } = this.#statements.governance.get(row.key, row.version) as {
      readonly: number;
      retention: string;
    };
    const held = heldBy(readonly === 1, retention);
    if (held !== null) throw new MemosError("CONFLICT", `Cube ${row.id} ${held}.`);
  }

  /** What else names the cubes, or may quote them. */
  #forgetTraces(tenant: string, ids: ReadonlySet<string>): void {
    this.#statements.dropExtractions.run();
    const names = (text: string) => (text.match(/[0-9a-f-]{36}/g) ?? []).some((id) => ids.has(id));
    for (const { key, written } of this.#statements.keys.all(tenant) as { key: string; written: string }[])
      if (names(written)) this.#statements.dropKey.run(tenant, key);
    for (const job of this.#statements.jobs.all(tenant) as { id: string; cubes: string; input: string }[])
      if (names(job.cubes) || names(job.input)) this.#statements.dropJob.run(job.id);
  }

  pastUndo(before: number, limit: number): { id: CubeId; tenant: string }[] {
    return this.#statements.pastUndo.all(before, limit) as { id: CubeId; tenant: string }[];
  }

  pendingPurges(): PendingPurge[] {
    return this.#statements.pending.all() as unknown as PendingPurge[];
  }

  purgeDone(id: string): void {
    this.#statements.done.run(id);
  }

  remains(ids: readonly CubeId[]): CubeId[] {
    return (this.#statements.remains.all(JSON.stringify(ids)) as { id: CubeId }[]).map(({ id }) => id);
  }

  says(text: string): boolean {
    return this.#statements.says.get(text, text) !== undefined;
  }
}

function heldBy(readonly: boolean, retention: string): string | null {
  if (readonly) return "is read-only";
  return retention === "legal-hold" ? "is under legal hold" : null;
}
