import { eq, sql } from "drizzle-orm";
import {
  type CubeId,
  type CubeState,
  contentOf,
  LIMITS,
  type MemCube,
  MemosError,
  nextVersion,
  type Scope,
  scopeContains,
  stateAfter,
  statesBefore,
} from "../../../memcube/index.js";
import { coldAt, heatAfter } from "../../lifecycle/heat.js";
import { DEFAULT_POLICY, expiryOf, type LifecyclePolicy } from "../../lifecycle/policy.js";
import type { Revision } from "../ledger.js";
import type { Snapshot, StateChange, Transition, Transitioned, Use } from "../lifecycleLedger.js";
import type { Connection } from "./connection.js";
import { type CubeRow, cubeFrom, SEARCHABLE, scopeOf, versionFrom, visibleFrom } from "./cubeRows.js";
import type { CubeWrites } from "./cubeWrites.js";
import { cubes, lifecyclePolicies, outbox, snapshots, versions } from "./schema.js";

/** Who makes the transitions that nobody asked for. */
const SYSTEM = "memos";

const DAY = 86_400_000;

const p = (name: string) => sql.placeholder(name);

/** Writes how cubes live. Each public method runs inside one transaction. */
export class LifecycleWrites {
  readonly #connection: Connection;
  readonly #writes: CubeWrites;
  readonly #statements;

