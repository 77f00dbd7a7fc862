import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import {
  type CubeId,
  type CubeType,
  firstBrokenVersion,
  type MemCube,
  MemosError,
  type PortableCube,
  type Scope,
  scopeContains,
  type Version,
} from "../../../memcube/index.js";
import type {
  IndexedCube,
  LedgerStats,
  Located,
  OwnerCount,
  Page,
  Permitted,
  Selected,
  Selection,
} from "../ledger.js";
import type { Difference, Standing } from "../lifecycleLedger.js";
import type { Connection } from "./connection.js";
import {
  type CubeRow,
  cubeFrom,
  permitSql,
  permitted,
  SEARCHABLE,
  scopeOf,
  selectionSql,
  type VersionRow,
  versionAt,
  versionFrom,
  visibleFrom,
  wholeChainSql,
  withinScope,
} from "./cubeRows.js";
import type { IndexedCubes } from "./indexedCubes.js";
import { cubes, outbox, partitions, vectors, versions } from "./schema.js";

const canonical = alias(cubes, "canonical");
const SEARCHABLE_JSON = JSON.stringify(SEARCHABLE);

/** The cube that a cube repeats. */
const repeated = {
  id: canonical.id,
  state: canonical.state,
  tenant: canonical.tenant,
  user: canonical.user,
  agent: canonical.agent,
  app: canonical.app,
  session: canonical.session,
  type: canonical.type,
  sensitivity: canonical.sensitivity,
  visibility: canonical.visibility,
};

interface Row {
  readonly head: CubeRow;
  readonly version: Pick<VersionRow, "version" | "content">;
  readonly repeats:
    | {
        [Name in keyof typeof repeated]: CubeRow[Name];
      }
    | null;
}

/** A cube that another one repeats is named as long as it is there and its reader may see it. */
function readCube({ head, version, repeats }: Row, scope: Scope, permit: Permitted): MemCube {
  const named = repeats !== null && visibleFrom(scope, repeats) && permitted(permit, repeats);
  return cubeFrom(head, version, named ? repeats.id : null);
}

function visible({ head, version }: Row, scope: Scope, permit: Permitted): boolean {
  return visibleFrom(scope, head) && permitted(permit, head, version.content);
}

/** Chains that are checked with two statements: one at a time would be a round trip each. */
const CHAINS_AT_ONCE = 128;

/** Reads of cubes; every one names the tenant in SQL and checks the rest of the scope on the row. */
export class CubeReads {
  readonly #connection: Connection;
  readonly #indexed: IndexedCubes;
  readonly #byId;
  readonly #byKeys;
  readonly #history;
  readonly #standings;
  readonly #kept;
  readonly #histories;

  constructor(connection: Connection, indexed: IndexedCubes) {
    this.#connection = connection;
    this.#indexed = indexed;
    const current = versionAt(undefined);
    this.#byId = this.#cubesWith(current)
      .where(and(eq(cubes.id, sql.placeholder("id")), eq(cubes.tenant, sql.placeholder("tenant"))))
      .prepare();
    this.#byKeys = this.#cubesWith(current)
      .where(
        and(
          sql`${cubes.key} IN (SELECT CAST(value AS INTEGER) FROM json_each(${sql.placeholder("keys")}))`,
          eq(cubes.tenant, sql.placeholder("tenant")),
        ),
      )
      .orderBy(cubes.key)
      .prepare();
    const { key, priority, heat, lastUsedAt, useful, wrong, outdated } = cubes;
    this.#standings = connection.orm
      .select({ key, priority, heat, lastUsedAt, useful, wrong, outdated })
      .from(cubes)
      .where(
        sql`${cubes.key} IN (SELECT CAST(value AS INTEGER) FROM json_each(${sql.placeholder("keys")}))
          AND (${cubes.priority} <> 0 OR ${cubes.lastUsedAt} IS NOT NULL)`,
      )
      .orderBy(cubes.key)
      .prepare();
    this.#history = connection.orm
      .select()
      .from(versions)
      .where(eq(versions.key, sql.placeholder("key")))
      .orderBy(versions.version)
      .prepare();
    this.#kept = connection.orm
      .select({ key: cubes.key, id: cubes.id })
      .from(cubes)
      // Of what was purged a row without content stays.
      .where(and(gt(cubes.version, 0), gt(cubes.key, sql.placeholder("after"))))
      .orderBy(cubes.key)
      .limit(CHAINS_AT_ONCE)
      .prepare();
    this.#histories = connection.orm
      .select()
      .from(versions)
      .where(
        sql`${versions.key} IN (SELECT CAST(value AS INTEGER) FROM json_each(${sql.placeholder("keys")}))`,
      )
      .orderBy(versions.key, versions.version)
      .prepare();
  }

