import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { isMemosError } from "../../../memcube/index.js";
import type { GovernanceLedger } from "../governanceLedger.js";
import type { CommittedCube, Ledger } from "../ledger.js";
import { Activations } from "./activations.js";
import { Adapters } from "./adapters.js";
import { ApiKeyRows } from "./apiKeyRows.js";
import { AuditLog } from "./auditLog.js";
import type { Connection } from "./connection.js";
import { Consolidations } from "./consolidations.js";
import { CubeReads } from "./cubeReads.js";
import { CubeWrites } from "./cubeWrites.js";
import { EmbeddedThrough } from "./embeddedThrough.js";
import { EventLog } from "./eventLog.js";
import { GovernanceRows } from "./governanceRows.js";
import { GraphReads } from "./graphReads.js";
import { IndexedCubes } from "./indexedCubes.js";
import { IndexLog } from "./indexLog.js";
import { inventoryOf } from "./inventory.js";
import { Jobs } from "./jobs.js";
import { LifecycleWrites } from "./lifecycleWrites.js";
import { OnceRows } from "./onceRows.js";
import { PurgeWrites } from "./purgeWrites.js";
import { Quotas } from "./quotas.js";
import { blobs, leases, meta } from "./schema.js";
import { SealedValues } from "./sealedValues.js";
import { EVERY_TENANT } from "./tenantOf.js";
import { TraceRows } from "./traces.js";

/** The ledger's interface without the promises: it runs in a thread of its own, which may wait. */
export type SyncLedger = {
  [Method in keyof Ledger]: (...args: Parameters<Ledger[Method]>) => Awaited<ReturnType<Ledger[Method]>>;
};

