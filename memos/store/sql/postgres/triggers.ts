function trigger(name: string, when: string, table: string, condition: string | undefined, body: string) {
  return `
  CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NULL; END $$;
  CREATE TRIGGER ${name} AFTER ${when} ON ${table} FOR EACH ROW ${
    condition === undefined ? "" : `WHEN (${condition})`
  } EXECUTE FUNCTION ${name}();`;
}

const TEXT_BYTES = (row: string) =>
  `octet_length(coalesce(json_extract(${row}.content, '$.payload.text'), ''))`;

const TENANT_OF = (row: string) => `(SELECT tenant FROM cubes WHERE key = ${row}.key)`;

const LEARNED = "(SELECT adapter FROM adapter_sources WHERE cube = OLD.id)";

const DROP_STATES =
  "DELETE FROM activations WHERE id IN (SELECT activation FROM activation_sources WHERE cube = OLD.id);";

const COUNT_PURGE = `INSERT INTO meta (name, value) VALUES ('purges', '1')
  ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS bigint) + 1 AS text);`;

const CHANGED =
  "OLD.version <> NEW.version OR OLD.state <> NEW.state OR OLD.expires_at IS DISTINCT FROM NEW.expires_at";

const OWNER_IS = (at: number, column: string) =>
  `coalesce(json_extract(a.owner, '$[${at}]'), n."${column}") IS NOT DISTINCT FROM n."${column}"`;

const REVOKE = (reason: string) =>
  `UPDATE adapters SET state = 'revoked', reason = '${reason}' WHERE id IN ${LEARNED} AND state <> 'revoked';`;

/** What the triggers of migrations.ts do, one for one. */
export const TRIGGERS = [
  trigger(
    "usage_cube_insert",
    "INSERT",
    "cubes",
    undefined,
    `INSERT INTO usage VALUES (NEW.tenant, (NEW.state <> 'forgotten')::int, 0)
       ON CONFLICT (tenant) DO UPDATE SET cubes = usage.cubes + excluded.cubes;`,
  ),
  trigger(
    "usage_cube_state",
    "UPDATE OF state",
    "cubes",
    "(OLD.state = 'forgotten') <> (NEW.state = 'forgotten')",
    `UPDATE usage SET cubes = cubes + (OLD.state = 'forgotten')::int - (NEW.state = 'forgotten')::int
       WHERE tenant = NEW.tenant;`,
  ),
  trigger(
    "usage_cube_delete",
    "DELETE",
    "cubes",
    "OLD.state <> 'forgotten'",
    "UPDATE usage SET cubes = cubes - 1 WHERE tenant = OLD.tenant;",
  ),
  trigger(
    "usage_version_insert",
    "INSERT",
    "versions",
    undefined,
    `UPDATE usage SET text_bytes = text_bytes + ${TEXT_BYTES("NEW")} WHERE tenant = ${TENANT_OF("NEW")};`,
  ),
  trigger(
    "usage_version_content",
    "UPDATE OF content",
    "versions",
    undefined,
    `UPDATE usage SET text_bytes = text_bytes + ${TEXT_BYTES("NEW")} - ${TEXT_BYTES("OLD")}
       WHERE tenant = ${TENANT_OF("NEW")};`,
  ),
  trigger(
    "usage_version_delete",
    "DELETE",
    "versions",
    undefined,
    `UPDATE usage SET text_bytes = text_bytes - ${TEXT_BYTES("OLD")} WHERE tenant = ${TENANT_OF("OLD")};`,
  ),
  trigger(
    "activations_gone",
    "DELETE",
    "activations",
    undefined,
    "DELETE FROM activation_sources WHERE activation = OLD.id;",
  ),
  trigger("activations_stale", "UPDATE OF version, state, expires_at", "cubes", CHANGED, DROP_STATES),
  trigger("activations_orphaned", "DELETE", "cubes", undefined, DROP_STATES),
  trigger("purges_counted", "INSERT", "purges", undefined, COUNT_PURGE),
  trigger(
    "adapters_stale",
    "UPDATE OF version, state, expires_at",
    "cubes",
    `NEW.version > 0 AND (${CHANGED})`,
    `UPDATE adapters SET state = 'stale', reason = 'A memory that it learned has changed.'
       WHERE id IN ${LEARNED} AND state IN ('training', 'failed', 'ready');`,
  ),
  trigger(
    "adapters_superseded",
    "INSERT",
    "facts",
    "NEW.single = 1",
    `UPDATE adapters SET state = 'stale', reason = 'Something that it learned holds no longer.'
       WHERE state IN ('training', 'failed', 'ready') AND id IN (
         SELECT s.adapter FROM facts f JOIN cubes c ON c.key = f.cube JOIN adapter_sources s ON s.cube = c.id
           JOIN adapters a ON a.id = s.adapter JOIN cubes n ON n.key = NEW.cube
         WHERE f.subject = NEW.subject AND f.relation = NEW.relation AND f.object <> NEW.object
           AND f.cube <> NEW.cube AND f.retired_at IS NULL AND n.tenant = a.tenant
           AND n.state IN ('active', 'frozen')
           AND ${OWNER_IS(0, "user")} AND ${OWNER_IS(1, "agent")}
           AND ${OWNER_IS(2, "app")} AND ${OWNER_IS(3, "session")}
           AND coalesce(NEW.valid_from, n.occurred_at, NEW.recorded_at)
             >= coalesce(f.valid_from, c.occurred_at, f.recorded_at));`,
  ),
  trigger(
    "adapters_purged",
    "UPDATE OF version",
    "cubes",
    "NEW.version = 0 AND OLD.version > 0",
    REVOKE("A memory that it learned was purged."),
  ),
  trigger("adapters_orphaned", "DELETE", "cubes", undefined, REVOKE("A memory that it learned is gone.")),
  trigger(
    "adapters_unusable",
    "UPDATE OF state",
    "adapters",
    "OLD.state <> NEW.state AND NEW.state IN ('stale', 'revoked', 'failed')",
    `DELETE FROM activations WHERE tenant = NEW.tenant AND EXISTS (
       SELECT 1 FROM json_each(activations.fingerprint, '$.adapters') a
       WHERE json_extract(a.value, '$.sha256') = json_extract(OLD.files, '$.gguf.sha256'));
     UPDATE adapters SET changed_at = now_ms() WHERE id = NEW.id;
     INSERT INTO events (tenant, "user", agent, app, session, kind, subject, detail, at)
       VALUES (NEW.tenant, json_extract(NEW.owner, '$[0]'), json_extract(NEW.owner, '$[1]'),
         json_extract(NEW.owner, '$[2]'), json_extract(NEW.owner, '$[3]'), 'adapter.' || NEW.state, NEW.id, '{}',
         now_ms());`,
  ),
  trigger(
    "adapters_revoked",
    "UPDATE OF state",
    "adapters",
    "OLD.state <> 'revoked' AND NEW.state = 'revoked'",
    `DELETE FROM attachments WHERE adapter = NEW.id; ${COUNT_PURGE}`,
  ),
  trigger(
    "adapters_job_ended",
    "UPDATE OF state",
    "jobs",
    "NEW.kind = 'train-adapter' AND NEW.state IN ('dead', 'cancelled')",
    `UPDATE adapters SET state = 'failed',
         reason = CASE NEW.state WHEN 'dead' THEN coalesce(NEW.error, '') ELSE 'The training was cancelled.' END
       WHERE job = NEW.id AND state = 'training';`,
  ),
  trigger(
    "adapters_job_replayed",
    "UPDATE OF state",
    "jobs",
    "NEW.kind = 'train-adapter' AND NEW.state = 'waiting' AND OLD.state IN ('dead', 'cancelled')",
    "UPDATE adapters SET state = 'training', reason = '' WHERE job = NEW.id AND state = 'failed';",
  ),
  trigger(
    "adapters_job_dropped",
    "DELETE",
    "jobs",
    "OLD.kind = 'train-adapter'",
    `UPDATE adapters SET state = 'refused', reason = 'The training was given up.'
       WHERE job = OLD.id AND state IN ('training', 'failed');`,
  ),
].join("\n");

