import { type CubeId, MemosError, type Scope } from "../../../memcube/index.js";
import { CONSOLIDATOR, REFLECTOR } from "../../lifecycle/consolidation/actor.js";
import type { AppliedKind, ConsolidationRun } from "../../lifecycle/consolidation/operations.js";
import type {
  Consolidable,
  ConsolidableQuery,
  ConsolidationCommit,
  RunHead,
  TakenStep,
} from "../consolidationLedger.js";
import type { Connection } from "./connection.js";
import { cubeFrom } from "./cubeRows.js";
import { scopeColumns } from "./owner.js";
import type { cubes, versions } from "./schema.js";

const SCOPED = `(@user IS NULL OR c.user = @user) AND (@agent IS NULL OR c.agent = @agent)
  AND (@app IS NULL OR c.app = @app) AND (@session IS NULL OR c.session = @session)`;

/** What nobody has restricted: the state rules out what is frozen or still under review. */
const OPEN = `c.state = 'active' AND (c.expires_at IS NULL OR c.expires_at > @now)
  AND c.origin IN ('user', 'assistant', 'tool', 'inferred')
  AND json_extract(v.content, '$.payload.kind') = 'plaintext'
  AND json_extract(v.content, '$.governance.sensitivity') <> 'secret'
  AND json_extract(v.content, '$.governance.retention') <> 'legal-hold'
  AND CAST(json_extract(v.content, '$.governance.readonly') AS INTEGER) = 0`;

/** Core, working, resource and vault memories are somebody's to keep; the others grow by themselves. */
const TEXTS = "c.type IN ('episodic', 'semantic', 'procedural')";

/** No summary of it counts. */
const UNSUMMARISED = `NOT EXISTS (SELECT 1 FROM edges e JOIN cubes s ON s.key = e.from_key
  WHERE e.to_key = c.key AND e.kind = 'derived' AND s.actor = '${CONSOLIDATOR}' AND s.type = 'semantic'
    AND s.state IN ('active', 'frozen', 'archived'))`;

/** A merged episode is one still. */
const EPISODES = `c.type = 'episodic' AND (c.origin <> 'inferred' OR c.actor = '${CONSOLIDATOR}')`;

/** What somebody put into the archive is there to stay, what a later statement replaced is past. */
const DISTILLED = `c.actor = '${REFLECTOR}' AND c.origin = 'inferred' AND c.state <> 'forgotten'
  AND NOT (c.state = 'archived' AND v.actor = '${REFLECTOR}')`;

type Head = typeof cubes.$inferSelect;

/** What the envelope is made of, the content of its version, and its vector. */
interface Row extends Omit<Head, "provenance"> {
  readonly provenance: string;
  readonly content: string;
  readonly vector: Buffer | null;
  readonly embedder: number | null;
}

/** Reads and writes what consolidation looks at and did. Each method that writes runs inside one transaction. */
export class Consolidations {
  readonly #statements;