/** The ledger over one connection. Reads are single statements or run in a read transaction. */
export function sqlLedger(connection: Connection): SyncLedger {
  const { db } = connection;
  const indexed = new IndexedCubes(connection);
  const audit = new AuditLog(connection);
  const quotas = new Quotas(connection);
  const governance = new GovernanceRows(connection, audit);
  const events = new EventLog(connection);
  const jobs = new Jobs(connection, events);
  const once = new OnceRows(connection);
  const embedded = new EmbeddedThrough(connection);
  const writes = new CubeWrites(connection, indexed, audit, quotas, events, once, embedded);
  const lifecycle = new LifecycleWrites(connection, writes);
  const vault = new SealedValues(connection);
  const activations = new Activations(connection);
  const adapters = new Adapters(connection, events);
  const purges = new PurgeWrites(connection, writes, lifecycle, audit);
  const consolidations = new Consolidations(connection);
  const traces = new TraceRows(connection);
  const reads = new CubeReads(connection, indexed);
  const graph = new GraphReads(connection);
  const log = new IndexLog(connection, indexed, embedded);
  if (!connection.readOnly) {
    db.enter(EVERY_TENANT);
    once.dropOld();
  }

  return {
    add: (commit) => {
      if (commit.consolidation !== undefined) consolidations.note(commit.consolidation);
      const added = writes.add(commit);
      if (!added.replayed)
        for (const { sealed } of commit.cubes) if (sealed !== undefined) vault.insert(sealed);
      if (commit.transition === undefined || added.replayed) return added;
      const { changes } = lifecycle.transition([commit.transition]);
      return { ...added, changes: [...added.changes, ...changes] };
    },
    revise: (revision) => {
      const { committed, ...rest } = once.run(revision.once, () => writes.reviseAll([revision]));
      return { committed: committed[0] as CommittedCube, ...rest };
    },
    transition: (transitions, wanted) => once.run(wanted, () => lifecycle.transition(transitions)),
    writtenOnce: (wanted) => once.find(wanted) ?? null,
    expireDue: (now, limit) => lifecycle.expireDue(now, limit),
    archiveCold: (now, limit) => lifecycle.archiveCold(now, limit),
    recordUses: (uses, wanted) => once.run(wanted, () => lifecycle.recordUses(uses)),
    setLifecyclePolicy: (tenant, policy) => lifecycle.setLifecyclePolicy(tenant, policy),
    saveSnapshot: (tenant, named) => lifecycle.saveSnapshot(tenant, named),
    dropSnapshot: (tenant, name) => lifecycle.dropSnapshot(tenant, name),
    nextExpiry: () => lifecycle.nextExpiry(),
    lifecyclePolicy: (tenant) => lifecycle.lifecyclePolicy(tenant),
    snapshots: (tenant) => lifecycle.snapshots(tenant),
    standings: (keys) => reads.standings(keys),
    differences: (scope, from, to, after, limit) => reads.differences(scope, from, to, after, limit),
    derivedFrom: (tenant, ids) => reads.derivedFrom(tenant, ids),
    forgettable: (wanted, limit) => purges.forgettable(wanted, limit),
    purge: (purge) => {
      const purged = purges.purge(purge);
      for (const { id } of purged.cubes) vault.drop(id);
      return purged;
    },
    sealedValue: (id, tenant) => vault.sealedValue(id, tenant),
    sealedUnder: (key, limit) => vault.sealedUnder(key, limit),
    sealedKeys: () => vault.sealedKeys(),
    saveWrapped: (values) => vault.saveWrapped(values),
    blockCubes: (selection, limit) => reads.blockCubes(selection, limit),
    savedSets: (scope) => activations.savedSets(scope),
    saveSets: (scope, sets) => activations.saveSets(scope, sets),
    usedBlock: (scope, at) => activations.usedBlock(scope, at),
    usesOfBlock: (scope, at) => activations.usesOfBlock(scope, at),
    activationsFor: (scope, configuration, beginnings) =>
      activations.activationsFor(scope, configuration, beginnings),
    activations: (scope) => activations.activations(scope),
    saveActivation: (activation) => activations.saveActivation(activation),
    moveActivation: (id, file) => activations.moveActivation(id, file),
    usedActivation: (id, at) => activations.usedActivation(id, at),
    dropActivations: (ids) => activations.dropActivations(ids),
    activationFiles: () => activations.activationFiles(),
    purgedThrough: () => activations.purgedThrough(),
    beginAdapter: (adapter, job, now, waitingAtMost) =>
      adapters.begin(adapter) ? jobs.enqueue([job], now, waitingAtMost)[0] : undefined,
    adapter: (id, scope) => adapters.adapter(id, scope),
    adapters: (scope) => adapters.adapters(scope),
    saveCurve: (id, scope, curve) => adapters.saveCurve(id, scope, curve),
    finishAdapter: (id, scope, finished, now) => adapters.finish(id, scope, finished, now),
    saveGguf: (id, scope, gguf) => adapters.saveGguf(id, scope, gguf),
    attachAdapter: (attachment, now) => adapters.attach(attachment, now),
    detachAdapter: (id, scope, now) => adapters.detach(id, scope, now),
    attachmentsOf: (id, scope) => adapters.attachmentsOf(id, scope),
    attachedAdapters: (scope) => adapters.attached(scope),
    learned: (ids, cubes, scope) => adapters.learned(ids, cubes, scope),
    usedAdapters: (ids, at) => adapters.used(ids, at),
    revokeAdapter: (id, scope, reason) => adapters.revoke(id, scope, reason),
    adapterFolders: () => adapters.folders(),
    pastUndo: (before, limit) => purges.pastUndo(before, limit),
    pendingPurges: () => purges.pendingPurges(),
    purgeDone: (id) => purges.purgeDone(id),
    checkpoint: () => db.checkpoint(),
    remains: (ids) => purges.remains(ids),
    says: (text) => purges.says(text),
    enqueue: (wanted, now, waitingAtMost) => jobs.enqueue(wanted, now, waitingAtMost),
    takeJobs: (appetites, holder, now) => jobs.takeJobs(appetites, holder, now),
    heartbeat: (held, holder) => jobs.heartbeat(held, holder),
    settleJobs: (outcomes, holder, now) => jobs.settleJobs(outcomes, holder, now),
    cancelJob: (id, scope, now) => jobs.cancelJob(id, scope, now),
    replayJob: (id, scope, now) => jobs.replayJob(id, scope, now),
    dropEndedJobs: (before, limit) => jobs.dropEndedJobs(before, limit),
    saveSchedule: (schedule) => jobs.saveSchedule(schedule),
    dropSchedule: (name, tenant) => jobs.dropSchedule(name, tenant),
    jobsReady: (kinds, now) => jobs.jobsReady(kinds, now),
    job: (id, scope) => jobs.job(id, scope),
    jobs: (scope, filter, before, limit) => jobs.jobs(scope, filter, before, limit),
    unfinished: (scope, upTo) => jobs.unfinished(scope, upTo),
    jobStates: () => jobs.jobStates(),
    schedules: () => jobs.schedules(),
    events: (scope, after, limit) => events.events(scope, after, limit),
    lastEvent: () => events.lastEvent(),
    saveWebhook: (webhook) => events.saveWebhook(webhook),
    dropWebhook: (id, tenant) => events.dropWebhook(id, tenant),
    delivered: (id, tenant, through, now) => events.delivered(id, tenant, through, now),
    webhooks: (tenant) => events.webhooks(tenant),
    delivery: (id, tenant, limit) => events.delivery(id, tenant, limit),
    consolidable: (scope, now, query) => consolidations.consolidable(scope, now, query),
    consolidatedThrough: (scope, kind) => consolidations.consolidatedThrough(scope, kind),
    saveConsolidatedThrough: (scope, kind, key) => consolidations.saveConsolidatedThrough(scope, kind, key),
    noteConsolidation: (commit) => consolidations.note(commit),
    saveConsolidation: (run) => consolidations.save(run),
    consolidations: (scope, limit) => consolidations.runs(scope, limit),
    consolidation: (id, scope) => consolidations.run(id, scope),
    undoneConsolidation: (id, steps, at) => consolidations.undone(id, steps, at),
    declined: (tenant, proposals) => consolidations.declined(tenant, proposals),
    saveTrace: (trace, keepFrom) => traces.save(trace, keepFrom),
    traces: (scope, query) => traces.list(scope, query),
    trace: (id, scope) => traces.get(id, scope),
    underived: (limit) => writes.underived(limit),
    awaitingModel: (limit, without) => writes.awaitingModel(limit, without),
    modelDone: (read) => writes.modelDone(read),
    cachedExtraction: (key) => writes.cachedExtraction(key),
    cacheExtraction: (key, answer, shown) => writes.cacheExtraction(key, answer, shown),
    saveGraphs: (graphs) => writes.saveGraphs(graphs),
    resetGraphs: () => writes.resetGraphs(),
    edgesOf: (question, cubes) => db.snapshot(() => graph.edgesOf(question, cubes)),
    naming: (question, entities, limit) => graph.naming(question, entities, limit),
    facts: (question, query, asOf, limit) => graph.facts(question, query, asOf, limit),
    factsAbout: (question, cubes, asOf, limit) => graph.factsAbout(question, cubes, asOf, limit),
    keysOf: (question, ids) => graph.keysOf(question, ids),
    hubs: (question, newest, limit) => graph.hubs(question, newest, limit),
    keysAfter: (question, after, limit) => graph.keysAfter(question, after, limit),
    titled: (question, entities) => graph.titled(question, entities),
    surroundings: (question, seeds) => db.snapshot(() => graph.surroundings(question, seeds)),
    texts: (cubes) => graph.texts(cubes),
    get: (id, scope, asOf, permit) => reads.get(id, scope, asOf, permit),
    getMany: (ids, scope, asOf, permit) =>
      db.snapshot(() => ids.map((id) => orNull(() => reads.get(id, scope, asOf, permit)))),
    chain: (id, scope, forgotten, permit) => db.snapshot(() => reads.chain(id, scope, forgotten, permit)),
    history: (id, scope, permit) => reads.history(id, scope, permit),
    byKeys: (keys, scope, asOf, permit) => reads.byKeys(keys, scope, asOf, permit),
    list: (selection, page) => reads.list(selection, page),
    census: (selection) => reads.census(selection),
    select: (selection) => db.snapshot(() => reads.select(selection)),
    core: (selection, limit) => reads.core(selection, limit),
    recent: (selection, limit) => reads.recent(selection, limit),
    portable: (scope, after, limit, permit) => db.snapshot(() => reads.portable(scope, after, limit, permit)),
    stats: (scope, permit) => reads.stats(scope, permit),
    tenants: () => reads.tenants(),
    bytes: () => db.bytes(),
    scan: (tenant, after, limit) => reads.scan(tenant, after, limit),
    verify: () => reads.verify(),
    copyTo: (file) => db.copyTo(file),
    replica: () => null,
    inventory: () => db.snapshot(() => inventoryOf(connection, audit)),
    head: (tenant) => log.head(tenant),
    changesAfter: (sequence, limit) => log.changesAfter(sequence, limit),
    pending: (tenant, after, limit) => log.pending(tenant, after, limit),
    backlog: () => log.backlog(),
    unembedded: (embedder, after, limit) => embedded.missing(embedder, after, limit),
    frequencies: (partition, terms) => log.frequencies(partition, terms),
    embedder: (fingerprint) =>
      connection.readOnly ? log.knownEmbedder(fingerprint.hash) : log.embedder(fingerprint),
    partitions: () => log.partitions(),
    openPartition: (tenant, embedder, state) => log.openPartition(tenant, embedder, state),
    flushed: (flush) => log.flushed(flush),
    promote: (partition) => log.promote(partition),
    dropPartition: (partition) => log.dropPartition(partition),
    saveVectors: (tenant, embedder, rows, reindex) => log.saveVectors(tenant, embedder, rows, reindex),
    withoutVector: (tenant, embedder, after, limit) => log.withoutVector(tenant, embedder, after, limit),
    ...leaseMethods(connection),
    ...governanceMethods(connection, governance, audit, quotas),
    ...new ApiKeyRows(connection, governance, quotas).methods(),
    ...blobMethods(connection),
    storeId: () => storeId(connection),
    close: () => db.close(),
  };
}

