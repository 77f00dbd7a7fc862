import { eq, type SQL, sql } from "drizzle-orm";
import {
  blobsOf,
  contentHash,
  learnableText,
  type MemCube,
  MemosError,
  type Operation,
  type Scope,
  scopeContains,
  type Version,
} from "../../../memcube/index.js";
import type { CubeGraph } from "../../extraction/cubeGraph.js";
import type { Action } from "../../governance/grant.js";
import { OWNER } from "../../governance/principal.js";
import { NEW_DAYS } from "../../lifecycle/heat.js";
import { DEFAULT_POLICY, expiryOf, type LifecyclePolicy } from "../../lifecycle/policy.js";
import type { Authorized } from "../governanceLedger.js";
import type { AwaitingModel } from "../graphLedger.js";
import type { Occurrence } from "../jobLedger.js";
import type { AddCommit, AddCommitted, Change, CommittedCube, PreparedCube, Revision } from "../ledger.js";
import type { AuditLog } from "./auditLog.js";
import type { Connection } from "./connection.js";
import {
  behaviourColumns,
  type CubeRow,
  cubeFrom,
  headColumns,
  SEARCHABLE,
  scopeOf,
  versionFrom,
  visibleFrom,
} from "./cubeRows.js";
import type { EmbeddedThrough } from "./embeddedThrough.js";
import type { EventLog } from "./eventLog.js";
import { GraphWrites } from "./graphWrites.js";
import type { IndexedCubes } from "./indexedCubes.js";
import type { OnceRows } from "./onceRows.js";
import type { Quotas } from "./quotas.js";
import {
  awaitingModel,
  blobs,
  cubes,
  edges,
  extractions,
  lifecyclePolicies,
  outbox,
  vectors,
  versions,
} from "./schema.js";
import { withoutModel } from "./withoutModel.js";

/** Changes that a full quota refuses; what makes a tenant smaller, or no larger, is always possible. */
const GROWING: ReadonlySet<Operation> = new Set(["update", "restore", "recover"]);

const DAY = 86_400_000;

const p = (name: string) => sql.placeholder(name);

/** Writes to cubes and everything that must commit with them. Each public method runs inside one transaction. */
export class CubeWrites {
  readonly #indexed: IndexedCubes;
  readonly #events: EventLog;
  readonly #graph: GraphWrites;
  readonly #audit: AuditLog;
  readonly #quotas: Quotas;
  readonly #once: OnceRows;
  readonly #embedded: EmbeddedThrough;
  readonly #statements;

