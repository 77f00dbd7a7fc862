import { sql } from "drizzle-orm";
import {
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type {
  Author,
  CubeContent,
  CubeState,
  CubeType,
  Operation,
  Origin,
  Provenance,
} from "../../../memcube/index.js";
import type { AuditNote } from "../../governance/auditEntry.js";
import type { Action, Grant } from "../../governance/grant.js";
import type { Sensitivity, Visibility } from "../../governance/label.js";
import type { PrincipalName } from "../../governance/principal.js";
import type { LifecyclePolicy } from "../lifecycleLedger.js";

/** Facts about the store itself: schema version, store id. */
export const meta = sqliteTable("meta", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});

/**
 * The head of each cube: what scopes, filters and the index ask for. Content lives in `versions`; the head
 * points at the current one. `key` is the cube's number inside this store, `position` its place in its
 * session.
 */
export const cubes = sqliteTable(
  "cubes",
  {
    key: integer("key").primaryKey(),
    id: text("id").notNull(),
    tenant: text("tenant").notNull(),
    user: text("user"),
    agent: text("agent"),
    app: text("app"),
    session: text("session"),
    position: integer("position"),
    type: text("type").$type<CubeType>().notNull(),
    state: text("state").$type<CubeState>().notNull(),
    origin: text("origin").$type<Origin>().notNull(),
    actor: text("actor").notNull(),
    recordedAt: integer("recorded_at").notNull(),
    changedAt: integer("changed_at").notNull(),
    occurredAt: integer("occurred_at"),
    validFrom: integer("valid_from"),
    validTo: integer("valid_to"),
    /** The earlier of what the cube says and what the tenant's retention rules say; null for a legal hold. */
    expiresAt: integer("expires_at"),
    version: integer("version").notNull(),
    /** Digest of what the text says; equal digests in one owner's memory are duplicates. */
    digest: blob("digest", { mode: "buffer" }),
    duplicateOf: integer("duplicate_of"),
    provenance: text("provenance", { mode: "json" }).$type<Provenance>().notNull(),
    priority: integer("priority").notNull(),
    /** Heat at `lastUsedAt`; it has decayed since (lifecycle/heat.ts). */
    heat: real("heat").notNull().default(0),
    useCount: integer("use_count").notNull().default(0),
    lastUsedAt: integer("last_used_at"),
    useful: integer("useful").notNull().default(0),
    wrong: integer("wrong").notNull().default(0),
    outdated: integer("outdated").notNull().default(0),
    /** When it turns cold unless it is used, so that cold cubes are found without looking at the others. */
    coldAt: integer("cold_at").notNull(),
    /** Whether the mentions, facts and links of its current version are in their tables. */
    derived: integer("derived", { mode: "boolean" }).notNull(),
    sensitivity: text("sensitivity").$type<Sensitivity>().notNull(),
    visibility: text("visibility").$type<Visibility>().notNull(),
  },
  (table) => [
    uniqueIndex("cubes_id").on(table.id),
    index("cubes_underived").on(table.key).where(sql`derived = 0`),
    index("cubes_digest").on(table.digest, table.tenant).where(sql`duplicate_of IS NULL`),
    // A SQLite index ends with the row id, so these are in key order within a tenant or a user.
    index("cubes_tenant").on(table.tenant),
    index("cubes_user").on(table.tenant, table.user).where(sql`user IS NOT NULL`),
    index("cubes_expiring")
      .on(table.expiresAt)
      .where(sql`expires_at IS NOT NULL AND state NOT IN ('expired', 'forgotten')`),
    index("cubes_cold").on(table.tenant, table.coldAt).where(sql`state = 'active'`),
    index("cubes_core").on(table.tenant).where(sql`type = 'core'`),
    index("cubes_block").on(table.tenant, table.user).where(sql`type = 'core' OR priority > 0 OR heat >= 1`),
    index("cubes_thread")
      .on(table.session, table.tenant, table.user, table.agent, table.app, table.position)
      .where(sql`session IS NOT NULL`),
  ],
);

/** How long a tenant keeps what, and whether it archives what has gone cold. */
export const lifecyclePolicies = sqliteTable("lifecycle_policies", {
  tenant: text("tenant").primaryKey(),
  policy: text("policy", { mode: "json" }).$type<LifecyclePolicy>().notNull(),
});

/** Names of points in time. */
export const snapshots = sqliteTable(
  "snapshots",
  {
    tenant: text("tenant").notNull(),
    name: text("name").notNull(),
    at: integer("at").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name] })],
);

