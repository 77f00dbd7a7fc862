import { type CubeId, MemosError, type Scope, scopeContains } from "../../../memcube/index.js";
import type { Label } from "../../governance/label.js";
import type { TrainingPoint } from "../../parametric/manifest.js";
import type {
  Adapter,
  AdapterFile,
  AdapterRequest,
  AdapterState,
  AttachedAdapter,
  Attachment,
  Audience,
  FinishedAdapter,
  NewAdapter,
} from "../adapterLedger.js";
import type { Connection } from "./connection.js";
import type { EventLog } from "./eventLog.js";
import { ownerOf, ownersAround, scopeFrom } from "./owner.js";

interface AdapterRow {
  readonly id: CubeId;
  readonly tenant: string;
  readonly owner: string;
  readonly state: AdapterState;
  readonly reason: string;
  readonly base: string;
  readonly request: string;
  readonly manifest: string | null;
  readonly manifest_sha256: string | null;
  readonly files: string | null;
  readonly audience: string;
  readonly until: number | null;
  readonly curve: string;
  readonly job: CubeId;
  readonly replaces: CubeId | null;
  readonly created_at: number;
  readonly changed_at: number;
  readonly last_used_at: number | null;
  readonly uses: number;
}

interface AttachmentRow {
  readonly tenant: string;
  readonly owner: string;
  readonly adapter: CubeId;
  readonly scale: number;
}

const NOBODY: Audience = { memories: 0, labels: [], users: [], agents: [], apps: [] };

/** What makes a source something else than what was learned, as a condition on `c` for the manifest entry `m`. */
const CHANGED = `(c.version IS NOT CAST(json_extract(m.value, '$.version') AS INTEGER) OR c.tenant IS NOT @tenant
  OR c.state NOT IN ('active', 'frozen') OR c.expires_at <= @now OR c.valid_to <= @now)`;

/**
 * Adapters, as plain prepared statements. Triggers of the schema make an adapter unusable in the transaction in which
 * one of its sources changes, whatever changes it.
 */
export class Adapters {
  readonly #events: EventLog;
  readonly #statements;