  constructor(
    connection: Connection,
    indexed: IndexedCubes,
    audit: AuditLog,
    quotas: Quotas,
    events: EventLog,
    once: OnceRows,
    embedded: EmbeddedThrough,
  ) {
    const { orm } = connection;
    this.#indexed = indexed;
    this.#audit = audit;
    this.#quotas = quotas;
    this.#events = events;
    this.#once = once;
    this.#embedded = embedded;
    this.#graph = new GraphWrites(connection);
    const owner = sql`${cubes.tenant} = ${p("tenant")} AND ${cubes.user} IS ${p("user")}
      AND ${cubes.agent} IS ${p("agent")} AND ${cubes.app} IS ${p("app")}`;
    this.#statements = {
      byId: orm
        .select()
        .from(cubes)
        .where(eq(cubes.id, p("id")))
        .prepare(),
      byKey: orm
        .select()
        .from(cubes)
        .where(eq(cubes.key, p("key")))
        .prepare(),
      underived: orm
        .select({ head: cubes, version: { version: versions.version, content: versions.content } })
        .from(cubes)
        .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
        .where(sql`${cubes.derived} = 0`)
        .orderBy(cubes.key)
        .limit(p("limit"))
        .prepare(),
      earlier: orm
        .select()
        .from(versions)
        .where(sql`${versions.key} = ${p("key")} AND ${versions.version} < ${p("version")}`)
        .orderBy(versions.version)
        .prepare(),
      firstAwaiting: orm
        .select({
          tenant: cubes.tenant,
          user: cubes.user,
          agent: cubes.agent,
          app: cubes.app,
          sensitivity: cubes.sensitivity,
          visibility: cubes.visibility,
        })
        .from(awaitingModel)
        .innerJoin(cubes, eq(cubes.key, awaitingModel.cube))
        .where(waitsForModel())
        .orderBy(awaitingModel.cube)
        .limit(1)
        .prepare(),
      awaiting: orm
        .select({
          kind: awaitingModel.kind,
          principal: awaitingModel.principal,
          head: cubes,
          version: { version: versions.version, content: versions.content },
        })
        .from(awaitingModel)
        .innerJoin(cubes, eq(cubes.key, awaitingModel.cube))
        .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
        .where(
          sql`${waitsForModel()} AND ${owner}
            AND ${cubes.sensitivity} = ${p("sensitivity")} AND ${cubes.visibility} = ${p("visibility")}`,
        )
        .orderBy(awaitingModel.cube)
        .limit(p("limit"))
        .prepare(),
      awaitModel: orm
        .insert(awaitingModel)
        .values({ cube: p("cube"), kind: p("kind"), principal: p("id") })
        .onConflictDoUpdate({
          target: awaitingModel.cube,
          set: { kind: sql`excluded.kind`, principal: sql`excluded.principal` },
        })
        .prepare(),
      modelDone: orm
        .delete(awaitingModel)
        .where(eq(awaitingModel.cube, p("cube")))
        .prepare(),
      cachedExtraction: orm
        .select()
        .from(extractions)
        .where(eq(extractions.key, p("key")))
        .prepare(),
      cacheExtraction: orm
        .insert(extractions)
        .values({ key: p("key"), answer: p("answer"), recordedAt: p("recordedAt") })
        .onConflictDoNothing()
        .prepare(),
      dropExtractions: orm.delete(extractions).prepare(),
      setDerived: orm
        .update(cubes)
        .set({ derived: true })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      rederiveNaming: orm
        .update(cubes)
        .set({ derived: false })
        .where(
          sql`${cubes.tenant} = ${p("tenant")} AND ${cubes.user} IS ${p("user")} AND ${cubes.state} <> 'forgotten'
            AND EXISTS (SELECT 1 FROM versions v WHERE v.key = ${cubes.key} AND v.version = ${cubes.version}
              AND instr(v.content, ${p("id")}) > 0)`,
        )
        .prepare(),
      dropVersions: orm
        .delete(versions)
        .where(eq(versions.key, p("key")))
        .prepare(),
      underive: orm
        .update(cubes)
        .set({ derived: false })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      resetDerived: orm.update(cubes).set({ derived: false }).prepare(),
      lastPosition: orm
        .select({ position: sql<number | null>`max(${cubes.position})` })
        .from(cubes)
        .where(sql`${cubes.session} = ${p("session")} AND ${owner}`)
        .prepare(),
      sameDigest: orm
        .select({ key: cubes.key, id: cubes.id, state: cubes.state })
        .from(cubes)
        .where(sql`${cubes.digest} = ${p("digest")} AND ${cubes.duplicateOf} IS NULL AND ${owner}`)
        .orderBy(cubes.key)
        .prepare(),
      repetitions: orm
        .select({ key: cubes.key, tenant: cubes.tenant, state: cubes.state })
        .from(edges)
        .innerJoin(cubes, eq(cubes.key, edges.from))
        .where(
          sql`${edges.to} = ${p("key")} AND ${edges.kind} = 'synonym' AND ${cubes.duplicateOf} = ${p("key")}`,
        )
        .orderBy(cubes.key)
        .prepare(),
      pointAt: orm
        .update(cubes)
        .set({ duplicateOf: sql`${p("duplicateOf")}` })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      dropRepetition: orm
        .delete(edges)
        .where(sql`${edges.from} = ${p("key")} AND ${edges.kind} = 'synonym' AND ${edges.by} = 'duplicate'`)
        .prepare(),
      insertCube: orm
        .insert(cubes)
        .values({
          id: p("id"),
          tenant: p("tenant"),
          user: p("user"),
          agent: p("agent"),
          app: p("app"),
          session: p("session"),
          position: p("position"),
          type: p("type"),
          state: p("state"),
          origin: p("origin"),
          actor: p("actor"),
          recordedAt: p("recordedAt"),
          changedAt: p("changedAt"),
          occurredAt: p("occurredAt"),
          validFrom: p("validFrom"),
          validTo: p("validTo"),
          expiresAt: p("expiresAt"),
          version: p("version"),
          digest: p("digest"),
          duplicateOf: p("duplicateOf"),
          provenance: p("provenance"),
          priority: p("priority"),
          heat: p("heat"),
          useCount: p("useCount"),
          lastUsedAt: p("lastUsedAt"),
          useful: p("useful"),
          wrong: p("wrong"),
          outdated: p("outdated"),
          coldAt: p("coldAt"),
          derived: true,
          sensitivity: p("sensitivity"),
          visibility: p("visibility"),
        })
        .prepare(),
      policy: orm
        .select()
        .from(lifecyclePolicies)
        .where(eq(lifecyclePolicies.tenant, p("tenant")))
        .prepare(),
      updateCube: orm
        .update(cubes)
        .set({
          type: sql`${p("type")}`,
          state: sql`${p("state")}`,
          occurredAt: sql`${p("occurredAt")}`,
          validFrom: sql`${p("validFrom")}`,
          validTo: sql`${p("validTo")}`,
          expiresAt: sql`${p("expiresAt")}`,
          version: sql`${p("version")}`,
          changedAt: sql`${p("changedAt")}`,
          digest: sql`${p("digest")}`,
          duplicateOf: sql`${p("duplicateOf")}`,
          priority: sql`${p("priority")}`,
          coldAt: sql`CASE WHEN ${cubes.coldAt} > ${p("newUntil")} THEN ${cubes.coldAt} ELSE ${p("newUntil")} END`,
          derived: sql`${p("derived")}`,
          sensitivity: sql`${p("sensitivity")}`,
          visibility: sql`${p("visibility")}`,
        })
        .where(eq(cubes.key, p("key")))
        .prepare(),
      insertVersion: orm
        .insert(versions)
        .values({
          key: p("key"),
          version: p("version"),
          content: p("content"),
          actor: p("actor"),
          operation: p("operation"),
          cause: p("cause"),
          recordedAt: p("recordedAt"),
          hash: p("hash"),
          previousHash: p("previousHash"),
        })
        .prepare(),
      putVector: orm
        .insert(vectors)
        .values({ key: p("key"), embedder: p("embedder"), vector: p("vector") })
        .onConflictDoUpdate({
          target: vectors.key,
          set: { embedder: sql`excluded.embedder`, vector: sql`excluded.vector` },
        })
        .prepare(),
      dropVector: orm
        .delete(vectors)
        .where(eq(vectors.key, p("key")))
        .prepare(),
      insertEdge: orm
        .insert(edges)
        .values({
          tenant: p("tenant"),
          from: p("from"),
          to: p("to"),
          kind: p("kind"),
          weight: 1,
          by: p("by"),
          recordedAt: p("recordedAt"),
        })
        .onConflictDoNothing()
        .prepare(),
      enqueue: orm
        .insert(outbox)
        .values({ tenant: p("tenant"), key: p("key"), operation: p("operation") })
        .prepare(),
      retainBlob: orm
        .update(blobs)
        .set({ references: sql`${blobs.references} + 1` })
        .where(eq(blobs.sha256, p("sha256")))
        .prepare(),
    };
  }

  add(commit: AddCommit): AddCommitted {
    const { idempotency: once } = commit;
    const earlier = this.#once.find(once);
    if (earlier !== undefined) return { written: earlier, existing: [], replayed: true, changes: [] };
    const written: CommittedCube[] = [];
    const existing: number[] = [];
    const policyOf = this.#policies();
    const positions = new Map<string, number>();
    const fresh = new Map<number, CubeRow>();
    const graphs = new Map<number, CubeGraph>();
    for (const [index, prepared] of commit.cubes.entries()) {
      if (commit.imported === true && this.#statements.byId.get({ id: prepared.cube.id }) !== undefined) {
        existing.push(index);
        continue;
      }
      const { row, committed } = this.#insert(prepared, commit, positions, policyOf);
      written.push({ ...committed, ...prepared.remarks });
      fresh.set(row.key, row);
      graphs.set(row.key, prepared.graph);
      if (commit.awaitsModel === true && saysSomething(prepared.cube))
        this.#statements.awaitModel.run({ cube: row.key, ...(commit.authorized?.principal ?? OWNER) });
    }
    // After all of them, since a cube of an import may be linked to a later one.
    for (const [key, graph] of graphs)
      this.#putGraph(fresh.get(key) as CubeRow, graph, commit.imported === true);
    const entries = this.#enqueue([...fresh.values(), ...this.#earlierNeighbours(fresh)]);
    this.#once.save(once, written);
    this.#noteEmbedded(commit, [...fresh.values()]);
    const skipped = new Set(existing);
    const kept = commit.cubes.filter((_, index) => !skipped.has(index));
    const operation = commit.imported === true ? "import" : "add";
    this.#events.append(
      kept.map(({ cube }) => occurrence(operation, cube, Date.parse(cube.time.recordedAt))),
    );
    const first = kept[0]?.cube;
    if (first !== undefined) {
      const { tenant } = first.scope;
      this.#quotas.assertWithin(tenant, ["cubes", "textBytes"]);
      this.#audit.append({
        ...(commit.authorized ?? byOwner("write", operation, { tenant })),
        targets: kept.map(({ cube }) => cube.id),
        details: contentHash(kept.map(({ versions: chain }) => chain.at(-1)?.hash)),
      });
    }
    return {
      written,
      existing,
      replayed: false,
      changes:
        commit.unwatched === true
          ? entries.map(({ sequence, tenant, key }) => ({ sequence, tenant, key }))
          : entries.map((entry) => this.#indexed.change(entry)),
    };
  }

  /** Appends a version to each of some cubes; what that changes in the index is written once, at the end. */
  reviseAll(revisions: readonly Revision[]): { committed: CommittedCube[]; changes: Change[] } {
    const touched = new Map<number, Pick<CubeRow, "key" | "tenant" | "state">>();
    const policyOf = this.#policies();
    const committed = revisions.map((revision) => this.#revise(revision, touched, policyOf));
    this.#events.append(
      revisions.map(({ cube, version }) =>
        occurrence(version.operation, cube, Date.parse(version.recordedAt)),
      ),
    );
    const entries = this.#enqueue([...touched.values()]);
    return { committed, changes: entries.map((entry) => this.#indexed.change(entry)) };
  }

  #revise(
    revision: Revision,
    touched: Map<number, Pick<CubeRow, "key" | "tenant" | "state">>,
    policyOf: PolicyOf,
  ): CommittedCube {
    const { scope, cube, version } = revision;
    const row = this.#statements.byId.get({ id: cube.id });
    const recovers = version.operation === "recover";
    const visible =
      row !== undefined && (recovers ? scopeContains(scope, scopeOf(row)) : visibleFrom(scope, row));
    if (row === undefined || !visible)
      throw new MemosError("NOT_FOUND", `There is no cube ${cube.id} in this scope.`);
    if (row.version !== version.version - 1)
      throw new MemosError("CONFLICT", `Cube ${cube.id} is at version ${row.version} by now.`, {
        path: "ifVersion",
      });
    this.#insertVersion(row.key, version);
    const digest = revision.digest === null ? null : Buffer.from(revision.digest);
    const searchable = SEARCHABLE.includes(cube.state);
    const duplicate = searchable ? this.#duplicateOf(cube.scope, digest, row.key) : undefined;
    const recordedAt = Date.parse(version.recordedAt);
    this.#statements.updateCube.run({
      key: row.key,
      ...headColumns(cube),
      expiresAt: cubeExpiry(cube, policyOf),
      version: version.version,
      changedAt: recordedAt,
      digest,
      duplicateOf: duplicate?.key ?? null,
      priority: cube.behaviour.priority,
      newUntil: recordedAt + NEW_DAYS * DAY,
      derived: Number(!recovers && (revision.graph !== "keep" || row.derived)),
    });
    this.#reviseVector(row, revision);
    if (cube.state === "forgotten") {
      this.#graph.remove(row.key);
      this.#statements.modelDone.run({ cube: row.key });
      this.#statements.dropExtractions.run();
    } else if (revision.awaitsModel === true)
      this.#statements.awaitModel.run({ cube: row.key, ...(revision.authorized?.principal ?? OWNER) });
    if (recovers) this.#regrow(row, cube);
    if (revision.graph !== "keep")
      this.#putGraph({ ...row, changedAt: recordedAt }, revision.graph, version.operation !== "update");
    if (row.duplicateOf !== (duplicate?.key ?? null)) this.#link(row, duplicate?.key ?? null, recordedAt);
    const touch = (key: number, state: CubeRow["state"]) =>
      touched.set(key, { key, tenant: row.tenant, state });
    touch(row.key, cube.state);
    const saysAnother = row.digest === null || digest === null || !row.digest.equals(digest);
    if (row.duplicateOf === null && (saysAnother || !searchable))
      for (const other of this.#succession(row.key, recordedAt)) touch(other.key, other.state);
    for (const { key } of this.#indexed.beside(row)) if (!touched.has(key)) touch(key, "active");
    if (GROWING.has(version.operation)) this.#quotas.assertWithin(scope.tenant, ["cubes", "textBytes"]);
    this.#audit.append({
      ...(revision.authorized ?? byOwner("change", version.operation, scope)),
      targets: [cube.id],
      details: contentHash([version.hash]),
    });
    return committedCube(cube, duplicate?.id);
  }

  #reviseVector({ key, state }: CubeRow, { vector, embedder, cube }: Revision): void {
    if (vector === null) this.#statements.dropVector.run({ key });
    else if (vector !== "keep")
      this.#statements.putVector.run({ key, embedder, vector: Buffer.from(vector) });
    // What comes back may have been passed over while it was out of sight.
    const returns = state === "forgotten" && cube.state !== "forgotten";
    if (vector !== "keep" || returns)
      this.#embedded.written(key, vector === null || vector === "keep" ? null : embedder);
  }

  /** New cubes have the highest keys: when all of them have their vectors, nothing of them is looked for later. */
  #noteEmbedded({ cubes: prepared, embedder }: AddCommit, rows: readonly CubeRow[]): void {
    const byId = new Map(rows.map((row) => [row.id, row.key]));
    const missing = prepared
      .filter(({ digest, vector }) => digest !== null && vector === null)
      .flatMap(({ cube }) => byId.get(cube.id) ?? []);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return;
    if (missing[0] === undefined) this.#embedded.added(embedder, first.key, last.key);
    else this.#embedded.written(missing[0], null);
  }

  rowOf(key: number): CubeRow | undefined {
    return this.#statements.byKey.get({ key });
  }

  /** What the index holds of others because of a cube that goes: who repeats it, and the turns beside it. */
  *beforeGone(row: CubeRow, at: number): Generator<Pick<CubeRow, "key" | "tenant" | "state">> {
    if (row.duplicateOf === null) yield* this.#succession(row.key, at);
    for (const { key } of this.#indexed.beside(row)) yield { key, tenant: row.tenant, state: "active" };
  }

  /** Has the index take these rows as they are now. */
  indexAgain(rows: readonly Pick<CubeRow, "key" | "tenant" | "state">[]): Change[] {
    return this.#enqueue(rows).map((entry) => this.#indexed.change(entry));
  }

  /** Takes out of a cube what a model has written into it, at every version; false when there is nothing. */
  forgetModelAttributes(key: number): boolean {
    const row = this.rowOf(key);
    if (row === undefined) return false;
    const chain = this.#statements.earlier.all({ key, version: row.version + 1 }).map(versionFrom);
    const clean = withoutModel(row.id, chain);
    if (clean === null) return false;
    this.#statements.dropVersions.run({ key });
    for (const version of clean) this.#insertVersion(key, version);
    this.#statements.underive.run({ key });
    this.#statements.awaitModel.run({ cube: key, kind: null, id: null });
    return true;
  }

  #insert(
    prepared: PreparedCube,
    { embedder, imported }: AddCommit,
    positions: Map<string, number>,
    policyOf: PolicyOf,
  ) {
    const { cube } = prepared;
    const digest = prepared.digest === null ? null : Buffer.from(prepared.digest);
    const duplicate = SEARCHABLE.includes(cube.state)
      ? this.#duplicateOf(cube.scope, digest, null)
      : undefined;
    const last = prepared.versions.at(-1);
    if (last === undefined) throw new MemosError("INTERNAL", "A cube without a version cannot be written.");
    const row = {
      id: cube.id,
      ...owner(cube.scope),
      session: cube.scope.session ?? null,
      position: this.#nextPosition(cube, positions),
      ...headColumns(cube),
      origin: cube.provenance.origin,
      actor: cube.provenance.actor,
      recordedAt: Date.parse(cube.time.recordedAt),
      changedAt: Date.parse(last.recordedAt),
      version: cube.version,
      digest,
      duplicateOf: duplicate?.key ?? null,
      provenance: cube.provenance,
      ...behaviourColumns(cube),
      expiresAt: cubeExpiry(cube, policyOf),
    };
    const key = Number(this.#statements.insertCube.run(row).lastInsertRowid);
    for (const version of prepared.versions) this.#insertVersion(key, version);
    if (prepared.vector !== null)
      this.#statements.putVector.run({ key, embedder, vector: Buffer.from(prepared.vector) });
    const edge = { tenant: row.tenant, from: key, recordedAt: row.recordedAt };
    if (duplicate !== undefined) this.#link({ key, tenant: row.tenant }, duplicate.key, row.recordedAt);
    for (const [index, source] of cube.provenance.sources.entries()) {
      const target = this.#statements.byId.get({ id: source.cube });
      const missing = target === undefined || target.tenant !== row.tenant;
      if (missing && imported === true) continue;
      if (missing)
        throw new MemosError(
          "INVALID_INPUT",
          `The source cube ${source.cube} does not exist in this tenant.`,
          {
            path: `sources.${index}.cube`,
          },
        );
      this.#statements.insertEdge.run({ ...edge, to: target.key, kind: "derived", by: "source" });
    }
    for (const version of prepared.versions)
      for (const blob of blobsOf(version.content.payload)) {
        if (this.#statements.retainBlob.run({ sha256: blob.sha256 }).changes === 0)
          throw new MemosError("INVALID_INPUT", `The blob ${blob.sha256} is not in the blob store.`);
      }
    return { row: { ...row, key } as CubeRow, committed: committedCube(cube, duplicate?.id) };
  }

  /** A link leads to a cube of the same owner: another user's memory is not even known to exist. */
  #putGraph(row: CubeRow, graph: CubeGraph, imported: boolean): void {
    const targets = graph.links.map(({ to }, index) => {
      const target = this.#statements.byId.get({ id: to });
      const known =
        target !== undefined &&
        target.state !== "forgotten" &&
        target.tenant === row.tenant &&
        target.user === row.user;
      if (known) return target.key;
      // What an export does not contain cannot be linked to; a cube forgotten since does not stop a change.
      if (imported || target?.state === "forgotten") return undefined;
      throw new MemosError("INVALID_INPUT", `The linked cube ${to} does not exist in this memory.`, {
        path: `links.${index}.to`,
      });
    });
    this.#graph.put(row, graph, targets);
  }

  /** A cube is back: so are the edges to its sources, and what others that name it link to is derived anew. */
  #regrow(row: CubeRow, cube: MemCube): void {
    for (const source of cube.provenance.sources) {
      const target = this.#statements.byId.get({ id: source.cube });
      if (target?.tenant !== row.tenant) continue;
      const { tenant, recordedAt } = row;
      this.#statements.insertEdge.run({
        tenant,
        from: row.key,
        to: target.key,
        recordedAt,
        kind: "derived",
        by: "source",
      });
    }
    this.#statements.rederiveNaming.run({ tenant: row.tenant, user: row.user, id: row.id });
  }

  /** Cubes whose part of the graph was made by earlier rules, or never. */
  underived(limit: number): { key: number; cube: MemCube; earlier: Version[] }[] {
    return this.#statements.underived.all({ limit }).map(({ head, version }) => ({
      key: head.key,
      cube: cubeFrom(head, version, null),
      earlier: head.version === 1 ? [] : this.#statements.earlier.all(head).map(versionFrom),
    }));
  }

  awaitingModel(limit: number, without: readonly number[]): AwaitingModel[] {
    // One owner and one protection at a time: a model must not carry from one memory into another what the
    // readers of the other may not see.
    const passed = JSON.stringify(without);
    const owner = this.#statements.firstAwaiting.get({ without: passed });
    if (owner === undefined) return [];
    return this.#statements.awaiting
      .all({ ...owner, limit, without: passed })
      .map(({ head, version, kind, principal: id }) => ({
        key: head.key,
        cube: cubeFrom(head, version, null),
        digest: head.digest,
        writer: kind === null || id === null ? undefined : { kind, id },
      }));
  }

  modelDone(read: readonly Pick<AwaitingModel, "key" | "digest">[]): void {
    for (const { key, digest } of read) {
      const row = this.#statements.byKey.get({ key });
      const saysAnother = row !== undefined && !sameBytes(row.digest, digest);
      if (!saysAnother) this.#statements.modelDone.run({ cube: key });
    }
  }

  cachedExtraction(key: string): string | undefined {
    return this.#statements.cachedExtraction.get({ key })?.answer;
  }

  cacheExtraction(key: string, answer: string, shown: readonly string[]): void {
    const isThere = (id: string) => {
      const row = this.#statements.byId.get({ id });
      return row !== undefined && row.state !== "forgotten";
    };
    if (!shown.every(isThere)) return;
    this.#statements.cacheExtraction.run({ key, answer, recordedAt: Date.now() });
  }

  saveGraphs(graphs: readonly { key: number; version: number; graph: CubeGraph }[]): void {
    for (const { key, version, graph } of graphs) {
      const row = this.#statements.byKey.get({ key });
      if (row === undefined || row.version !== version) continue;
      this.#graph.forgetFacts(key);
      if (row.state === "forgotten") this.#graph.remove(key);
      else this.#putGraph(row, graph, true);
      this.#statements.setDerived.run({ key });
    }
  }

  resetGraphs(): number {
    return this.#statements.resetDerived.run().changes;
  }

  #insertVersion(key: number, version: PreparedCube["versions"][number]): void {
    this.#statements.insertVersion.run({ key, ...version, recordedAt: Date.parse(version.recordedAt) });
  }

  /** The cube that says the same in the same owner's memory; looked up inside the transaction, so two racing adds agree. */
  #duplicateOf(
    scope: Scope,
    digest: Buffer | null,
    self: number | null,
  ): { key: number; id: string } | undefined {
    if (digest === null) return undefined;
    return this.#statements.sameDigest
      .all({ digest, ...owner(scope) })
      .find((row) => row.key !== self && SEARCHABLE.includes(row.state));
  }

  /** Replaces the edge from a cube to the one that it repeats. */
  #link(row: Pick<CubeRow, "key" | "tenant">, to: number | null, recordedAt: number): void {
    const { key, tenant } = row;
    this.#statements.dropRepetition.run({ key });
    if (to !== null)
      this.#statements.insertEdge.run({
        tenant,
        from: key,
        to,
        kind: "synonym",
        by: "duplicate",
        recordedAt,
      });
  }

  /** The first cube of a group says something else now, or nothing: the next of those that repeat it takes its place. */
  *#succession(key: number, recordedAt: number) {
    const repetitions = this.#statements.repetitions.all({ key });
    const heir = repetitions.find((row) => SEARCHABLE.includes(row.state));
    if (heir === undefined) return;
    for (const row of repetitions) {
      const duplicateOf = row === heir ? null : heir.key;
      this.#statements.pointAt.run({ key: row.key, duplicateOf });
      this.#link(row, duplicateOf, recordedAt);
      yield row;
    }
  }

  /** The policy of each tenant, asked for once in a commit. */
  #policies(): PolicyOf {
    const known = new Map<string, LifecyclePolicy>();
    return (tenant) => {
      const policy = known.get(tenant) ?? this.#statements.policy.get({ tenant })?.policy ?? DEFAULT_POLICY;
      known.set(tenant, policy);
      return policy;
    };
  }

  #nextPosition(cube: MemCube, positions: Map<string, number>): number | null {
    const { session } = cube.scope;
    if (session === undefined || cube.payload.kind !== "plaintext") return null;
    const thread = JSON.stringify(cube.scope, ["tenant", "user", "agent", "app", "session"]);
    const last =
      positions.get(thread) ??
      this.#statements.lastPosition.get({ session, ...owner(cube.scope) })?.position ??
      -1;
    positions.set(thread, last + 1);
    return last + 1;
  }

  /** Turns that stood at the end of a session get new neighbours: their index rows are made again. */
  *#earlierNeighbours(fresh: Map<number, CubeRow>) {
    const seen = new Set(fresh.keys());
    for (const row of fresh.values()) {
      if (row.position === null || row.position === 0) continue;
      for (const other of this.#indexed.beside(row)) {
        if (seen.has(other.key)) continue;
        seen.add(other.key);
        yield { key: other.key, tenant: row.tenant, state: "active" as const };
      }
    }
  }

  #enqueue(rows: readonly Pick<CubeRow, "key" | "tenant" | "state">[]) {
    const entries: { sequence: number; tenant: string; key: number; operation: "put" | "remove" }[] = [];
    // Numbers are asked for when many are written: a database over a wire is waited for once.
    for (let start = 0; start < rows.length; start += ENQUEUED_AT_ONCE) {
      const written = rows.slice(start, start + ENQUEUED_AT_ONCE).map(({ key, tenant, state }) => {
        const operation: "put" | "remove" = SEARCHABLE.includes(state) ? "put" : "remove";
        return { result: this.#statements.enqueue.run({ tenant, key, operation }), tenant, key, operation };
      });
      for (const { result, ...entry } of written)
        entries.push({ sequence: Number(result.lastInsertRowid), ...entry });
    }
    return entries;
  }
}