/** Every version of every cube, hash-chained. Never updated. */
export const versions = sqliteTable(
  "versions",
  {
    key: integer("key").notNull(),
    version: integer("version").notNull(),
    content: text("content", { mode: "json" }).$type<CubeContent>().notNull(),
    actor: text("actor").notNull(),
    operation: text("operation").$type<Operation>().notNull(),
    cause: text("cause").notNull(),
    recordedAt: integer("recorded_at").notNull(),
    hash: text("hash").notNull(),
    previousHash: text("previous_hash"),
  },
  (table) => [uniqueIndex("versions_key").on(table.key, table.version)],
);

export const edges = sqliteTable(
  "edges",
  {
    tenant: text("tenant").notNull(),
    from: integer("from_key").notNull(),
    to: integer("to_key").notNull(),
    kind: text("kind").notNull(),
    weight: real("weight").notNull(),
    by: text("by").notNull(),
    recordedAt: integer("recorded_at").notNull(),
    why: text("why"),
  },
  (table) => [primaryKey({ columns: [table.from, table.kind, table.to] }), index("edges_to").on(table.to)],
);

/**
 * Which cube names which entity: a projection of the cubes' current texts. An entity is a number that owner
 * and key of the name hash to (extraction/cubeGraph.ts), so that two owners' entities never meet, and its
 * name is read from the text of a cube that mentions it.
 */
export const mentions = sqliteTable(
  "mentions",
  {
    entity: integer("entity").notNull(),
    /** 0 title, 1 name, 2 part: the cubes that an entity is the title of come first. */
    role: integer("role").notNull(),
    cube: integer("cube").notNull(),
    start: integer("start").notNull(),
    end: integer("end").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entity, table.role, table.cube] }),
    index("mentions_cube").on(table.cube),
  ],
);

/**
 * What cubes state: a projection of their versions. `retiredAt` is when a newer version of the cube no longer
 * stated it. Which of several values counts is decided at reading, so that nothing has to be repaired when a
 * cube goes.
 */
export const facts = sqliteTable(
  "facts",
  {
    number: integer("number").primaryKey(),
    cube: integer("cube").notNull(),
    by: text("by").$type<Author>().notNull(),
    subject: integer("subject").notNull(),
    relation: text("relation").notNull(),
    object: integer("object").notNull(),
    subjectName: text("subject_name").notNull(),
    objectName: text("object_name").notNull(),
    single: integer("single", { mode: "boolean" }).notNull(),
    start: integer("start"),
    end: integer("end"),
    validFrom: integer("valid_from"),
    validTo: integer("valid_to"),
    recordedAt: integer("recorded_at").notNull(),
    retiredAt: integer("retired_at"),
    serial: integer("serial"),
    opens: integer("opens", { mode: "boolean" }).notNull(),
  },
  (table) => [
    index("facts_subject").on(table.subject, table.relation),
    index("facts_object").on(table.object),
    index("facts_cube").on(table.cube),
  ],
);

/** Embedders that made vectors of this store. */
export const embedders = sqliteTable("embedders", {
  number: integer("number").primaryKey(),
  hash: text("hash").notNull().unique(),
  name: text("name").notNull(),
  dimension: integer("dimension").notNull(),
});

/** The vector of each cube's current text: paid for once, kept so that a rebuild costs no embedding. */
export const vectors = sqliteTable("vectors", {
  key: integer("key").primaryKey(),
  embedder: integer("embedder").notNull(),
  vector: blob("vector", { mode: "buffer" }).notNull(),
});

/**
 * Index operations that are committed and not yet in the base of every generation. `sequence` has no gaps,
 * so a reader that has seen N knows when it has missed nothing.
 */
export const outbox = sqliteTable(
  "outbox",
  {
    sequence: integer("sequence").primaryKey({ autoIncrement: true }),
    tenant: text("tenant").notNull(),
    key: integer("key").notNull(),
    operation: text("operation").$type<"put" | "remove">().notNull(),
  },
  (table) => [index("outbox_tenant").on(table.tenant, table.sequence)],
);

/** One LanceDB table each: which version of it is the truth, and how much of the outbox it contains. */
export const partitions = sqliteTable(
  "partitions",
  {
    number: integer("number").primaryKey({ autoIncrement: true }),
    tenant: text("tenant").notNull(),
    state: text("state").$type<"live" | "building">().notNull(),
    embedder: integer("embedder").notNull(),
    dimension: integer("dimension").notNull(),
    /** Version of the LanceDB table; 0 before the first flush. */
    baseVersion: integer("base_version").notNull(),
    flushedThrough: integer("flushed_through").notNull(),
    /** Last cube key copied from the ledger; only a building partition moves it. */
    cursor: integer("cursor").notNull(),
    rows: integer("rows").notNull(),
    terms: integer("terms").notNull(),
  },
  (table) => [uniqueIndex("partitions_tenant").on(table.tenant, table.state)],
);

