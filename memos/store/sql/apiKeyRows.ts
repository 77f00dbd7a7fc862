import { and, eq, isNull } from "drizzle-orm";
import { MemosError } from "../../../memcube/index.js";
import type { Grant } from "../../governance/grant.js";
import type { GovernanceChange } from "../governanceLedger.js";
import type { ApiKey, NewApiKey } from "../ledger.js";
import type { Connection } from "./connection.js";
import type { GovernanceRows } from "./governanceRows.js";
import type { Quotas } from "./quotas.js";
import { apiKeys } from "./schema.js";

/** The API keys of every tenant. A change is recorded in the tenant's audit in the same transaction. */
export class ApiKeyRows {
  readonly #orm;
  readonly #governance: GovernanceRows;
  readonly #quotas: Quotas;

  constructor({ orm }: Connection, governance: GovernanceRows, quotas: Quotas) {
    this.#orm = orm;
    this.#governance = governance;
    this.#quotas = quotas;
  }

  methods() {
    return {
      createKey: (key: NewApiKey, own: Grant | undefined, change: GovernanceChange) =>
        this.#create(key, own, change),
      findKey: (hash: string) => this.#find(hash),
      listKeys: (tenant?: string) => this.#list(tenant),
      revokeKey: (id: string, tenant: string, change: GovernanceChange) => this.#revoke(id, tenant, change),
    };
  }

  #create({ principal, ...key }: NewApiKey, own: Grant | undefined, change: GovernanceChange): void {
    this.#governance.ensurePrincipal({ tenant: key.tenant, ...principal }, own);
    this.#orm
      .insert(apiKeys)
      .values({ ...key, kind: principal.kind, principal: principal.id, createdAt: Date.now() })
      .run();
    this.#quotas.assertWithin(key.tenant, ["apiKeys"]);
    this.#governance.changed(key.tenant, change);
  }

  #find(hash: string): ApiKey | undefined {
    const row = this.#orm.select().from(apiKeys).where(eq(apiKeys.hash, hash)).get();
    return row === undefined || row.revokedAt !== null ? undefined : keyFrom(row);
  }

  #list(tenant: string | undefined): ApiKey[] {
    return this.#orm
      .select()
      .from(apiKeys)
      .where(tenant === undefined ? undefined : eq(apiKeys.tenant, tenant))
      .orderBy(apiKeys.createdAt)
      .all()
      .map(keyFrom);
  }

  #revoke(id: string, tenant: string, change: GovernanceChange): void {
    const { changes } = this.#orm
      .update(apiKeys)
      .set({ revokedAt: Date.now() })
      .where(and(eq(apiKeys.id, id), eq(apiKeys.tenant, tenant), isNull(apiKeys.revokedAt)))
      .run();
    if (changes === 0) throw new MemosError("NOT_FOUND", `There is no valid API key ${id}.`);
    this.#governance.changed(tenant, change);
  }
}

function keyFrom(row: typeof apiKeys.$inferSelect): ApiKey {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    principal: { kind: row.kind, id: row.principal },
    readOnly: row.readOnly,
    createdAt: new Date(row.createdAt).toISOString(),
    ...(row.revokedAt === null ? {} : { revokedAt: new Date(row.revokedAt).toISOString() }),
  };
}
