import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { MemosError } from "../../../memcube/index.js";
import { unsupported } from "../../governance/delegation.js";
import { GOVERNANCE_LIMITS, type Grant } from "../../governance/grant.js";
import { type Principal, type PrincipalName, spelled } from "../../governance/principal.js";
import type { Quota } from "../../governance/quota.js";
import type { CubeHead, GovernanceChange, KnownPrincipal, StandingNow } from "../governanceLedger.js";
import type { AuditLog } from "./auditLog.js";
import type { Connection } from "./connection.js";
import { scopeOf } from "./cubeRows.js";
import { cubes, governance, grants, principals } from "./schema.js";

/** Principals, grants, quotas and policy of every tenant. A method that changes something records it too. */
export class GovernanceRows {
  readonly #connection: Connection;
  readonly #audit: AuditLog;
  readonly #policy;

  constructor(connection: Connection, audit: AuditLog) {
    this.#connection = connection;
    this.#audit = audit;
    this.#policy = connection.orm
      .select({ version: governance.version, auditReads: governance.auditReads })
      .from(governance)
      .where(eq(governance.tenant, sql.placeholder("tenant")))
      .prepare();
  }

  standing(principal: Principal, known: number | undefined): StandingNow {
    const { version, auditReads } = this.#policy.get({ tenant: principal.tenant }) ?? UNGOVERNED;
    const changed =
      version === known ? undefined : { version, grants: this.#liveGrants(principal.tenant, principal) };
    return { changed, auditReads, latest: this.#audit.latest(principal.tenant) };
  }

  heads(tenant: string, ids: readonly string[]): CubeHead[] {
    return this.#connection.orm
      .select()
      .from(cubes)
      .where(
        and(
          sql`${cubes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
          eq(cubes.tenant, tenant),
        ),
      )
      .all()
      .map((row) => ({
        id: row.id,
        scope: scopeOf(row),
        type: row.type,
        governance: { sensitivity: row.sensitivity, visibility: row.visibility },
      }));
  }

  createPrincipal({ tenant, kind, id }: Principal, own: Grant | undefined, change: GovernanceChange): void {
    const { changes } = this.#connection.orm
      .insert(principals)
      .values({ tenant, kind, id, createdAt: Date.now() })
      .onConflictDoNothing()
      .run();
    if (changes === 0)
      throw new MemosError("CONFLICT", `There is a principal ${spelled({ kind, id })} already.`);
    if (own !== undefined) this.#insertGrant(own);
    this.changed(tenant, change);
  }

  /** For a key: makes its principal, with the grant, if there is none of that name. */
  ensurePrincipal({ tenant, kind, id }: Principal, own: Grant | undefined): void {
    const { changes } = this.#connection.orm
      .insert(principals)
      .values({ tenant, kind, id, createdAt: Date.now() })
      .onConflictDoNothing()
      .run();
    if (changes > 0 && own !== undefined) this.#insertGrant(own);
  }

  principals(tenant: string): KnownPrincipal[] {
    return this.#connection.orm
      .select()
      .from(principals)
      .where(eq(principals.tenant, tenant))
      .orderBy(principals.kind, principals.id)
      .all()
      .map(({ kind, id, createdAt }) => ({
        principal: { kind, id },
        createdAt: new Date(createdAt).toISOString(),
      }));
  }

  createGrant(grant: Grant, change: GovernanceChange): void {
    const { tenant } = grant.space;
    const { kind, id } = grant.principal;
    const known = this.#connection.orm
      .select({ id: principals.id })
      .from(principals)
      .where(and(eq(principals.tenant, tenant), eq(principals.kind, kind), eq(principals.id, id)))
      .get();
    if (known === undefined)
      throw new MemosError("NOT_FOUND", `There is no principal ${spelled(grant.principal)}.`);
    const inForce = this.#connection.orm
      .select({ n: sql<number>`count(*)` })
      .from(grants)
      .where(
        and(
          eq(grants.tenant, tenant),
          eq(grants.kind, kind),
          eq(grants.principal, id),
          isNull(grants.revokedAt),
        ),
      )
      .get();
    if ((inForce?.n ?? 0) >= GOVERNANCE_LIMITS.grantsPerPrincipal)
      throw new MemosError(
        "QUOTA_EXCEEDED",
        `A principal has at most ${GOVERNANCE_LIMITS.grantsPerPrincipal} grants that are not revoked.`,
      );
    this.#insertGrant(grant);
    this.changed(tenant, change);
  }

  grant(tenant: string, id: string): Grant | undefined {
    const row = this.#connection.orm
      .select()
      .from(grants)
      .where(and(eq(grants.id, id), eq(grants.tenant, tenant)))
      .get();
    return row === undefined ? undefined : grantFrom(row);
  }

  grants(tenant: string): Grant[] {
    return this.#connection.orm
      .select()
      .from(grants)
      .where(eq(grants.tenant, tenant))
      .orderBy(asc(grants.number))
      .all()
      .map(grantFrom);
  }

  revokeGrant(tenant: string, id: string, change: GovernanceChange): string[] {
    const now = Date.now();
    const inForce = this.#liveGrants(tenant);
    const first = inForce.find((grant) => grant.id === id);
    if (first === undefined) throw new MemosError("NOT_FOUND", `There is no valid grant ${id}.`);
    const others = inForce.filter(
      (grant) => grant !== first && (grant.expiresAt === undefined || Date.parse(grant.expiresAt) > now),
    );
    const revoked = [first, ...unsupported(others, now)];
    const ids = revoked.map((grant) => grant.id);
    this.#connection.orm
      .update(grants)
      .set({ revokedAt: now })
      .where(sql`${grants.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .run();
    this.changed(tenant, { ...change, audit: { ...change.audit, targets: ids } });
    return ids;
  }

  setQuota(tenant: string, quota: Quota, change: GovernanceChange): void {
    this.changed(tenant, change);
    this.#connection.orm
      .update(governance)
      .set({
        cubes: quota.cubes ?? null,
        textBytes: quota.textBytes ?? null,
        apiKeys: quota.apiKeys ?? null,
      })
      .where(eq(governance.tenant, tenant))
      .run();
  }

  setAuditReads(tenant: string, auditReads: boolean, change: GovernanceChange): void {
    this.changed(tenant, change);
    this.#connection.orm.update(governance).set({ auditReads }).where(eq(governance.tenant, tenant)).run();
  }

  /** Records a change of a tenant's governance, so that every process reads its grants again. */
  changed(tenant: string, { audit, decidedOn }: GovernanceChange): void {
    const { version } = this.#policy.get({ tenant }) ?? UNGOVERNED;
    // A right that was revoked between a decision and its change must not count.
    if (decidedOn !== undefined && decidedOn !== version)
      throw new MemosError("CONFLICT", "The grants of this tenant have changed meanwhile.");
    this.#connection.orm
      .insert(governance)
      .values({ tenant, version: 1, auditReads: false })
      .onConflictDoUpdate({ target: governance.tenant, set: { version: sql`${governance.version} + 1` } })
      .run();
    this.#audit.append(audit);
  }

  #insertGrant(grant: Grant): void {
    const { tenant } = grant.space;
    const { kind, id: principal } = grant.principal;
    this.#connection.orm
      .insert(grants)
      .values({ id: grant.id, tenant, kind, principal, granted: grant })
      .run();
  }

  #liveGrants(tenant: string, principal?: PrincipalName): Grant[] {
    return this.#connection.orm
      .select()
      .from(grants)
      .where(
        and(
          eq(grants.tenant, tenant),
          principal === undefined
            ? undefined
            : and(eq(grants.kind, principal.kind), eq(grants.principal, principal.id)),
          isNull(grants.revokedAt),
        ),
      )
      .orderBy(asc(grants.number))
      .all()
      .map(grantFrom);
  }
}

const UNGOVERNED = { version: 0, auditReads: false };

function grantFrom({ granted, revokedAt }: typeof grants.$inferSelect): Grant {
  return revokedAt === null ? granted : { ...granted, revokedAt: new Date(revokedAt).toISOString() };
}
