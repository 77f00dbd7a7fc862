import type Database from "libsql";
import { MemosError } from "../../../memcube/index.js";

/**
 * Each entry takes the schema one version up. Entries are never edited once released: a store remembers how
 * many it has run.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE cubes (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL,
    tenant TEXT NOT NULL, user TEXT, agent TEXT, app TEXT, session TEXT, position INTEGER,
    type TEXT NOT NULL, state TEXT NOT NULL, origin TEXT NOT NULL, actor TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    occurred_at INTEGER, valid_from INTEGER, valid_to INTEGER, expires_at INTEGER,
    version INTEGER NOT NULL, digest BLOB, duplicate_of INTEGER,
    provenance TEXT NOT NULL, behaviour TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX cubes_id ON cubes (id);
  CREATE INDEX cubes_digest ON cubes (digest, tenant) WHERE duplicate_of IS NULL;
  CREATE INDEX cubes_tenant ON cubes (tenant);
  CREATE INDEX cubes_user ON cubes (tenant, user) WHERE user IS NOT NULL;
  CREATE INDEX cubes_core ON cubes (tenant) WHERE type = 'core';
  CREATE INDEX cubes_thread ON cubes (session, tenant, user, agent, app, position) WHERE session IS NOT NULL;

  CREATE TABLE versions (
    key INTEGER NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL, actor TEXT NOT NULL,
    operation TEXT NOT NULL, cause TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    hash TEXT NOT NULL, previous_hash TEXT
  ) STRICT;
  CREATE UNIQUE INDEX versions_key ON versions (key, version);

  CREATE TABLE edges (
    tenant TEXT NOT NULL, from_key INTEGER NOT NULL, to_key INTEGER NOT NULL, kind TEXT NOT NULL,
    weight REAL NOT NULL, by TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    PRIMARY KEY (from_key, kind, to_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX edges_to ON edges (to_key);

  CREATE TABLE embedders (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, dimension INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE vectors (
    key INTEGER PRIMARY KEY, embedder INTEGER NOT NULL, vector BLOB NOT NULL
  ) STRICT;

  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, key INTEGER NOT NULL,
    operation TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_tenant ON outbox (tenant, sequence);
  CREATE TABLE partitions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, state TEXT NOT NULL,
    embedder INTEGER NOT NULL, dimension INTEGER NOT NULL, base_version INTEGER NOT NULL, flushed_through INTEGER NOT NULL,
    cursor INTEGER NOT NULL, rows INTEGER NOT NULL, terms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX partitions_tenant ON partitions (tenant, state);
  CREATE TABLE lexicon (
    partition INTEGER NOT NULL, term INTEGER NOT NULL, rows INTEGER NOT NULL,
    PRIMARY KEY (partition, term)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE idempotency (
    tenant TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, written TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, PRIMARY KEY (tenant, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL, "references" INTEGER NOT NULL) STRICT;
  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, name TEXT NOT NULL,
    created_at INTEGER NOT NULL, revoked_at INTEGER
  ) STRICT;
  `,
  `
  ALTER TABLE cubes ADD COLUMN derived INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX cubes_underived ON cubes (key) WHERE derived = 0;
  ALTER TABLE edges ADD COLUMN why TEXT;
  CREATE TABLE mentions (
    entity INTEGER NOT NULL, role INTEGER NOT NULL, cube INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (entity, role, cube)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mentions_cube ON mentions (cube);
  CREATE TABLE facts (
    number INTEGER PRIMARY KEY, cube INTEGER NOT NULL, by TEXT NOT NULL,
    subject INTEGER NOT NULL, relation TEXT NOT NULL, object INTEGER NOT NULL,
    subject_name TEXT NOT NULL, object_name TEXT NOT NULL, single INTEGER NOT NULL,
    start INTEGER, "end" INTEGER, valid_from INTEGER, valid_to INTEGER,
    recorded_at INTEGER NOT NULL, retired_at INTEGER
  ) STRICT;
  CREATE INDEX facts_subject ON facts (subject, relation);
  CREATE INDEX facts_object ON facts (object);
  CREATE INDEX facts_cube ON facts (cube);
  CREATE TABLE awaiting_model (cube INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE extractions (key TEXT PRIMARY KEY, answer TEXT NOT NULL, recorded_at INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE cubes ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN heat REAL NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN use_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN last_used_at INTEGER;
  ALTER TABLE cubes ADD COLUMN useful INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cubes ADD COLUMN cold_at INTEGER NOT NULL DEFAULT 0;
  UPDATE cubes SET priority = json_extract(behaviour, '$.priority'), cold_at = recorded_at + 90 * 86400000;
  ALTER TABLE cubes DROP COLUMN behaviour;
  CREATE INDEX cubes_expiring ON cubes (expires_at)
    WHERE expires_at IS NOT NULL AND state NOT IN ('expired', 'forgotten');
  CREATE INDEX cubes_cold ON cubes (tenant, cold_at) WHERE state = 'active';
  CREATE TABLE lifecycle_policies (tenant TEXT PRIMARY KEY, policy TEXT NOT NULL) STRICT;
  CREATE TABLE snapshots (
    tenant TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, user TEXT, agent TEXT, app TEXT, session TEXT,
    kind TEXT NOT NULL, input TEXT NOT NULL, cubes TEXT NOT NULL, state TEXT NOT NULL,
    priority INTEGER NOT NULL, run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, max_attempts INTEGER NOT NULL, progress REAL NOT NULL,
    holder TEXT, lease_until INTEGER, once_key TEXT, result TEXT, error_code TEXT, error TEXT,
    created_at INTEGER NOT NULL, finished_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX jobs_waiting ON jobs (kind, tenant, priority DESC, run_at, id) WHERE state = 'waiting';
  CREATE INDEX jobs_delayed ON jobs (run_at) WHERE state = 'delayed';
  CREATE INDEX jobs_running ON jobs (kind, tenant) WHERE state = 'running';
  CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
  CREATE INDEX jobs_tenant ON jobs (tenant, state, id);
  CREATE INDEX jobs_ended ON jobs (finished_at) WHERE state IN ('done', 'cancelled');
  CREATE UNIQUE INDEX jobs_once ON jobs (tenant, kind, once_key) WHERE once_key IS NOT NULL;
  CREATE TABLE lanes (
    kind TEXT NOT NULL, tenant TEXT NOT NULL, served INTEGER NOT NULL, PRIMARY KEY (kind, tenant)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lanes_served ON lanes (kind, served);
  CREATE INDEX lanes_last ON lanes (served);
  CREATE TABLE schedules (
    tenant TEXT NOT NULL, name TEXT NOT NULL, user TEXT, agent TEXT, app TEXT, session TEXT,
    kind TEXT NOT NULL, input TEXT NOT NULL, every_ms INTEGER NOT NULL, next_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, user TEXT, agent TEXT, app TEXT,
    session TEXT, kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX events_tenant ON events (tenant, sequence);
  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, url TEXT NOT NULL, kinds TEXT NOT NULL, secret TEXT NOT NULL,
    cursor INTEGER NOT NULL, pending INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX webhooks_idle ON webhooks (tenant) WHERE pending = 0;
  CREATE TABLE sealed (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, cube TEXT NOT NULL, key TEXT NOT NULL, wrapped BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX sealed_cube ON sealed (cube);
  CREATE INDEX sealed_key ON sealed (key, id);
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE purges (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX cubes_forgotten ON cubes (changed_at) WHERE state = 'forgotten' AND version > 0;
  `,
  `
  CREATE TABLE consolidations (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, user TEXT, agent TEXT, app TEXT, session TEXT, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX consolidations_tenant ON consolidations (tenant, id);
  CREATE TABLE consolidation_steps (
    number INTEGER PRIMARY KEY, run TEXT NOT NULL, tenant TEXT NOT NULL, proposal TEXT NOT NULL, kind TEXT NOT NULL,
    cube TEXT NOT NULL, version INTEGER NOT NULL, sources TEXT NOT NULL, undone INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX consolidation_steps_run ON consolidation_steps (run);
  CREATE INDEX consolidation_steps_proposal ON consolidation_steps (proposal) WHERE undone = 1;
  CREATE TABLE consolidation_cursors (
    tenant TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, key INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, kind)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE cubes ADD COLUMN sensitivity TEXT NOT NULL DEFAULT 'internal';
  ALTER TABLE cubes ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private';
  UPDATE cubes SET (sensitivity, visibility) = (
    SELECT json_extract(v.content, '$.governance.sensitivity'), json_extract(v.content, '$.governance.visibility')
    FROM versions v WHERE v.key = cubes.key AND v.version = cubes.version);

  CREATE TABLE principals (
    tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE grants (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
    kind TEXT NOT NULL, principal TEXT NOT NULL, granted TEXT NOT NULL, revoked_at INTEGER
  ) STRICT;
  CREATE INDEX grants_principal ON grants (tenant, kind, principal) WHERE revoked_at IS NULL;
  CREATE TABLE governance (
    tenant TEXT PRIMARY KEY, version INTEGER NOT NULL, audit_reads INTEGER NOT NULL,
    cubes INTEGER, text_bytes INTEGER, api_keys INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    tenant TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
    kind TEXT NOT NULL, principal TEXT NOT NULL, action TEXT NOT NULL, operation TEXT NOT NULL,
    decision TEXT NOT NULL, reason TEXT NOT NULL, scope TEXT NOT NULL, targets TEXT NOT NULL,
    details BLOB, previous_hash BLOB, hash BLOB NOT NULL,
    PRIMARY KEY (tenant, sequence)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE api_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'service';
  ALTER TABLE api_keys ADD COLUMN principal TEXT NOT NULL DEFAULT 'admin';
  ALTER TABLE api_keys ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
  INSERT INTO principals SELECT DISTINCT tenant, 'service', 'admin', unixepoch() * 1000 FROM api_keys;
  INSERT INTO governance (tenant, version, audit_reads) SELECT tenant, 1, 0 FROM principals;
  INSERT INTO grants (id, tenant, kind, principal, granted)
    SELECT id, tenant, 'service', 'admin', json_object(
      'id', id, 'principal', json('{"kind":"service","id":"admin"}'), 'space', json_object('tenant', tenant),
      'actions', json('["read","write","change","forget","reveal","share","administer"]'),
      'sensitivity', 'secret', 'visibility', 'all', 'reason', 'API keys from before there were grants',
      'grantedBy', json('{"kind":"service","id":"owner"}'),
      'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    FROM (SELECT tenant, lower(format('%s-%s-7%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)),
      substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2), hex(randomblob(6)))) AS id FROM principals);

  CREATE TABLE usage (tenant TEXT PRIMARY KEY, cubes INTEGER NOT NULL, text_bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO usage SELECT c.tenant, (SELECT count(*) FROM cubes k WHERE k.tenant = c.tenant AND k.state <> 'forgotten'),
      sum(length(CAST(coalesce(json_extract(v.content, '$.payload.text'), '') AS BLOB)))
    FROM cubes c JOIN versions v ON v.key = c.key GROUP BY c.tenant;
  CREATE TRIGGER usage_cube_insert AFTER INSERT ON cubes BEGIN
    INSERT INTO usage VALUES (NEW.tenant, NEW.state <> 'forgotten', 0)
      ON CONFLICT (tenant) DO UPDATE SET cubes = usage.cubes + excluded.cubes;
  END;
  CREATE TRIGGER usage_cube_state AFTER UPDATE OF state ON cubes
    WHEN (OLD.state = 'forgotten') <> (NEW.state = 'forgotten') BEGIN
    UPDATE usage SET cubes = cubes + (OLD.state = 'forgotten') - (NEW.state = 'forgotten') WHERE tenant = NEW.tenant;
  END;
  CREATE TRIGGER usage_cube_delete AFTER DELETE ON cubes WHEN OLD.state <> 'forgotten' BEGIN
    UPDATE usage SET cubes = cubes - 1 WHERE tenant = OLD.tenant;
  END;
  CREATE TRIGGER usage_version_insert AFTER INSERT ON versions BEGIN
    UPDATE usage SET text_bytes = text_bytes
        + length(CAST(coalesce(json_extract(NEW.content, '$.payload.text'), '') AS BLOB))
      WHERE tenant = (SELECT tenant FROM cubes WHERE key = NEW.key);
  END;
  CREATE TRIGGER usage_version_content AFTER UPDATE OF content ON versions BEGIN
    UPDATE usage SET text_bytes = text_bytes
        + length(CAST(coalesce(json_extract(NEW.content, '$.payload.text'), '') AS BLOB))
        - length(CAST(coalesce(json_extract(OLD.content, '$.payload.text'), '') AS BLOB))
      WHERE tenant = (SELECT tenant FROM cubes WHERE key = NEW.key);
  END;
  CREATE TRIGGER usage_version_delete AFTER DELETE ON versions BEGIN
    UPDATE usage SET text_bytes = text_bytes
        - length(CAST(coalesce(json_extract(OLD.content, '$.payload.text'), '') AS BLOB))
      WHERE tenant = (SELECT tenant FROM cubes WHERE key = OLD.key);
  END;
  `,
  `
  CREATE INDEX cubes_block ON cubes (tenant, user) WHERE type = 'core' OR priority > 0 OR heat >= 1;
  CREATE TABLE activations (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, owner TEXT NOT NULL, configuration TEXT NOT NULL,
    fingerprint TEXT NOT NULL, beginning TEXT NOT NULL, manifest TEXT NOT NULL,
    tokens INTEGER NOT NULL, prefix TEXT NOT NULL, tier TEXT NOT NULL, codec TEXT NOT NULL, sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL, prefill_ms REAL NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL,
    uses INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX activations_beginning ON activations (tenant, owner, configuration, beginning);
  CREATE TABLE activation_sources (
    cube TEXT NOT NULL, activation TEXT NOT NULL, PRIMARY KEY (cube, activation)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE block_sets (
    tenant TEXT NOT NULL, owner TEXT NOT NULL, sets TEXT NOT NULL DEFAULT '[]', uses REAL NOT NULL DEFAULT 0,
    used_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (tenant, owner)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER activations_gone AFTER DELETE ON activations BEGIN
    DELETE FROM activation_sources WHERE activation = OLD.id;
  END;
  CREATE TRIGGER activations_stale AFTER UPDATE OF version, state, expires_at ON cubes
    WHEN OLD.version <> NEW.version OR OLD.state <> NEW.state OR OLD.expires_at IS NOT NEW.expires_at BEGIN
    DELETE FROM activations WHERE id IN (SELECT activation FROM activation_sources WHERE cube = OLD.id);
  END;
  CREATE TRIGGER activations_orphaned AFTER DELETE ON cubes BEGIN
    DELETE FROM activations WHERE id IN (SELECT activation FROM activation_sources WHERE cube = OLD.id);
  END;
  CREATE TRIGGER purges_counted AFTER INSERT ON purges BEGIN
    INSERT INTO meta (name, value) VALUES ('purges', '1')
      ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT);
  END;
  `,
  `
  CREATE TABLE adapters (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
    base TEXT NOT NULL, request TEXT NOT NULL, manifest TEXT, manifest_sha256 TEXT, files TEXT,
    audience TEXT NOT NULL, until INTEGER, curve TEXT NOT NULL, job TEXT NOT NULL, replaces TEXT,
    created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, last_used_at INTEGER, uses INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX adapters_owner ON adapters (tenant, owner);
  CREATE INDEX adapters_job ON adapters (job);
  CREATE TABLE adapter_sources (
    cube TEXT NOT NULL, adapter TEXT NOT NULL, PRIMARY KEY (cube, adapter)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX adapter_sources_adapter ON adapter_sources (adapter);
  CREATE TABLE attachments (
    tenant TEXT NOT NULL, owner TEXT NOT NULL, adapter TEXT NOT NULL, scale REAL NOT NULL,
    position INTEGER NOT NULL, attached_at INTEGER NOT NULL, PRIMARY KEY (tenant, owner, adapter)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attachments_adapter ON attachments (adapter);
  CREATE TRIGGER adapters_stale AFTER UPDATE OF version, state, expires_at ON cubes WHEN NEW.version > 0
    AND (OLD.version <> NEW.version OR OLD.state <> NEW.state OR OLD.expires_at IS NOT NEW.expires_at) BEGIN
    UPDATE adapters SET state = 'stale', reason = 'A memory that it learned has changed.'
      WHERE id IN (SELECT adapter FROM adapter_sources WHERE cube = OLD.id)
        AND state IN ('training', 'failed', 'ready');
  END;
  CREATE TRIGGER adapters_superseded AFTER INSERT ON facts WHEN NEW.single = 1 BEGIN
    UPDATE adapters SET state = 'stale', reason = 'Something that it learned holds no longer.'
      WHERE state IN ('training', 'failed', 'ready') AND id IN (
        SELECT s.adapter FROM facts f JOIN cubes c ON c.key = f.cube JOIN adapter_sources s ON s.cube = c.id
          JOIN adapters a ON a.id = s.adapter JOIN cubes n ON n.key = NEW.cube
        WHERE f.subject = NEW.subject AND f.relation = NEW.relation AND f.object <> NEW.object
          AND f.cube <> NEW.cube AND f.retired_at IS NULL AND n.tenant = a.tenant
          AND n.state IN ('active', 'frozen')
          AND coalesce(json_extract(a.owner, '$[0]'), n.user) IS n.user
          AND coalesce(json_extract(a.owner, '$[1]'), n.agent) IS n.agent
          AND coalesce(json_extract(a.owner, '$[2]'), n.app) IS n.app
          AND coalesce(json_extract(a.owner, '$[3]'), n.session) IS n.session
          AND coalesce(NEW.valid_from, n.occurred_at, NEW.recorded_at)
            >= coalesce(f.valid_from, c.occurred_at, f.recorded_at));
  END;
  CREATE TRIGGER adapters_purged AFTER UPDATE OF version ON cubes WHEN NEW.version = 0 AND OLD.version > 0 BEGIN
    UPDATE adapters SET state = 'revoked', reason = 'A memory that it learned was purged.'
      WHERE id IN (SELECT adapter FROM adapter_sources WHERE cube = OLD.id) AND state <> 'revoked';
  END;
  CREATE TRIGGER adapters_orphaned AFTER DELETE ON cubes BEGIN
    UPDATE adapters SET state = 'revoked', reason = 'A memory that it learned is gone.'
      WHERE id IN (SELECT adapter FROM adapter_sources WHERE cube = OLD.id) AND state <> 'revoked';
  END;
  CREATE TRIGGER adapters_unusable AFTER UPDATE OF state ON adapters
    WHEN OLD.state <> NEW.state AND NEW.state IN ('stale', 'revoked', 'failed') BEGIN
    DELETE FROM activations WHERE tenant = NEW.tenant AND EXISTS (
      SELECT 1 FROM json_each(activations.fingerprint, '$.adapters') a
      WHERE json_extract(a.value, '$.sha256') = json_extract(OLD.files, '$.gguf.sha256'));
    UPDATE adapters SET changed_at = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) WHERE id = NEW.id;
    INSERT INTO events (tenant, user, agent, app, session, kind, subject, detail, at)
      VALUES (NEW.tenant, json_extract(NEW.owner, '$[0]'), json_extract(NEW.owner, '$[1]'),
        json_extract(NEW.owner, '$[2]'), json_extract(NEW.owner, '$[3]'), 'adapter.' || NEW.state, NEW.id, '{}',
        CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));
  END;
  CREATE TRIGGER adapters_revoked AFTER UPDATE OF state ON adapters
    WHEN OLD.state <> 'revoked' AND NEW.state = 'revoked' BEGIN
    DELETE FROM attachments WHERE adapter = NEW.id;
    INSERT INTO meta (name, value) VALUES ('purges', '1')
      ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT);
  END;
  CREATE TRIGGER adapters_job_ended AFTER UPDATE OF state ON jobs
    WHEN NEW.kind = 'train-adapter' AND NEW.state IN ('dead', 'cancelled') BEGIN
    UPDATE adapters SET state = 'failed',
        reason = CASE NEW.state WHEN 'dead' THEN coalesce(NEW.error, '') ELSE 'The training was cancelled.' END
      WHERE job = NEW.id AND state = 'training';
  END;
  CREATE TRIGGER adapters_job_replayed AFTER UPDATE OF state ON jobs
    WHEN NEW.kind = 'train-adapter' AND NEW.state = 'waiting' AND OLD.state IN ('dead', 'cancelled') BEGIN
    UPDATE adapters SET state = 'training', reason = '' WHERE job = NEW.id AND state = 'failed';
  END;
  CREATE TRIGGER adapters_job_dropped AFTER DELETE ON jobs WHEN OLD.kind = 'train-adapter' BEGIN
    UPDATE adapters SET state = 'refused', reason = 'The training was given up.'
      WHERE job = OLD.id AND state IN ('training', 'failed');
  END;
  `,
  `
  CREATE TABLE traces (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, tenant TEXT NOT NULL, user TEXT, agent TEXT, app TEXT,
    session TEXT, at INTEGER NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX traces_id ON traces (tenant, id);
  CREATE INDEX traces_user ON traces (tenant, user, sequence);
  CREATE INDEX traces_at ON traces (tenant, at);
  CREATE TABLE trace_cubes (
    cube TEXT NOT NULL, trace INTEGER NOT NULL REFERENCES traces (sequence) ON DELETE CASCADE,
    PRIMARY KEY (cube, trace)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX trace_cubes_decision ON trace_cubes (trace);
  `,
  `
  DROP INDEX consolidation_steps_proposal;
  CREATE INDEX consolidation_steps_proposal ON consolidation_steps (proposal);
  `,
  `
  ALTER TABLE awaiting_model ADD COLUMN kind TEXT;
  ALTER TABLE awaiting_model ADD COLUMN principal TEXT;
  `,
  `
  ALTER TABLE facts ADD COLUMN serial INTEGER;
  ALTER TABLE facts ADD COLUMN opens INTEGER NOT NULL DEFAULT 0;
  UPDATE cubes SET derived = 0;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Marks a SQLite file as a MemOS ledger ("MEMO"); a file of some other program is never migrated. */