  constructor(connection: Connection, writes: CubeWrites) {
    const { orm } = connection;
    this.#connection = connection;
    this.#writes = writes;
    this.#statements = {
      byId: orm
        .select()
        .from(cubes)
        .where(sql`${cubes.id} = ${p("id")} AND ${cubes.tenant} = ${p("tenant")}`)
        .prepare(),
      current: orm
        .select()
        .from(versions)
        .where(sql`${versions.key} = ${p("key")} AND ${versions.version} = ${p("version")}`)
        .prepare(),
      stateBefore: orm
        .select({ state: sql<CubeState>`json_extract(${versions.content}, '$.state')` })
        .from(versions)
        .where(
          sql`${versions.key} = ${p("key")}
            AND json_extract(${versions.content}, '$.state') IN (SELECT value FROM json_each(${p("states")}))`,
        )
        .orderBy(sql`${versions.version} DESC`)
        .limit(1)
        .prepare(),
      due: orm
        .select()
        .from(cubes)
        .where(
          sql`${cubes.expiresAt} <= ${p("now")} AND ${cubes.expiresAt} IS NOT NULL
            AND state NOT IN ('expired', 'forgotten')`,
        )
        .orderBy(cubes.expiresAt)
        .limit(p("limit"))
        .prepare(),
      nextExpiry: orm
        .select({ at: sql<number | null>`min(${cubes.expiresAt})` })
        .from(cubes)
        .where(sql`${cubes.expiresAt} IS NOT NULL AND state NOT IN ('expired', 'forgotten')`)
        .prepare(),
      archiving: orm
        .select()
        .from(lifecyclePolicies)
        .where(sql`CAST(json_extract(${lifecyclePolicies.policy}, '$.archiveCold') AS INTEGER) = 1`)
        .prepare(),
      // Coldness is checked again with what only the current version knows.
      cold: orm
        .select({ head: cubes })
        .from(cubes)
        .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
        .where(
          sql`${cubes.tenant} = ${p("tenant")} AND ${cubes.state} = 'active' AND state = 'active'
            AND ${cubes.coldAt} <= ${p("now")} AND ${cubes.priority} <= 0 AND ${cubes.type} <> 'core'
            AND json_extract(${versions.content}, '$.governance.retention') = 'default'`,
        )
        .orderBy(cubes.coldAt)
        .limit(p("limit"))
        .prepare(),
      setUse: orm
        .update(cubes)
        .set({
          heat: sql`${p("heat")}`,
          lastUsedAt: sql`${p("lastUsedAt")}`,
          coldAt: sql`${p("coldAt")}`,
          useCount: sql`${cubes.useCount} + 1`,
          useful: sql`${cubes.useful} + ${p("useful")}`,
          wrong: sql`${cubes.wrong} + ${p("wrong")}`,
          outdated: sql`${cubes.outdated} + ${p("outdated")}`,
        })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      setExpiry: orm
        .update(cubes)
        .set({ expiresAt: sql`${p("expiresAt")}` })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      enqueue: orm
        .insert(outbox)
        .values({ tenant: p("tenant"), key: p("key"), operation: "put" })
        .prepare(),
      policy: orm
        .select()
        .from(lifecyclePolicies)
        .where(eq(lifecyclePolicies.tenant, p("tenant")))
        .prepare(),
    };
  }

  transition(transitions: readonly Transition[]): Transitioned {
    return this.#writes.reviseAll(transitions.flatMap((transition) => this.#steps(transition)));
  }

  #steps({ scope, ids, operation, actor, cause, recordedAt, ifVersion, authorized }: Transition): Revision[] {
    const rows = [...new Set(ids)].map((id) => this.#visible(id, scope, operation));
    for (const row of rows)
      if (operation === "recover" && row.changedAt + LIMITS.undoDays * DAY < recordedAt)
        throw new MemosError(
          "INVALID_TRANSITION",
          `Cube ${row.id} was forgotten more than ${LIMITS.undoDays} days ago.`,
        );
    for (const row of rows)
      if (ifVersion !== undefined && row.version !== ifVersion)
        throw new MemosError("CONFLICT", `Cube ${row.id} is at version ${row.version}.`, {
          path: "ifVersion",
        });
    return rows.map((row) => ({ ...this.#step(row, operation, { actor, cause, recordedAt }), authorized }));
  }

  #visible(id: CubeId, scope: Scope, operation: StateChange): CubeRow {
    const row = this.#statements.byId.get({ id, tenant: scope.tenant });
    const there =
      row !== undefined &&
      scopeContains(scope, scopeOf(row)) &&
      (row.state === "forgotten") === (operation === "recover");
    if (!there) throw new MemosError("NOT_FOUND", `There is no cube ${id} in this scope.`);
    return row;
  }

  #step(
    row: CubeRow,
    operation: StateChange,
    { actor, cause, recordedAt }: { actor: string; cause: string; recordedAt: number },
  ): Revision {
    const stored = this.#statements.current.get({ key: row.key, version: row.version });
    if (stored === undefined) throw new MemosError("INTERNAL", `Cube ${row.id} has no current version.`);
    const previous = versionFrom(stored);
    const before: MemCube = cubeFrom(row, previous, null);
    const possible = JSON.stringify(statesBefore(row.state));
    const earlier = this.#statements.stateBefore.get({ key: row.key, states: possible });
    const state = stateAfter(operation, before, earlier?.state);
    const after = { ...before, state, version: row.version + 1 };
    const version = nextVersion(row.id, previous, {
      content: contentOf(after),
      actor,
      operation,
      cause,
      // Never before the version that it follows, also when the clock has been set back.
      recordedAt: new Date(Math.max(recordedAt, stored.recordedAt)).toISOString(),
    });
    return {
      scope: scopeOf(row),
      cube: after,
      version,
      digest: row.digest,
      vector: "keep",
      embedder: 0,
      graph: "keep",
    };
  }

  expireDue(now: number, limit: number): Transitioned {
    const rows = this.#statements.due.all({ now, limit });
    return this.#writes.reviseAll(
      rows.map((row) =>
        this.#step(row, "expire", {
          actor: SYSTEM,
          cause: `due since ${new Date(row.expiresAt as number).toISOString()}`,
          recordedAt: now,
        }),
      ),
    );
  }

  nextExpiry(): number | null {
    return this.#statements.nextExpiry.get()?.at ?? null;
  }

  archiveCold(now: number, limit: number): Transitioned {
    const rows: CubeRow[] = [];
    for (const { tenant } of this.#statements.archiving.all()) {
      if (rows.length >= limit) break;
      const cold = this.#statements.cold.all({ tenant, now, limit: limit - rows.length });
      rows.push(...cold.map(({ head }) => head));
    }
    return this.#writes.reviseAll(
      rows.map((row) => this.#step(row, "archive", { actor: SYSTEM, cause: "cold", recordedAt: now })),
    );
  }

  recordUses(uses: readonly Use[]): Transitioned {
    const back: Revision[] = [];
    const activated = new Set<number>();
    for (const { scope, id, kind, at } of uses) {
      const row = this.#statements.byId.get({ id, tenant: scope.tenant });
      if (row === undefined || !visibleFrom(scope, row)) continue;
      const { heat, at: usedAt } = heatAfter({ heat: row.heat, at: row.lastUsedAt }, kind, at);
      this.#statements.setUse.run({
        key: row.key,
        heat,
        lastUsedAt: usedAt,
        coldAt: coldAt({ heat, at: usedAt }, row.changedAt),
        useful: Number(kind === "confirmed"),
        wrong: Number(kind === "wrong"),
        outdated: Number(kind === "outdated"),
      });
      if (row.state !== "archived" || kind === "wrong" || kind === "outdated") continue;
      // Uses are written down later: one from before it was archived is no reason to bring it back.
      if (at <= row.changedAt) continue;
      if (activated.has(row.key)) continue;
      activated.add(row.key);
      back.push(this.#step(row, "activate", { actor: SYSTEM, cause: "used", recordedAt: at }));
    }
    return this.#writes.reviseAll(back);
  }

  lifecyclePolicy(tenant: string): LifecyclePolicy {
    return this.#statements.policy.get({ tenant })?.policy ?? DEFAULT_POLICY;
  }

  setLifecyclePolicy(tenant: string, policy: LifecyclePolicy): number {
    const { orm } = this.#connection;
    orm
      .insert(lifecyclePolicies)
      .values({ tenant, policy })
      .onConflictDoUpdate({ target: lifecyclePolicies.tenant, set: { policy } })
      .run();
    const governance = sql<string>`json_extract(${versions.content}, '$.governance')`;
    const stored = orm
      .select({ head: cubes, governance })
      .from(cubes)
      .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
      .where(sql`${cubes.tenant} = ${tenant} AND ${cubes.state} NOT IN ('expired', 'forgotten')`)
      .all();
    let moved = 0;
    for (const row of stored) {
      const { key, type, origin, recordedAt, state } = row.head;
      const expiresAt = expiryOf(policy, {
        type,
        origin,
        recordedAt,
        governance: JSON.parse(row.governance),
      });
      if (expiresAt === row.head.expiresAt) continue;
      this.#statements.setExpiry.run({ key, expiresAt });
      if (!SEARCHABLE.includes(state)) continue;
      this.#statements.enqueue.run({ tenant, key });
      moved++;
    }
    return moved;
  }

  saveSnapshot(tenant: string, { name, at }: Snapshot): void {
    const known = this.#connection.orm
      .insert(snapshots)
      .values({ tenant, name, at, createdAt: Date.now() })
      .onConflictDoNothing()
      .run();
    if (known.changes === 0)
      throw new MemosError("CONFLICT", `There is a snapshot \`${name}\` already.`, { path: "name" });
  }

  snapshots(tenant: string): Snapshot[] {
    return this.#connection.orm
      .select({ name: snapshots.name, at: snapshots.at })
      .from(snapshots)
      .where(eq(snapshots.tenant, tenant))
      .orderBy(snapshots.at, snapshots.name)
      .all();
  }

  dropSnapshot(tenant: string, name: string): void {
    const { changes } = this.#connection.orm
      .delete(snapshots)
      .where(sql`${snapshots.tenant} = ${tenant} AND ${snapshots.name} = ${name}`)
      .run();
    if (changes === 0) throw new MemosError("NOT_FOUND", `There is no snapshot \`${name}\`.`);
  }
}