/** Whoever waits for work or for events is told at the commit, once for a transaction. */
export const NOTICES = [
  { table: "jobs", when: "INSERT OR UPDATE OF state" },
  { table: "events", when: "INSERT" },
]
  .map(
    ({ table, when }) => `
  CREATE FUNCTION ${table}_noticed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_notify(current_schema(), '${table}'); RETURN NULL; END $$;
  CREATE TRIGGER ${table}_noticed AFTER ${when} ON ${table} FOR EACH STATEMENT
    EXECUTE FUNCTION ${table}_noticed();`,
  )
  .join("\n");

/** Tables whose rows name their tenant. */
const OWN_TENANT = [
  ...["cubes", "edges", "outbox", "partitions", "idempotency", "api_keys", "lifecycle_policies", "snapshots"],
  ...["jobs", "lanes", "schedules", "events", "webhooks", "sealed", "purges", "consolidations"],
  ...["consolidation_steps", "consolidation_cursors", "principals", "grants", "governance", "audit", "usage"],
  ...["activations", "block_sets", "adapters", "attachments", "traces"],
];

/** Tables that hold content of a cube, by the column that names it. */
const OF_CUBE = { versions: "key", vectors: "key", facts: "cube", mentions: "cube" } as const;

/**
 * The second wall: a statement sees the rows of the tenant that the call is for, whatever its own condition says. `*`
 * is for the system's own work, which is for all of them; a connection that has not said sees nothing.
 */
export const WALLS = [
  ...OWN_TENANT.map((table) => ({ table, mine: "tenant = current_setting('memos.tenant', true)" })),
  ...Object.entries(OF_CUBE).map(([table, column]) => ({
    table,
    mine: `EXISTS (SELECT 1 FROM cubes c WHERE c.key = ${table}.${column})`,
  })),
]
  .map(
    ({ table, mine }) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY ${table}_of_tenant ON ${table} USING (current_setting('memos.tenant', true) = '*' OR ${mine});`,
  )
  .join("\n");