  constructor(connection: Connection) {
    const { db } = connection;
    const read = (condition: string, from = "cubes c", open = OPEN) =>
      db.prepare(
        `SELECT ${HEAD}, v.content AS content, x.vector AS vector, x.embedder AS embedder FROM ${from}
         JOIN versions v ON v.key = c.key AND v.version = c.version LEFT JOIN vectors x ON x.key = c.key
         WHERE c.tenant = @tenant AND ${SCOPED} AND ${open} AND ${condition}`,
      );
    const among = "json_each(@keys) k CROSS JOIN cubes c ON c.key = CAST(k.value AS INTEGER)";
    this.#statements = {
      texts: read(`c.key > @after AND ${TEXTS} ORDER BY c.key LIMIT @limit`),
      among: read(TEXTS, among),
      episodes: read(`c.key < @before AND ${EPISODES} ORDER BY c.key DESC LIMIT @limit`),
      episodesAmong: read(EPISODES, "json_each(@ids) k CROSS JOIN cubes c ON c.id = k.value"),
      distilled: read(`${DISTILLED} ORDER BY c.key DESC LIMIT @limit`, "cubes c", "TRUE"),
      unsummarised: read(
        `c.key > @after AND c.type = 'episodic' AND c.origin <> 'inferred' AND ${UNSUMMARISED} ORDER BY c.key LIMIT @limit`,
      ),
      basis: db.prepare("SELECT version, state FROM cubes WHERE id = ? AND tenant = ?"),
      through: db.prepare(
        "SELECT key FROM consolidation_cursors WHERE tenant = ? AND scope = ? AND kind = ?",
      ),
      saveThrough: db.prepare(
        `INSERT INTO consolidation_cursors (tenant, scope, kind, key) VALUES (?, ?, ?, ?)
         ON CONFLICT (tenant, scope, kind) DO UPDATE SET key = excluded.key`,
      ),
      saveRun: db.prepare(
        `INSERT INTO consolidations (id, tenant, user, agent, app, session, record)
         VALUES (@id, @tenant, @user, @agent, @app, @session, @record)
         ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
      ),
      beginRun: db.prepare(
        `INSERT INTO consolidations (id, tenant, user, agent, app, session, record)
         VALUES (@id, @tenant, @user, @agent, @app, @session, @record) ON CONFLICT (id) DO NOTHING`,
      ),
      addStep: db.prepare(
        `INSERT INTO consolidation_steps (run, tenant, proposal, kind, cube, version, sources, undone)
         VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
      ),
      runs: db.prepare(
        `SELECT record FROM consolidations c WHERE c.tenant = @tenant AND ${SCOPED} ORDER BY c.id DESC LIMIT @limit`,
      ),
      run: db.prepare(
        `SELECT record FROM consolidations c WHERE c.id = @id AND c.tenant = @tenant AND ${SCOPED}`,
      ),
      steps: db.prepare(
        `SELECT number, proposal, kind, cube, version, sources FROM consolidation_steps
         WHERE run = ? AND undone = 0 ORDER BY number`,
      ),
      undoStep: db.prepare("UPDATE consolidation_steps SET undone = 1 WHERE number = ? AND run = ?"),
      record: db.prepare("SELECT record FROM consolidations WHERE id = ?"),
      undoRun: db.prepare("UPDATE consolidations SET record = ? WHERE id = ?"),
      declined: db.prepare(
        `SELECT DISTINCT s.proposal AS proposal FROM json_each(?) p
         CROSS JOIN consolidation_steps s ON s.proposal = p.value
         WHERE s.tenant = ? AND (s.undone = 1 OR s.kind IN ('distil', 'insight')
           AND EXISTS (SELECT 1 FROM cubes c WHERE c.id = s.cube AND c.state = 'forgotten'))`,
      ),
    };
  }

  consolidable(scope: Scope, now: number, query: ConsolidableQuery): Consolidable[] {
    const { of, ...given } = query;
    const bound = { ...scopeColumns(scope), now };
    const rows =
      "keys" in query
        ? this.#statements.among.all({ ...bound, keys: JSON.stringify(query.keys) })
        : "ids" in query
          ? this.#statements.episodesAmong.all({ ...bound, ids: JSON.stringify(query.ids) })
          : this.#statements[of].all({ ...bound, ...given });
    return (rows as unknown as Row[]).map(consolidableFrom);
  }

  consolidatedThrough(scope: Scope, kind: AppliedKind): number {
    const row = this.#statements.through.get(scope.tenant, scopeKey(scope), kind) as
      | { key: number }
      | undefined;
    return row?.key ?? 0;
  }

  saveConsolidatedThrough(scope: Scope, kind: AppliedKind, key: number): void {
    this.#statements.saveThrough.run(scope.tenant, scopeKey(scope), kind, key);
  }

  /** Begins the run where this is its first step. Throws, and with that undoes all, when the basis has changed. */
  note({ run, step, basis }: ConsolidationCommit): void {
    const { tenant } = run.scope;
    for (const { id, version } of basis) {
      const row = this.#statements.basis.get(id, tenant) as { version: number; state: string } | undefined;
      if (row?.version !== version || row.state !== "active")
        throw new MemosError("CONFLICT", `Cube ${id} has changed since this was proposed.`);
    }
    this.#statements.beginRun.run({
      ...scopeColumns(run.scope),
      id: run.id,
      record: JSON.stringify(interrupted(run)),
    });
    this.#statements.addStep.run(
      run.id,
      tenant,
      step.proposal,
      step.kind,
      step.cube,
      step.version,
      JSON.stringify(step.sources),
    );
  }

  save(run: ConsolidationRun): void {
    this.#statements.saveRun.run({ ...scopeColumns(run.scope), id: run.id, record: JSON.stringify(run) });
  }

  runs(scope: Scope, limit: number): ConsolidationRun[] {
    const rows = this.#statements.runs.all({ ...scopeColumns(scope), limit }) as { record: string }[];
    return rows.map(({ record }) => JSON.parse(record) as ConsolidationRun);
  }

  run(id: string, scope: Scope): { run: ConsolidationRun; steps: TakenStep[] } {
    const row = this.#statements.run.get({ ...scopeColumns(scope), id }) as { record: string } | undefined;
    if (row === undefined)
      throw new MemosError("NOT_FOUND", `There is no consolidation ${id} in this scope.`, { path: "id" });
    const steps = this.#statements.steps.all(id) as unknown as (Omit<TakenStep, "sources"> & {
      sources: string;
    })[];
    return {
      run: JSON.parse(row.record) as ConsolidationRun,
      steps: steps.map((step) => ({ ...step, sources: JSON.parse(step.sources) as CubeId[] })),
    };
  }

  undone(id: string, steps: readonly number[], at: string): void {
    for (const number of steps) this.#statements.undoStep.run(number, id);
    const row = this.#statements.record.get(id) as { record: string } | undefined;
    if (row === undefined) return;
    const record: ConsolidationRun = { ...JSON.parse(row.record), undoneAt: at };
    this.#statements.undoRun.run(JSON.stringify(record), id);
  }

  declined(tenant: string, proposals: readonly string[]): string[] {
    const rows = this.#statements.declined.all(JSON.stringify(proposals), tenant) as { proposal: string }[];
    return rows.map(({ proposal }) => proposal);
  }
}

