import type { CubeId, Scope } from "../../memcube/index.js";
import type { AuditEntry, AuditHead, AuditNote } from "../governance/auditEntry.js";
import type { Grant } from "../governance/grant.js";
import type { Labelled } from "../governance/label.js";
import type { Principal, PrincipalName } from "../governance/principal.js";
import type { Quota, Usage } from "../governance/quota.js";

/** Who does a write and what allowed it; the ledger adds what was written. */
export type Authorized = Omit<AuditNote, "targets" | "details">;

/** What decides about one principal. */
export interface Standing {
  /** Goes up with every change of a grant of the tenant. */
  readonly version: number;
  readonly grants: readonly Grant[];
}

/** What is asked at every operation of a principal. */
export interface StandingNow {
  /** Undefined when nothing has changed since the version that the caller knows. */
  readonly changed: Standing | undefined;
  readonly auditReads: boolean;
  /** Time of the last audit entry, in milliseconds: a clock that shows less has been set back. */
  readonly latest: number;
}

/** What grants look at in a cube. */
export interface CubeHead extends Labelled {
  readonly id: CubeId;
  readonly scope: Scope;
}

export interface KnownPrincipal {
  readonly principal: PrincipalName;
  readonly createdAt: string;
}

/** A change of governance: recorded in the audit with what it changes, in one transaction. */
export interface GovernanceChange {
  readonly audit: AuditNote;
  /** The version of the tenant's grants that the change was decided on; another one by now is a CONFLICT. */
  readonly decidedOn: number | undefined;
}

/** The ledger's part that holds principals, grants, quotas and the audit. */
export interface GovernanceLedger {
  /** The grants of a principal, unless they are still those of `known`. */
  standing(principal: Principal, known: number | undefined): Promise<StandingNow>;
  /** What grants look at in these cubes, as far as they are there. */
  heads(tenant: string, ids: readonly string[]): Promise<CubeHead[]>;

  /** @throws MemosError CONFLICT when there is one of that name. */
  createPrincipal(principal: Principal, own: Grant | undefined, change: GovernanceChange): Promise<void>;
  principals(tenant: string): Promise<KnownPrincipal[]>;
  /** @throws MemosError NOT_FOUND for an unknown principal, QUOTA_EXCEEDED when it has too many. */
  createGrant(grant: Grant, change: GovernanceChange): Promise<void>;
  grant(tenant: string, id: string): Promise<Grant | undefined>;
  /** Every grant of a tenant, the oldest first; revoked ones too. */
  grants(tenant: string): Promise<Grant[]>;
  /**
   * Revokes a grant, and those that its holder has given and may now not give any more, and so on.
   * Returns the ids of all of them.
   *
   * @throws MemosError NOT_FOUND, also when it is revoked already.
   */
  revokeGrant(tenant: string, id: string, change: GovernanceChange): Promise<string[]>;

  setQuota(tenant: string, quota: Quota, change: GovernanceChange): Promise<void>;
  quota(tenant: string): Promise<{ quota: Quota; usage: Usage }>;
  setAuditReads(tenant: string, auditReads: boolean, change: GovernanceChange): Promise<void>;

  /** Appends to the audit; durable when it resolves. */
  record(note: AuditNote): Promise<void>;
  /** Entries of a tenant after a sequence number, in order. */
  auditAfter(tenant: string, after: number, limit: number, filter: AuditFilter): Promise<AuditEntry[]>;
  auditHead(tenant: string): Promise<AuditHead | null>;
  /** Tenants that have an audit. */
  auditedTenants(): Promise<string[]>;
}

export interface AuditFilter {
  readonly principal?: PrincipalName | undefined;
  readonly operation?: string | undefined;
}