/** What is not there is nothing. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isMemosError(error, "NOT_FOUND")) return null;
    throw error;
  }
}

function leaseMethods({ db, orm }: Connection) {
  return {
    lease(name: string, holder: string, milliseconds: number): boolean {
      const now = Date.now() + db.ahead;
      const row = orm.select().from(leases).where(eq(leases.name, name)).get();
      if (row !== undefined && row.holder !== holder && row.expiresAt > now) return false;
      const expiresAt = now + milliseconds;
      orm
        .insert(leases)
        .values({ name, holder, expiresAt })
        .onConflictDoUpdate({ target: leases.name, set: { holder, expiresAt } })
        .run();
      return true;
    },
    release(name: string, holder: string): void {
      orm.delete(leases).where(sql`${leases.name} = ${name} AND ${leases.holder} = ${holder}`).run();
    },
  };
}

function governanceMethods(
  connection: Connection,
  rows: GovernanceRows,
  audit: AuditLog,
  quotas: Quotas,
): Pick<SyncLedger, keyof GovernanceLedger> {
  return {
    standing: (principal, known) => connection.db.snapshot(() => rows.standing(principal, known)),
    heads: (tenant, ids) => rows.heads(tenant, ids),
    createPrincipal: (principal, own, change) => rows.createPrincipal(principal, own, change),
    principals: (tenant) => rows.principals(tenant),
    createGrant: (grant, change) => rows.createGrant(grant, change),
    grant: (tenant, id) => rows.grant(tenant, id),
    grants: (tenant) => rows.grants(tenant),
    revokeGrant: (tenant, id, change) => rows.revokeGrant(tenant, id, change),
    setQuota: (tenant, quota, change) => rows.setQuota(tenant, quota, change),
    quota: (tenant) => quotas.read(tenant),
    setAuditReads: (tenant, auditReads, change) => rows.setAuditReads(tenant, auditReads, change),
    record: (note) => audit.append(note),
    auditAfter: (tenant, after, limit, filter) => audit.after(tenant, after, limit, filter),
    auditHead: (tenant) => audit.head(tenant),
    auditedTenants: () => audit.tenants(),
  };
}

/** Made when it is first asked for; of several that ask at once, one makes it. */
function storeId({ orm, readOnly }: Connection): string | null {
  const name = "store";
  if (!readOnly) orm.insert(meta).values({ name, value: randomUUID() }).onConflictDoNothing().run();
  return orm.select().from(meta).where(eq(meta.name, name)).get()?.value ?? null;
}

function blobMethods({ orm }: Connection) {
  return {
    retainBlob(sha256: string, bytes: number): void {
      orm
        .insert(blobs)
        .values({ sha256, bytes, references: 1 })
        .onConflictDoUpdate({ target: blobs.sha256, set: { references: sql`${blobs.references} + 1` } })
        .run();
    },
    /** References left. */
    releaseBlob(sha256: string): number {
      orm
        .update(blobs)
        .set({ references: sql`${blobs.references} - 1` })
        .where(sql`${blobs.sha256} = ${sha256} AND ${blobs.references} > 0`)
        .run();
      const row = orm.select().from(blobs).where(eq(blobs.sha256, sha256)).get();
      if (row?.references === 0) orm.delete(blobs).where(eq(blobs.sha256, sha256)).run();
      return row?.references ?? 0;
    },
    blobs: () => orm.select().from(blobs).all(),
  };
}