const APPLICATION_ID = 0x4d454d4f;

function pragma(db: Database.Database, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return Number(row[name]);
}

/**
 * The schema of the ledger; changes nothing, so that a file of another program stays as it is.
 *
 * @throws MemosError STORE_NEWER when a newer program wrote it, STORE_INVALID when it is not a ledger.
 */
export function schemaVersion(db: Database.Database): number {
  const version = pragma(db, "user_version");
  const application = pragma(db, "application_id");
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables(db) > 0))
    throw new MemosError("STORE_INVALID", "The ledger file is a SQLite database of another program.");
  if (version > SCHEMA_VERSION)
    throw new MemosError(
      "STORE_NEWER",
      `The store has schema ${version}; this program knows schemas up to ${SCHEMA_VERSION}.`,
    );
  return version;
}

/** Brings the ledger to this program's schema. */
export function migrate(db: Database.Database, readOnly: boolean): void {
  if (schemaVersion(db) === SCHEMA_VERSION) return;
  if (readOnly)
    throw new MemosError("READ_ONLY", "The store needs a migration, which a read-only opening cannot do.");
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the write lock: another process may have migrated meanwhile.
    const first = schemaVersion(db);
    for (let version = first; version < SCHEMA_VERSION; version++) {
      db.exec(MIGRATIONS[version] as string);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    }
    // A new file never had a page that was freed without being overwritten (connection.ts).
    if (first === 0) db.exec("INSERT INTO meta (name, value) VALUES ('secure_delete', '1')");
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function tables(db: Database.Database): number {
  const row = db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'").get() as {
    n: number;
  };
  return row.n;
}