  #cubesWith(version: ReturnType<typeof versionAt>) {
    return this.#connection.orm
      .select({
        head: cubes,
        version: { version: versions.version, content: versions.content },
        repeats: repeated,
      })
      .from(cubes)
      .innerJoin(versions, version)
      .leftJoin(canonical, eq(canonical.key, cubes.duplicateOf));
  }

  #row(id: string, scope: Scope, asOf: number | undefined, permit: Permitted) {
    const row =
      asOf === undefined
        ? this.#byId.get({ id, tenant: scope.tenant })
        : this.#cubesWith(versionAt(asOf))
            .where(and(eq(cubes.id, id), eq(cubes.tenant, scope.tenant)))
            .get();
    if (row === undefined || !visible(row, scope, permit))
      throw new MemosError("NOT_FOUND", `There is no cube ${id} in this scope.`);
    return row;
  }

  get(id: string, scope: Scope, asOf: number | undefined, permit: Permitted): MemCube {
    return readCube(this.#row(id, scope, asOf, permit), scope, permit);
  }

  chain(
    id: string,
    scope: Scope,
    forgotten: boolean,
    permit: Permitted,
  ): { cube: MemCube; versions: Version[] } {
    const row = this.#byId.get({ id, tenant: scope.tenant });
    const there =
      row !== undefined &&
      scopeContains(scope, scopeOf(row.head)) &&
      permitted(permit, row.head, row.version.content) &&
      (forgotten || row.head.state !== "forgotten");
    if (!there) throw new MemosError("NOT_FOUND", `There is no cube ${id} in this scope.`);
    return {
      cube: readCube(row, scope, permit),
      versions: this.#history.all({ key: row.head.key }).map(versionFrom),
    };
  }

  history(id: string, scope: Scope, permit: Permitted): Version[] {
    const { head } = this.#row(id, scope, undefined, permit);
    return this.#history.all({ key: head.key }).map(versionFrom);
  }

  byKeys(keys: readonly number[], scope: Scope, asOf: number | undefined, permit: Permitted): Located[] {
    const rows =
      asOf === undefined
        ? this.#byKeys.all({ keys: JSON.stringify(keys), tenant: scope.tenant })
        : this.#cubesWith(versionAt(asOf))
            .where(
              and(
                sql`${cubes.key} IN (SELECT CAST(value AS INTEGER) FROM json_each(${JSON.stringify(keys)}))`,
                eq(cubes.tenant, scope.tenant),
              ),
            )
            .orderBy(cubes.key)
            .all();
    return rows
      .filter((row) => visible(row, scope, permit))
      .map((row) => ({ key: row.head.key, cube: readCube(row, scope, permit) }));
  }

  list(selection: Selection, page: Page): Located[] {
    const newest = page.order === "newest";
    const beyond = page.after === undefined ? undefined : (newest ? lt : gt)(cubes.key, page.after);
    return this.#cubesWith(versionAt(selection.asOf))
      .where(and(selectionSql(selection), beyond))
      .orderBy((newest ? desc : asc)(cubes.key))
      .limit(page.limit)
      .offset(page.skip ?? 0)
      .all()
      .map((row) => ({ key: row.head.key, cube: readCube(row, selection.scope, selection.permit) }));
  }

  census(selection: Selection): OwnerCount[] {
    const { user, agent, app, session } = cubes;
    return this.#connection.orm
      .select({
        user,
        agent,
        app,
        session,
        cubes: sql<number>`count(*)`,
        first: sql<number>`min(${cubes.recordedAt})`,
        last: sql<number>`max(${cubes.recordedAt})`,
      })
      .from(cubes)
      .innerJoin(versions, versionAt(selection.asOf))
      .where(selectionSql(selection))
      .groupBy(user, agent, app, session)
      .orderBy(...[user, agent, app, session].map((part) => sql`${part} NULLS FIRST`))
      .all();
  }

  select(selection: Selection): Selected {
    const rows = this.#connection.orm
      .select({
        key: cubes.key,
        // What is not in the index, or is there with another text, is handed over to be searched beside it.
        current: sql<number>`${versions.version} = ${cubes.version}
          AND ${cubes.state} IN (SELECT value FROM json_each(${SEARCHABLE_JSON}))`,
      })
      .from(cubes)
      .innerJoin(versions, versionAt(selection.asOf))
      .where(selectionSql(selection))
      .orderBy(cubes.key)
      .all();
    const keys = Int32Array.from(rows.filter((row) => row.current === 1).map((row) => row.key));
    const older = rows.filter((row) => row.current === 0).map((row) => row.key);
    return { keys, historic: older.length === 0 ? [] : this.#historic(older, selection) };
  }

  /** Cubes with the text that they had then, and with their vector when it is still the same. */
  #historic(keys: readonly number[], selection: Selection): IndexedCube[] {
    return this.#connection.orm
      .select({ head: cubes, content: versions.content, vector: vectors })
      .from(cubes)
      .innerJoin(versions, versionAt(selection.asOf))
      .leftJoin(vectors, sql`${vectors.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
      .where(sql`${cubes.key} IN (SELECT CAST(value AS INTEGER) FROM json_each(${JSON.stringify(keys)}))`)
      .orderBy(cubes.key)
      .all()
      .map((row) => this.#indexed.from(row.head, row.content, row.vector));
  }

  core(selection: Selection, limit: number): MemCube[] {
    return this.#cubesWith(versionAt(selection.asOf))
      .where(and(sql`${cubes.type} = 'core'`, selectionSql(selection)))
      .orderBy(cubes.key)
      .limit(limit)
      .all()
      .map((row) => readCube(row, selection.scope, selection.permit));
  }

  /** Spelled as the index `cubes_block` is, or SQLite would not use it. */
  blockCubes(selection: Selection, limit: number): MemCube[] {
    return this.#cubesWith(versionAt(undefined))
      .where(
        and(
          sql`(${cubes.type} = 'core' OR ${cubes.priority} > 0 OR ${cubes.heat} >= 1)`,
          selectionSql(selection),
        ),
      )
      .orderBy(sql`${cubes.type} <> 'core'`, sql`${cubes.priority} <= 0`, desc(cubes.heat), cubes.key)
      .limit(limit)
      .all()
      .map((row) => readCube(row, selection.scope, selection.permit));
  }

  recent(selection: Selection, limit: number): number[] {
    return this.#connection.orm
      .select({ key: cubes.key })
      .from(cubes)
      .innerJoin(versions, versionAt(selection.asOf))
      .where(selectionSql(selection))
      .orderBy(desc(cubes.key))
      .limit(limit)
      .all()
      .map((row) => row.key);
  }

  portable(
    scope: Scope,
    afterKey: number,
    limit: number,
    permit: Permitted,
  ): { key: number; cube: PortableCube }[] {
    const selection = and(
      withinScope(scope),
      sql`${cubes.state} <> 'forgotten'`,
      gt(cubes.key, afterKey),
      ...(permit === undefined ? [] : [...permitSql(permit, false), wholeChainSql(permit)]),
    );
    return this.#cubesWith(versionAt(undefined))
      .where(selection)
      .orderBy(cubes.key)
      .limit(limit)
      .all()
      .map((row) => ({
        key: row.head.key,
        cube: {
          cube: readCube(row, scope, permit),
          versions: this.#history.all({ key: row.head.key }).map(versionFrom),
        },
      }));
  }

  stats(scope: Scope, permit: Permitted): LedgerStats {
    const { orm } = this.#connection;
    const within = and(withinScope(scope), ...(permit === undefined ? [] : permitSql(permit, false)));
    const counts = orm
      .select({
        type: cubes.type,
        forgotten: sql<number>`${cubes.state} = 'forgotten'`,
        n: sql<number>`count(*)`,
        versions: sql<number>`sum(${cubes.version})`,
        withoutVector: sql<number>`count(*) - count(${vectors.key})`,
      })
      .from(cubes)
      .leftJoin(vectors, eq(vectors.key, cubes.key))
      .where(within)
      .groupBy(cubes.type, sql`${cubes.state} = 'forgotten'`)
      .all();
    const kept = counts.filter((row) => row.forgotten === 0);
    const sum = (rows: typeof counts, value: (row: (typeof counts)[number]) => number) =>
      rows.reduce((total, row) => total + value(row), 0);
    const tables = orm.select().from(partitions).where(eq(partitions.tenant, scope.tenant)).all();
    const live = tables.find((row) => row.state === "live") ?? null;
    // Entries stay behind for a partition that is being built; the live one has them.
    const pending = orm
      .select({ n: sql<number>`count(DISTINCT ${outbox.key})` })
      .from(outbox)
      .where(and(eq(outbox.tenant, scope.tenant), gt(outbox.sequence, live?.flushedThrough ?? 0)))
      .get();
    return {
      cubes: sum(kept, (row) => row.n),
      byType: Object.fromEntries(kept.map((row) => [row.type, row.n])) as Partial<Record<CubeType, number>>,
      forgotten: sum(counts, (row) => row.n) - sum(kept, (row) => row.n),
      versions: sum(counts, (row) => row.versions),
      withoutVector: sum(kept, (row) => row.withoutVector),
      pending: pending?.n ?? 0,
      partition: live,
      building: tables.some((row) => row.state === "building"),
    };
  }

  tenants(): string[] {
    return this.#connection.orm
      .selectDistinct({ tenant: cubes.tenant })
      .from(cubes)
      .orderBy(cubes.tenant)
      .all()
      .map((row) => row.tenant);
  }

  /** Cubes that search can find, in key order. */
  scan(
    tenant: string,
    afterKey: number,
    limit: number,
  ): { cubes: IndexedCube[]; cursor: number; done: boolean } {
    const rows = this.#connection.orm
      .select({ head: cubes, content: versions.content, vector: vectors })
      .from(cubes)
      .innerJoin(versions, versionAt(undefined))
      .leftJoin(vectors, eq(vectors.key, cubes.key))
      .where(
        and(
          eq(cubes.tenant, tenant),
          gt(cubes.key, afterKey),
          sql`${cubes.state} IN (SELECT value FROM json_each(${SEARCHABLE_JSON}))`,
        ),
      )
      .orderBy(cubes.key)
      .limit(limit)
      .all();
    return {
      cubes: rows.map((row) => this.#indexed.from(row.head, row.content, row.vector)),
      cursor: rows.at(-1)?.head.key ?? afterKey,
      done: rows.length < limit,
    };
  }

  differences(scope: Scope, from: number, to: number, after: number, limit: number): Difference[] {
    // Spelled out: drizzle leaves the table out in what a query of one table selects, where `key` is another one.
    const last = (at: number) =>
      sql<
        number | null
      >`(SELECT max(v.version) FROM versions AS v WHERE v.key = cubes.key AND v.recorded_at <= ${at})`;
    return this.#connection.orm
      .select({ key: cubes.key, id: cubes.id, before: last(from), after: last(to) })
      .from(cubes)
      .where(
        and(
          withinScope(scope),
          gt(cubes.key, after),
          sql`${cubes.state} <> 'forgotten'`,
          sql`${last(from)} IS NOT ${last(to)}`,
        ),
      )
      .orderBy(cubes.key)
      .limit(limit)
      .all();
  }

  derivedFrom(tenant: string, ids: readonly CubeId[]): { key: number; id: CubeId }[] {
    return this.#connection.db
      .prepare(
        `WITH RECURSIVE gone (key) AS (
           SELECT key FROM cubes WHERE tenant = @tenant AND id IN (SELECT value FROM json_each(@ids))
           UNION SELECT e.from_key FROM gone g JOIN edges e ON e.to_key = g.key
           WHERE e.kind = 'derived' AND e.tenant = @tenant)
         SELECT c.key, c.id FROM gone g JOIN cubes c ON c.key = g.key ORDER BY c.key`,
      )
      .all({ tenant, ids: JSON.stringify(ids) }) as { key: number; id: CubeId }[];
  }

  standings(keys: readonly number[]): Standing[] {
    return this.#standings.all({ keys: JSON.stringify(keys) });
  }

  verify(): { file: string; cubes: number; broken: string[] } {
    const broken: string[] = [];
    let count = 0;
    for (let after = 0; ; ) {
      const page = this.#kept.all({ after });
      const last = page.at(-1);
      if (last === undefined) break;
      const chains = new Map<number, Version[]>(page.map(({ key }) => [key, []]));
      const rows = this.#histories.all({ keys: JSON.stringify([...chains.keys()]) });
      for (const row of rows) chains.get(row.key)?.push(versionFrom(row));
      for (const { key, id } of page) {
        const chain = chains.get(key) ?? [];
        if (chain.length === 0 || firstBrokenVersion(id, chain) !== null) broken.push(id);
      }
      count += page.length;
      after = last.key;
    }
    return { file: this.#connection.db.check(), cubes: count, broken };
  }
}