/** Fewer than the answers that a connection to Postgres keeps for who comes late. */
const ENQUEUED_AT_ONCE = 256;

type PolicyOf = (tenant: string) => LifecyclePolicy;

function cubeExpiry({ scope, type, provenance, governance, time }: MemCube, policyOf: PolicyOf) {
  const recordedAt = Date.parse(time.recordedAt);
  return expiryOf(policyOf(scope.tenant), { type, origin: provenance.origin, recordedAt, governance });
}

function occurrence(operation: Operation, cube: MemCube, at: number): Occurrence {
  const { id, scope, type, version, state } = cube;
  return { kind: `memory.${operation}`, scope, subject: id, detail: { type, version, state }, at };
}

export function byOwner(action: Action, operation: string, scope: Scope): Authorized {
  const { tenant } = scope;
  return { tenant, principal: OWNER, action, operation, decision: "allowed", reason: "owner", scope };
}

function owner(scope: Scope) {
  return {
    tenant: scope.tenant,
    user: scope.user ?? null,
    agent: scope.agent ?? null,
    app: scope.app ?? null,
  };
}

function committedCube(cube: MemCube, duplicateOf: string | undefined): CommittedCube {
  return {
    id: cube.id,
    type: cube.type,
    kind: cube.payload.kind,
    version: cube.version,
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  };
}

/** What only repeats our own contexts is no news to a model. */
function waitsForModel(): SQL {
  return sql`${cubes.state} IN (SELECT value FROM json_each(${JSON.stringify(SEARCHABLE)}))
    AND ${awaitingModel.cube} NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(${sql.placeholder("without")}))`;
}

function saysSomething(cube: MemCube): boolean {
  return cube.payload.kind === "plaintext" && learnableText(cube).trim() !== "";
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === other || (one !== null && other !== null && Buffer.compare(one, other) === 0);
}