/** In how many base rows a term (by hash) occurs, for one ranking over base and delta. */
export const lexicon = sqliteTable(
  "lexicon",
  {
    partition: integer("partition").notNull(),
    term: integer("term").notNull(),
    rows: integer("rows").notNull(),
  },
  (table) => [primaryKey({ columns: [table.partition, table.term] })],
);

/** Cubes that a model has not been asked about yet. */
export const awaitingModel = sqliteTable("awaiting_model", {
  cube: integer("cube").primaryKey(),
  /** Who wrote what is to be read; null where it is read anew for another reason. */
  kind: text("kind").$type<PrincipalName["kind"]>(),
  principal: text("principal"),
});

/** Answers of models by everything that shaped them, so that none is paid for twice. As private as the cubes. */
export const extractions = sqliteTable("extractions", {
  key: text("key").primaryKey(),
  answer: text("answer").notNull(),
  recordedAt: integer("recorded_at").notNull(),
});

export const leases = sqliteTable("leases", {
  name: text("name").primaryKey(),
  holder: text("holder").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const idempotency = sqliteTable(
  "idempotency",
  {
    tenant: text("tenant").notNull(),
    key: text("key").notNull(),
    request: text("request").notNull(),
    written: text("written", { mode: "json" }).$type<unknown>().notNull(),
    recordedAt: integer("recorded_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.key] })],
);

export const blobs = sqliteTable("blobs", {
  sha256: text("sha256").primaryKey(),
  bytes: integer("bytes").notNull(),
  references: integer("references").notNull(),
});

export const apiKeys = sqliteTable("api_keys", {
  id: text("id").primaryKey(),
  hash: text("hash").notNull().unique(),
  tenant: text("tenant").notNull(),
  name: text("name").notNull(),
  createdAt: integer("created_at").notNull(),
  revokedAt: integer("revoked_at"),
  /** The principal that the key acts for. */
  kind: text("kind").$type<PrincipalName["kind"]>().notNull(),
  principal: text("principal").notNull(),
  readOnly: integer("read_only", { mode: "boolean" }).notNull(),
});

/** Who can be given grants and keys. */
export const principals = sqliteTable(
  "principals",
  {
    tenant: text("tenant").notNull(),
    kind: text("kind").$type<PrincipalName["kind"]>().notNull(),
    id: text("id").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.kind, table.id] })],
);

/** Rights of principals. `granted` never changes; a grant ends by its own time or by `revokedAt`. */
export const grants = sqliteTable(
  "grants",
  {
    number: integer("number").primaryKey(),
    id: text("id").notNull().unique(),
    tenant: text("tenant").notNull(),
    kind: text("kind").$type<PrincipalName["kind"]>().notNull(),
    principal: text("principal").notNull(),
    granted: text("granted", { mode: "json" }).$type<Omit<Grant, "revokedAt">>().notNull(),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    index("grants_principal").on(table.tenant, table.kind, table.principal).where(sql`revoked_at IS NULL`),
  ],
);

/** One row for each tenant that is governed: `version` goes up with every change of its grants. */
export const governance = sqliteTable("governance", {
  tenant: text("tenant").primaryKey(),
  version: integer("version").notNull(),
  auditReads: integer("audit_reads", { mode: "boolean" }).notNull(),
  /** The quota; null is no limit. */
  cubes: integer("cubes"),
  textBytes: integer("text_bytes"),
  apiKeys: integer("api_keys"),
});

/** What each tenant holds, kept by triggers on `cubes` and `versions`: no write can pass it by. */
export const usage = sqliteTable("usage", {
  tenant: text("tenant").primaryKey(),
  cubes: integer("cubes").notNull(),
  textBytes: integer("text_bytes").notNull(),
});

/** What was done and refused, hash-chained for each tenant. Never updated, never deleted. */
export const audit = sqliteTable(
  "audit",
  {
    tenant: text("tenant").notNull(),
    sequence: integer("sequence").notNull(),
    at: integer("at").notNull(),
    kind: text("kind").$type<PrincipalName["kind"]>().notNull(),
    principal: text("principal").notNull(),
    action: text("action").$type<Action>().notNull(),
    operation: text("operation").notNull(),
    decision: text("decision").$type<AuditNote["decision"]>().notNull(),
    reason: text("reason").notNull(),
    scope: text("scope", { mode: "json" }).$type<AuditNote["scope"]>().notNull(),
    targets: text("targets", { mode: "json" }).$type<string[]>().notNull(),
    details: blob("details", { mode: "buffer" }),
    previousHash: blob("previous_hash", { mode: "buffer" }),
    hash: blob("hash", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.sequence] })],
);
