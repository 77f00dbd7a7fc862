import type { Scope } from "../../../memcube/index.js";
import { fadedUses, usesPerDay } from "../../activation/blockUse.js";
import type { Activation, ActivationFile, SavedSet, StateTier } from "../activationLedger.js";
import type { Connection } from "./connection.js";
import { ownerOf, scopeFrom } from "./owner.js";

interface ActivationRow {
  readonly id: string;
  readonly tenant: string;
  readonly owner: string;
  readonly configuration: string;
  readonly fingerprint: string;
  readonly beginning: string;
  readonly manifest: string;
  readonly tokens: number;
  readonly prefix: string;
  readonly tier: StateTier;
  readonly codec: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly prefill_ms: number;
  readonly created_at: number;
  readonly last_used_at: number;
  readonly uses: number;
}

/**
 * What is compiled, as plain prepared statements. Triggers of the schema drop the row of a state in the transaction
 * in which one of its sources changes, whatever changes it.
 */
export class Activations {
  readonly #statements;

  constructor({ db }: Connection) {
    this.#statements = {
      sets: db.prepare("SELECT sets FROM block_sets WHERE tenant = ? AND owner = ?"),
      saveSets: db.prepare(
        `INSERT INTO block_sets (tenant, owner, sets) VALUES (?, ?, ?)
         ON CONFLICT (tenant, owner) DO UPDATE SET sets = excluded.sets`,
      ),
      uses: db.prepare("SELECT uses, used_at FROM block_sets WHERE tenant = ? AND owner = ?"),
      saveUses: db.prepare(
        `INSERT INTO block_sets (tenant, owner, uses, used_at) VALUES (@tenant, @owner, @uses, @at)
         ON CONFLICT (tenant, owner) DO UPDATE SET uses = excluded.uses, used_at = excluded.used_at`,
      ),
      wanted: db.prepare(
        `SELECT * FROM activations WHERE tenant = ? AND owner = ? AND configuration = ?
           AND beginning IN (SELECT value FROM json_each(?))`,
      ),
      all: db.prepare("SELECT * FROM activations WHERE tenant = ? AND owner = ? ORDER BY id"),
      changed: db.prepare(
        `SELECT 1 FROM json_each(@manifest) m LEFT JOIN cubes c ON c.id = json_extract(m.value, '$.cube')
         WHERE c.version IS NOT CAST(json_extract(m.value, '$.version') AS INTEGER) OR c.tenant IS NOT @tenant
           OR c.state NOT IN ('active', 'frozen') LIMIT 1`,
      ),
      unusable: db.prepare(
        `SELECT 1 FROM json_each(@fingerprint, '$.adapters') f WHERE NOT EXISTS (
           SELECT 1 FROM adapters a WHERE a.tenant = @tenant AND a.state = 'ready'
             AND json_extract(a.files, '$.gguf.sha256') = json_extract(f.value, '$.sha256')) LIMIT 1`,
      ),
      replace: db.prepare(
        "DELETE FROM activations WHERE tenant = ? AND owner = ? AND configuration = ? AND beginning = ?",
      ),
      insert: db.prepare(
        `INSERT INTO activations (id, tenant, owner, configuration, fingerprint, beginning, manifest, tokens,
           prefix, tier, codec, sha256, bytes, prefill_ms, created_at, last_used_at, uses)
         VALUES (@id, @tenant, @owner, @configuration, @fingerprint, @beginning, @manifest, @tokens,
           @prefix, @tier, @codec, @sha256, @bytes, @prefill_ms, @created_at, @last_used_at, @uses)`,
      ),
      source: db.prepare(
        `INSERT INTO activation_sources (cube, activation)
         SELECT json_extract(value, '$.cube'), @id FROM json_each(@manifest) WHERE true ON CONFLICT DO NOTHING`,
      ),
      move: db.prepare(
        "UPDATE activations SET tier = @tier, codec = @codec, sha256 = @sha256, bytes = @bytes WHERE id = @id",
      ),
      used: db.prepare("UPDATE activations SET last_used_at = @at, uses = uses + 1 WHERE id = @id"),
      drop: db.prepare("DELETE FROM activations WHERE id IN (SELECT value FROM json_each(?))"),
      files: db.prepare(
        "SELECT id, sha256, bytes, tier, tokens, uses, last_used_at AS lastUsedAt FROM activations",
      ),
      purges: db.prepare("SELECT value FROM meta WHERE name = 'purges'"),
    };
  }

  savedSets(scope: Scope): SavedSet[] {
    const row = this.#statements.sets.get(scope.tenant, ownerOf(scope)) as { sets: string } | undefined;
    return row === undefined ? [] : (JSON.parse(row.sets) as SavedSet[]);
  }

  saveSets(scope: Scope, sets: readonly SavedSet[]): void {
    this.#statements.saveSets.run(scope.tenant, ownerOf(scope), JSON.stringify(sets));
  }

  usedBlock(scope: Scope, at: number): number {
    const { tenant } = scope;
    const owner = ownerOf(scope);
    const uses = fadedUses(...this.#uses(scope, at)) + 1;
    this.#statements.saveUses.run({ tenant, owner, uses, at });
    return usesPerDay(uses);
  }

  usesOfBlock(scope: Scope, at: number): number {
    return usesPerDay(fadedUses(...this.#uses(scope, at)));
  }

  #uses(scope: Scope, at: number): [uses: number, usedAt: number, at: number] {
    const row = this.#statements.uses.get(scope.tenant, ownerOf(scope)) as
      | { uses: number; used_at: number }
      | undefined;
    return row === undefined ? [0, at, at] : [row.uses, row.used_at, at];
  }

  activationsFor(scope: Scope, configuration: string, beginnings: readonly string[]): Activation[] {
    const { tenant } = scope;
    const wanted = JSON.stringify(beginnings);
    return (
      this.#statements.wanted.all(tenant, ownerOf(scope), configuration, wanted) as unknown as ActivationRow[]
    ).map(activationFrom);
  }

  activations(scope: Scope): Activation[] {
    return (this.#statements.all.all(scope.tenant, ownerOf(scope)) as unknown as ActivationRow[]).map(
      activationFrom,
    );
  }

  saveActivation(activation: Activation): boolean {
    const row = rowFrom(activation);
    const { id, tenant, owner, configuration, fingerprint, beginning, manifest } = row;
    if (this.#statements.changed.get({ manifest, tenant }) !== undefined) return false;
    if (this.#statements.unusable.get({ fingerprint, tenant }) !== undefined) return false;
    this.#statements.replace.run(tenant, owner, configuration, beginning);
    this.#statements.insert.run(row);
    this.#statements.source.run({ id, manifest });
    return true;
  }

  moveActivation(id: string, file: Pick<Activation, "tier" | "codec" | "sha256" | "bytes">): boolean {
    return this.#statements.move.run({ id, ...file }).changes > 0;
  }

  usedActivation(id: string, at: number): void {
    this.#statements.used.run({ id, at });
  }

  dropActivations(ids: readonly string[]): void {
    this.#statements.drop.run(JSON.stringify(ids));
  }

  activationFiles(): ActivationFile[] {
    return this.#statements.files.all() as unknown as ActivationFile[];
  }

  purgedThrough(): number {
    const row = this.#statements.purges.get() as { value: string } | undefined;
    return Number(row?.value ?? 0);
  }
}

function rowFrom(activation: Activation): ActivationRow {
  const { scope, fingerprint, manifest, prefillMs, createdAt, lastUsedAt, ...same } = activation;
  return {
    ...same,
    tenant: scope.tenant,
    owner: ownerOf(scope),
    fingerprint: JSON.stringify(fingerprint),
    manifest: JSON.stringify(manifest),
    prefill_ms: prefillMs,
    created_at: createdAt,
    last_used_at: lastUsedAt,
  };
}

function activationFrom(row: ActivationRow): Activation {
  const { tenant, owner, fingerprint, manifest, prefill_ms, created_at, last_used_at, ...same } = row;
  return {
    ...same,
    scope: scopeFrom(tenant, owner),
    fingerprint: JSON.parse(fingerprint) as Activation["fingerprint"],
    manifest: JSON.parse(manifest) as Activation["manifest"],
    prefillMs: prefill_ms,
    createdAt: created_at,
    lastUsedAt: last_used_at,
  };
}