  constructor({ db }: Connection, events: EventLog) {
    this.#events = events;
    this.#statements = {
      insert: db.prepare(
        `INSERT INTO adapters (id, tenant, owner, state, reason, base, request, audience, curve, job, replaces,
           created_at, changed_at, uses)
         VALUES (@id, @tenant, @owner, 'training', '', @base, @request, @audience, '[]', @job, @replaces,
           @createdAt, @createdAt, 0)`,
      ),
      byId: db.prepare("SELECT * FROM adapters WHERE id = ? AND tenant = ?"),
      all: db.prepare("SELECT * FROM adapters WHERE tenant = ? AND owner = ? ORDER BY id"),
      changed: db.prepare(
        `SELECT 1 FROM json_each(@manifest) m LEFT JOIN cubes c ON c.id = json_extract(m.value, '$.cube')
         WHERE ${CHANGED} LIMIT 1`,
      ),
      learned: db.prepare(
        `SELECT DISTINCT c.type, c.sensitivity, c.visibility, c.user, c.agent, c.app
         FROM json_each(?) m JOIN cubes c ON c.id = json_extract(m.value, '$.cube')`,
      ),
      until: db.prepare(
        `SELECT min(at) AS until FROM (
           SELECT min(c.expires_at) AS at FROM json_each(@manifest) m
             JOIN cubes c ON c.id = json_extract(m.value, '$.cube')
           UNION ALL SELECT min(c.valid_to) FROM json_each(@manifest) m
             JOIN cubes c ON c.id = json_extract(m.value, '$.cube')
           UNION ALL SELECT min(f.valid_to) FROM json_each(@manifest) m
             JOIN cubes c ON c.id = json_extract(m.value, '$.cube') JOIN facts f ON f.cube = c.key
             WHERE f.retired_at IS NULL AND f.valid_to > @now) ends`,
      ),
      source: db.prepare(
        `INSERT INTO adapter_sources (cube, adapter)
         SELECT json_extract(value, '$.cube'), @id FROM json_each(@manifest) WHERE true ON CONFLICT DO NOTHING`,
      ),
      noSources: db.prepare("DELETE FROM adapter_sources WHERE adapter = ?"),
      curve: db.prepare("UPDATE adapters SET curve = @curve WHERE id = @id AND state = 'training'"),
      finish: db.prepare(
        `UPDATE adapters SET state = @state, reason = @reason, manifest = @manifest,
           manifest_sha256 = @manifestSha256, files = @files, audience = @audience, until = @until,
           curve = @curve, changed_at = @now WHERE id = @id`,
      ),
      end: db.prepare("UPDATE adapters SET state = @state, reason = @reason WHERE id = @id"),
      files: db.prepare("UPDATE adapters SET files = @files WHERE id = @id"),
      position: db.prepare(
        "SELECT coalesce(max(position), 0) + 1 AS next FROM attachments WHERE tenant = ? AND owner = ?",
      ),
      attach: db.prepare(
        `INSERT INTO attachments (tenant, owner, adapter, scale, position, attached_at)
         VALUES (@tenant, @owner, @adapter, @scale, @position, @now)
         ON CONFLICT (tenant, owner, adapter) DO UPDATE SET scale = excluded.scale`,
      ),
      detach: db.prepare("DELETE FROM attachments WHERE tenant = ? AND owner = ? AND adapter = ?"),
      makeRoom: db.prepare(
        `DELETE FROM attachments WHERE adapter = @id AND EXISTS (SELECT 1 FROM attachments b
           WHERE b.adapter = @before AND b.tenant = attachments.tenant AND b.owner = attachments.owner)`,
      ),
      takeOver: db.prepare("UPDATE attachments SET adapter = @id WHERE adapter = @before"),
      attachments: db.prepare("SELECT * FROM attachments WHERE adapter = ? AND tenant = ? ORDER BY owner"),
      attached: db.prepare(
        `SELECT a.id, a.tenant, a.owner, a.state, a.reason, a.base, a.files, a.audience, a.until,
           t.owner AS attached, t.scale
         FROM json_each(@owners) o JOIN attachments t ON t.tenant = @tenant AND t.owner = o.value
           JOIN adapters a ON a.id = t.adapter ORDER BY o.key, t.position, a.id`,
      ),
      known: db.prepare(
        `SELECT s.adapter, s.cube FROM json_each(@cubes) c CROSS JOIN adapter_sources s ON s.cube = c.value
           JOIN adapters a ON a.id = s.adapter
         WHERE s.adapter IN (SELECT value FROM json_each(@adapters)) AND a.tenant = @tenant`,
      ),
      used: db.prepare(
        `UPDATE adapters SET last_used_at = @at, uses = uses + 1
         WHERE id IN (SELECT value FROM json_each(@ids))`,
      ),
      folders: db.prepare(
        "SELECT * FROM adapters WHERE state IN ('training', 'failed', 'ready') ORDER BY id",
      ),
    };
  }

  /** False when a source is not at its version any more. */
  begin(adapter: NewAdapter): boolean {
    const { id, scope, base, request, job, replaces, createdAt } = adapter;
    const { tenant } = scope;
    const manifest = JSON.stringify(request.cubes);
    if (this.#statements.changed.get({ manifest, tenant, now: createdAt }) !== undefined) return false;
    this.#statements.insert.run({
      ...{
        id,
        tenant,
        owner: ownerOf(scope),
        base,
        request: JSON.stringify(request),
        job,
        replaces,
        createdAt,
      },
      audience: JSON.stringify(NOBODY),
    });
    this.#statements.source.run({ id, manifest });
    this.#happened("training", id, scope, createdAt);
    return true;
  }

  adapter(id: string, scope: Scope): Adapter {
    const row = this.#statements.byId.get(id, scope.tenant) as unknown as AdapterRow | undefined;
    if (row === undefined || !scopeContains(scope, scopeFrom(row.tenant, row.owner)))
      throw new MemosError("NOT_FOUND", `There is no adapter ${id} in this scope.`);
    return adapterFrom(row);
  }

  adapters(scope: Scope): Adapter[] {
    return (this.#statements.all.all(scope.tenant, ownerOf(scope)) as unknown as AdapterRow[]).map(
      adapterFrom,
    );
  }

  saveCurve(id: string, scope: Scope, curve: readonly TrainingPoint[]): boolean {
    this.adapter(id, scope);
    return this.#statements.curve.run({ id, curve: JSON.stringify(curve) }).changes > 0;
  }

  finish(id: string, scope: Scope, finished: FinishedAdapter, now: number): AdapterState {
    const { state, request, replaces, scope: owner } = this.adapter(id, scope);
    if (state !== "training") return state;
    const { tenant } = owner;
    const manifest = JSON.stringify(finished.manifest.cubes);
    if (this.#statements.changed.get({ manifest, tenant, now }) !== undefined) {
      const reason = "A memory that it learned changed while it was trained.";
      this.#statements.end.run({ id, state: "stale", reason });
      return "stale";
    }
    this.#statements.noSources.run(id);
    this.#statements.source.run({ id, manifest });
    this.#statements.finish.run({
      id,
      now,
      state: finished.state,
      reason: finished.reason,
      manifest: JSON.stringify(finished.manifest),
      manifestSha256: finished.manifestSha256,
      files: finished.files === null ? null : JSON.stringify(finished.files),
      audience: JSON.stringify(this.#audience(manifest, finished.manifest.cubes.length)),
      until: (this.#statements.until.get({ manifest, now }) as { until: number | null }).until,
      curve: JSON.stringify(finished.manifest.curve),
    });
    this.#happened(finished.state, id, owner, now);
    if (finished.state === "ready") {
      if (replaces !== null) {
        this.#statements.makeRoom.run({ id, before: replaces });
        this.#statements.takeOver.run({ id, before: replaces });
      }
      if (request.attach !== undefined)
        this.attach({ adapter: id, scope: owner, scale: request.attach }, now);
    }
    return finished.state;
  }

  #audience(manifest: string, memories: number): Audience {
    const rows = this.#statements.learned.all(manifest) as Record<
      "type" | "sensitivity" | "visibility" | "user" | "agent" | "app",
      string | null
    >[];
    const all = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))].sort();
    return {
      memories,
      labels: all(rows.map((row) => `${row.type}/${row.sensitivity}/${row.visibility}`)) as Label[],
      users: all(rows.map(({ user }) => user)),
      agents: all(rows.map(({ agent }) => agent)),
      apps: all(rows.map(({ app }) => app)),
    };
  }

  saveGguf(id: string, { tenant }: Scope, gguf: AdapterFile): void {
    const row = this.#statements.byId.get(id, tenant) as unknown as AdapterRow | undefined;
    if (row?.files === undefined || row.files === null) return;
    this.#statements.files.run({ id, files: JSON.stringify({ ...JSON.parse(row.files), gguf }) });
  }

  attach({ adapter, scope, scale }: Attachment, now: number): boolean {
    const { state } = this.adapter(adapter, { tenant: scope.tenant });
    if (state !== "ready") return false;
    const { tenant } = scope;
    const owner = ownerOf(scope);
    const { next } = this.#statements.position.get(tenant, owner) as { next: number };
    this.#statements.attach.run({ tenant, owner, adapter, scale, position: next, now });
    this.#happened("attached", adapter, scope, now);
    return true;
  }

  detach(id: string, scope: Scope, now: number): boolean {
    if (this.#statements.detach.run(scope.tenant, ownerOf(scope), id).changes === 0) return false;
    this.#happened("detached", id, scope, now);
    return true;
  }

  attachmentsOf(id: string, { tenant }: Scope): Attachment[] {
    return (this.#statements.attachments.all(id, tenant) as unknown as AttachmentRow[]).map(
      ({ owner, adapter, scale }) => ({ adapter, scale, scope: scopeFrom(tenant, owner) }),
    );
  }

  attached(scope: Scope): AttachedAdapter[] {
    const { tenant } = scope;
    const parts = (owner: string) => (JSON.parse(owner) as unknown[]).filter((part) => part !== null).length;
    const owners = ownersAround(scope).sort((a, b) => parts(a) - parts(b) || (a < b ? -1 : 1));
    const rows = this.#statements.attached.all({
      tenant,
      owners: JSON.stringify(owners),
    }) as unknown as (AdapterRow & { attached: string; scale: number })[];
    const nearest = new Map(rows.map((row) => [row.id, row]));
    return rows
      .filter((row) => nearest.get(row.id) === row)
      .map(({ id, owner, state, reason, base, files, audience, until, attached, scale }) => ({
        ...{ id, state, reason, base, until, scale },
        scope: scopeFrom(tenant, owner),
        files: files === null ? null : JSON.parse(files),
        audience: JSON.parse(audience),
        attached: scopeFrom(tenant, attached),
      }));
  }

  learned(adapters: readonly string[], cubes: readonly string[], { tenant }: Scope) {
    return this.#statements.known.all({
      tenant,
      adapters: JSON.stringify(adapters),
      cubes: JSON.stringify(cubes),
    }) as { adapter: CubeId; cube: CubeId }[];
  }

  used(ids: readonly string[], at: number): void {
    this.#statements.used.run({ ids: JSON.stringify(ids), at });
  }

  revoke(id: string, scope: Scope, reason: string): boolean {
    if (this.adapter(id, scope).state === "revoked") return false;
    this.#statements.end.run({ id, state: "revoked", reason });
    return true;
  }

  folders(): Pick<Adapter, "id" | "scope" | "state" | "base" | "files">[] {
    return (this.#statements.folders.all() as unknown as AdapterRow[])
      .map(adapterFrom)
      .map(({ id, scope, state, base, files }) => ({ id, scope, state, base, files }));
  }

  #happened(what: string, subject: string, scope: Scope, at: number): void {
    this.#events.append([{ kind: `adapter.${what}`, scope, subject, detail: {}, at }]);
  }
}

function adapterFrom(row: AdapterRow): Adapter {
  const { tenant, owner, request, manifest, files, audience, curve, ...same } = row;
  return {
    id: same.id,
    scope: scopeFrom(tenant, owner),
    state: same.state,
    reason: same.reason,
    base: same.base,
    request: JSON.parse(request) as AdapterRequest,
    manifest: manifest === null ? null : JSON.parse(manifest),
    manifestSha256: same.manifest_sha256,
    files: files === null ? null : JSON.parse(files),
    audience: JSON.parse(audience) as Audience,
    until: same.until,
    curve: JSON.parse(curve) as TrainingPoint[],
    job: same.job,
    replaces: same.replaces,
    createdAt: same.created_at,
    changedAt: same.changed_at,
    lastUsedAt: same.last_used_at,
    uses: same.uses,
  };
}