/** The columns of a cube's head that the envelope is made of, under the names that the schema has for them. */
const HEAD = `c.id AS id, c.key AS key, c.tenant AS tenant, c.user AS user, c.agent AS agent, c.app AS app,
  c.session AS session, c.version AS version, c.provenance AS provenance, c.priority AS priority, c.heat AS heat,
  c.use_count AS useCount, c.last_used_at AS lastUsedAt, c.useful AS useful, c.wrong AS wrong, c.outdated AS outdated`;

function consolidableFrom({ content, vector, embedder, ...head }: Row): Consolidable {
  const row = { ...head, provenance: JSON.parse(head.provenance) } as Head;
  const version = {
    version: row.version,
    content: JSON.parse(content) as (typeof versions.$inferSelect)["content"],
  };
  return {
    key: row.key,
    cube: cubeFrom(row, version, null),
    vector: vector === null ? null : new Uint8Array(vector),
    embedder,
  };
}

/** What is known of a run while it is under way, and ever after when its process ends before it does. */
function interrupted(run: RunHead): ConsolidationRun {
  return {
    id: run.id,
    scope: run.scope,
    startedAt: run.startedAt,
    made: [],
    merged: 0,
    links: 0,
    skipped: [],
    llmCalls: 0,
    llmTokens: 0,
    milliseconds: 0,
    stoppedBy: "interrupted",
  };
}

function scopeKey(scope: Scope): string {
  return JSON.stringify(Object.values(scopeColumns(scope)));
}
