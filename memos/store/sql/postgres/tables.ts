/** The tables of the ledger at schema 12, in the words of migrations.ts; `INTEGER`, `TEXT`, … are named anew when it is run. */
export const TABLES = `
  CREATE TABLE cubes (
    key INTEGER NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT, session TEXT,
    position INTEGER, type TEXT NOT NULL, state TEXT NOT NULL, origin TEXT NOT NULL, actor TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, occurred_at INTEGER, valid_from INTEGER,
    valid_to INTEGER, expires_at INTEGER, version INTEGER NOT NULL, digest BLOB, duplicate_of INTEGER,
    provenance TEXT NOT NULL, derived INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0,
    heat REAL NOT NULL DEFAULT 0, use_count INTEGER NOT NULL DEFAULT 0, last_used_at INTEGER,
    useful INTEGER NOT NULL DEFAULT 0, wrong INTEGER NOT NULL DEFAULT 0, outdated INTEGER NOT NULL DEFAULT 0,
    cold_at INTEGER NOT NULL DEFAULT 0, sensitivity TEXT NOT NULL DEFAULT 'internal',
    visibility TEXT NOT NULL DEFAULT 'private', PRIMARY KEY (key)
  );
  CREATE UNIQUE INDEX cubes_id ON cubes (id);
  CREATE INDEX cubes_digest ON cubes (digest, tenant) WHERE duplicate_of IS NULL;
  CREATE INDEX cubes_tenant ON cubes (tenant);
  CREATE INDEX cubes_user ON cubes (tenant, "user") WHERE "user" IS NOT NULL;
  CREATE INDEX cubes_core ON cubes (tenant) WHERE type = 'core';
  CREATE INDEX cubes_thread ON cubes (session, tenant, "user", agent, app, position) WHERE session IS NOT NULL;
  CREATE INDEX cubes_underived ON cubes (key) WHERE derived = 0;
  CREATE INDEX cubes_expiring ON cubes (expires_at) WHERE expires_at IS NOT NULL AND state NOT IN ('expired', 'forgotten');
  CREATE INDEX cubes_cold ON cubes (tenant, cold_at) WHERE state = 'active';
  CREATE INDEX cubes_forgotten ON cubes (changed_at) WHERE state = 'forgotten' AND version > 0;
  CREATE INDEX cubes_block ON cubes (tenant, "user") WHERE type = 'core' OR priority > 0 OR heat >= 1;
  CREATE TABLE versions (
    key INTEGER NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL, actor TEXT NOT NULL,
    operation TEXT NOT NULL, cause TEXT NOT NULL, recorded_at INTEGER NOT NULL, hash TEXT NOT NULL,
    previous_hash TEXT
  );
  CREATE UNIQUE INDEX versions_key ON versions (key, version);
  CREATE TABLE edges (
    tenant TEXT NOT NULL, from_key INTEGER NOT NULL, to_key INTEGER NOT NULL, kind TEXT NOT NULL,
    weight REAL NOT NULL, by TEXT NOT NULL, recorded_at INTEGER NOT NULL, why TEXT,
    PRIMARY KEY (from_key, kind, to_key)
  );
  CREATE INDEX edges_to ON edges (to_key);
  CREATE TABLE embedders (
    number INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, dimension INTEGER NOT NULL,
    PRIMARY KEY (number), UNIQUE (hash)
  );
  CREATE TABLE vectors (
    key INTEGER NOT NULL, embedder INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (key)
  );
  CREATE TABLE outbox (
    sequence INTEGER NOT NULL, tenant TEXT NOT NULL, key INTEGER NOT NULL, operation TEXT NOT NULL,
    PRIMARY KEY (sequence)
  );
  CREATE INDEX outbox_tenant ON outbox (tenant, sequence);
  CREATE TABLE partitions (
    number INTEGER NOT NULL, tenant TEXT NOT NULL, state TEXT NOT NULL, embedder INTEGER NOT NULL,
    dimension INTEGER NOT NULL, base_version INTEGER NOT NULL, flushed_through INTEGER NOT NULL,
    cursor INTEGER NOT NULL, rows INTEGER NOT NULL, terms INTEGER NOT NULL, PRIMARY KEY (number)
  );
  CREATE UNIQUE INDEX partitions_tenant ON partitions (tenant, state);
  CREATE TABLE lexicon (
    partition INTEGER NOT NULL, term INTEGER NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (partition, term)
  );
  CREATE TABLE leases (
    name TEXT NOT NULL, holder TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (name)
  );
  CREATE TABLE idempotency (
    tenant TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, written TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, PRIMARY KEY (tenant, key)
  );
  CREATE TABLE blobs (
    sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, "references" INTEGER NOT NULL, PRIMARY KEY (sha256)
  );
  CREATE TABLE api_keys (
    id TEXT NOT NULL, hash TEXT NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,
    revoked_at INTEGER, kind TEXT NOT NULL DEFAULT 'service', principal TEXT NOT NULL DEFAULT 'admin',
    read_only INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id), UNIQUE (hash)
  );
  CREATE TABLE mentions (
    entity INTEGER NOT NULL, role INTEGER NOT NULL, cube INTEGER NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, PRIMARY KEY (entity, role, cube)
  );
  CREATE INDEX mentions_cube ON mentions (cube);
  CREATE TABLE facts (
    number INTEGER NOT NULL, cube INTEGER NOT NULL, by TEXT NOT NULL, subject INTEGER NOT NULL,
    relation TEXT NOT NULL, object INTEGER NOT NULL, subject_name TEXT NOT NULL, object_name TEXT NOT NULL,
    single INTEGER NOT NULL, start INTEGER, "end" INTEGER, valid_from INTEGER, valid_to INTEGER,
    recorded_at INTEGER NOT NULL, retired_at INTEGER, serial INTEGER, opens INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (number)
  );
  CREATE INDEX facts_subject ON facts (subject, relation);
  CREATE INDEX facts_object ON facts (object);
  CREATE INDEX facts_cube ON facts (cube);
  CREATE TABLE awaiting_model (
    cube INTEGER NOT NULL, kind TEXT, principal TEXT, PRIMARY KEY (cube)
  );
  CREATE TABLE extractions (
    key TEXT NOT NULL, answer TEXT NOT NULL, recorded_at INTEGER NOT NULL, PRIMARY KEY (key)
  );
  CREATE TABLE lifecycle_policies (
    tenant TEXT NOT NULL, policy TEXT NOT NULL, PRIMARY KEY (tenant)
  );
  CREATE TABLE snapshots (
    tenant TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  );
  CREATE TABLE jobs (
    id TEXT NOT NULL, tenant TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT, session TEXT, kind TEXT NOT NULL,
    input TEXT NOT NULL, cubes TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL, attempts INTEGER NOT NULL, max_attempts INTEGER NOT NULL, progress REAL NOT NULL,
    holder TEXT, lease_until INTEGER, once_key TEXT, result TEXT, error_code TEXT, error TEXT,
    created_at INTEGER NOT NULL, finished_at INTEGER, PRIMARY KEY (id)
  );
  CREATE INDEX jobs_waiting ON jobs (kind, tenant, priority DESC, run_at, id) WHERE state = 'waiting';
  CREATE INDEX jobs_delayed ON jobs (run_at) WHERE state = 'delayed';
  CREATE INDEX jobs_running ON jobs (kind, tenant) WHERE state = 'running';
  CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
  CREATE INDEX jobs_tenant ON jobs (tenant, state, id);
  CREATE INDEX jobs_ended ON jobs (finished_at) WHERE state IN ('done', 'cancelled');
  CREATE UNIQUE INDEX jobs_once ON jobs (tenant, kind, once_key) WHERE once_key IS NOT NULL;
  CREATE TABLE lanes (
    kind TEXT NOT NULL, tenant TEXT NOT NULL, served INTEGER NOT NULL, PRIMARY KEY (kind, tenant)
  );
  CREATE INDEX lanes_served ON lanes (kind, served);
  CREATE INDEX lanes_last ON lanes (served);
  CREATE TABLE schedules (
    tenant TEXT NOT NULL, name TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT, session TEXT, kind TEXT NOT NULL,
    input TEXT NOT NULL, every_ms INTEGER NOT NULL, next_at INTEGER NOT NULL, PRIMARY KEY (tenant, name)
  );
  CREATE TABLE events (
    sequence INTEGER NOT NULL, tenant TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT, session TEXT,
    kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (sequence)
  );
  CREATE INDEX events_tenant ON events (tenant, sequence);
  CREATE TABLE webhooks (
    id TEXT NOT NULL, tenant TEXT NOT NULL, url TEXT NOT NULL, kinds TEXT NOT NULL, secret TEXT NOT NULL,
    cursor INTEGER NOT NULL, pending INTEGER NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (id)
  );
  CREATE INDEX webhooks_idle ON webhooks (tenant) WHERE pending = 0;
  CREATE TABLE sealed (
    id TEXT NOT NULL, tenant TEXT NOT NULL, cube TEXT NOT NULL, key TEXT NOT NULL, wrapped BLOB NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (id)
  );
  CREATE INDEX sealed_cube ON sealed (cube);
  CREATE INDEX sealed_key ON sealed (key, id);
  CREATE TABLE meta (
    name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)
  );
  CREATE TABLE purges (
    id TEXT NOT NULL, tenant TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (id)
  );
  CREATE TABLE consolidations (
    id TEXT NOT NULL, tenant TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT, session TEXT, record TEXT NOT NULL,
    PRIMARY KEY (id)
  );
  CREATE INDEX consolidations_tenant ON consolidations (tenant, id);
  CREATE TABLE consolidation_steps (
    number INTEGER NOT NULL, run TEXT NOT NULL, tenant TEXT NOT NULL, proposal TEXT NOT NULL, kind TEXT NOT NULL,
    cube TEXT NOT NULL, version INTEGER NOT NULL, sources TEXT NOT NULL, undone INTEGER NOT NULL,
    PRIMARY KEY (number)
  );
  CREATE INDEX consolidation_steps_run ON consolidation_steps (run);
  CREATE INDEX consolidation_steps_proposal ON consolidation_steps (proposal);
  CREATE TABLE consolidation_cursors (
    tenant TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, key INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, kind)
  );
  CREATE TABLE principals (
    tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, id)
  );
  CREATE TABLE grants (
    number INTEGER NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL, kind TEXT NOT NULL, principal TEXT NOT NULL,
    granted TEXT NOT NULL, revoked_at INTEGER, PRIMARY KEY (number), UNIQUE (id)
  );
  CREATE INDEX grants_principal ON grants (tenant, kind, principal) WHERE revoked_at IS NULL;
  CREATE TABLE governance (
    tenant TEXT NOT NULL, version INTEGER NOT NULL, audit_reads INTEGER NOT NULL, cubes INTEGER,
    text_bytes INTEGER, api_keys INTEGER, PRIMARY KEY (tenant)
  );
  CREATE TABLE audit (
    tenant TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    principal TEXT NOT NULL, action TEXT NOT NULL, operation TEXT NOT NULL, decision TEXT NOT NULL,
    reason TEXT NOT NULL, scope TEXT NOT NULL, targets TEXT NOT NULL, details BLOB, previous_hash BLOB,
    hash BLOB NOT NULL, PRIMARY KEY (tenant, sequence)
  );
  CREATE TABLE usage (
    tenant TEXT NOT NULL, cubes INTEGER NOT NULL, text_bytes INTEGER NOT NULL, PRIMARY KEY (tenant)
  );
  CREATE TABLE activations (
    id TEXT NOT NULL, tenant TEXT NOT NULL, owner TEXT NOT NULL, configuration TEXT NOT NULL,
    fingerprint TEXT NOT NULL, beginning TEXT NOT NULL, manifest TEXT NOT NULL, tokens INTEGER NOT NULL,
    prefix TEXT NOT NULL, tier TEXT NOT NULL, codec TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    prefill_ms REAL NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL, uses INTEGER NOT NULL,
    PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX activations_beginning ON activations (tenant, owner, configuration, beginning);
  CREATE TABLE activation_sources (
    cube TEXT NOT NULL, activation TEXT NOT NULL, PRIMARY KEY (cube, activation)
  );
  CREATE TABLE block_sets (
    tenant TEXT NOT NULL, owner TEXT NOT NULL, sets TEXT NOT NULL DEFAULT '[]', uses REAL NOT NULL DEFAULT 0,
    used_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (tenant, owner)
  );
  CREATE TABLE adapters (
    id TEXT NOT NULL, tenant TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
    base TEXT NOT NULL, request TEXT NOT NULL, manifest TEXT, manifest_sha256 TEXT, files TEXT,
    audience TEXT NOT NULL, until INTEGER, curve TEXT NOT NULL, job TEXT NOT NULL, replaces TEXT,
    created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, last_used_at INTEGER, uses INTEGER NOT NULL,
    PRIMARY KEY (id)
  );
  CREATE INDEX adapters_owner ON adapters (tenant, owner);
  CREATE INDEX adapters_job ON adapters (job);
  CREATE TABLE adapter_sources (
    cube TEXT NOT NULL, adapter TEXT NOT NULL, PRIMARY KEY (cube, adapter)
  );
  CREATE INDEX adapter_sources_adapter ON adapter_sources (adapter);
  CREATE TABLE attachments (
    tenant TEXT NOT NULL, owner TEXT NOT NULL, adapter TEXT NOT NULL, scale REAL NOT NULL,
    position INTEGER NOT NULL, attached_at INTEGER NOT NULL, PRIMARY KEY (tenant, owner, adapter)
  );
  CREATE INDEX attachments_adapter ON attachments (adapter);
  CREATE TABLE traces (
    sequence INTEGER NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL, "user" TEXT, agent TEXT, app TEXT,
    session TEXT, at INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (sequence)
  );
  CREATE UNIQUE INDEX traces_id ON traces (tenant, id);
  CREATE INDEX traces_user ON traces (tenant, "user", sequence);
  CREATE INDEX traces_at ON traces (tenant, at);
  CREATE TABLE trace_cubes (
    cube TEXT NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY (cube, trace),
    FOREIGN KEY (trace) REFERENCES traces (sequence) ON DELETE CASCADE
  );
  CREATE INDEX trace_cubes_decision ON trace_cubes (trace);
`;
