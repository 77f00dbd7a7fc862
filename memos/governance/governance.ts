import {
  contentHash,
  cubeIdSchema,
  MemosError,
  newCubeId,
  type Scope,
  scopeSchema,
} from "../../memcube/index.js";
import { parse } from "../parse.js";
import type { KnownPrincipal } from "../store/governanceLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { Access, Permit } from "./access.js";
import { type Grant, type NewGrant, newGrantSchema, OWN_ACTIONS, ownSpace } from "./grant.js";
import {
  isOwner,
  OWNER,
  type Principal,
  principalSchema,
  samePrincipal,
  spelled,
  TENANT_ADMIN,
} from "./principal.js";
import { type Quota, type QuotaResult, quotaSchema } from "./quota.js";

const tenantSchema = scopeSchema.shape.tenant;

/**
 * Who may do what: principals, grants, quotas and policy of a tenant. Nothing is allowed without a grant, and
 * every change is in the audit in the transaction that makes it.
 */
export class Governance {
  readonly #ledger: Ledger;
  readonly #access: Access;
  readonly #now: () => string;

  /** `now`: an instant that is never before the last one. */
  constructor(ledger: Ledger, access: Access, now: () => string) {
    this.#ledger = ledger;
    this.#access = access;
    this.#now = now;
  }

  /**
   * Makes a principal known. A user or an agent is given a grant on its own memory, which can be revoked.
   *
   * @throws MemosError INVALID_INPUT for a name that is taken by the system, CONFLICT for one that is known,
   * FORBIDDEN.
   */
  async createPrincipal(principal: Principal): Promise<{ principal: Principal; grant?: Grant }> {
    const wanted = parse(principalSchema, principal);
    if (isOwner(wanted) || samePrincipal(wanted, TENANT_ADMIN))
      throw new MemosError("INVALID_INPUT", `${spelled(wanted)} is a name of the system's own.`, {
        path: "id",
      });
    const permit = await this.#access.authorize("createPrincipal", "administer", { tenant: wanted.tenant });
    const grant = ownGrant(wanted, this.#now());
    if (grant !== undefined) await this.#access.assertHolds("createPrincipal", [grant]);
    await this.#ledger.createPrincipal(
      wanted,
      grant,
      changeOf(permit, [spelled(wanted)], grant ?? { principal: wanted }),
    );
    return grant === undefined ? { principal: wanted } : { principal: wanted, grant };
  }

  /** The principals of a tenant. */
  async principals(tenant: string): Promise<KnownPrincipal[]> {
    const name = parse(tenantSchema, tenant);
    await this.#access.authorize("principals", "administer", { tenant: name });
    return this.#ledger.principals(name);
  }

  /**
   * Gives a principal a right. Who gives it must have it, for as long and on as much, and may not give it to
   * themselves; what they lose later, those they gave it to lose too.
   *
   * @throws MemosError INVALID_INPUT, NOT_FOUND for an unknown principal, QUOTA_EXCEEDED when it has too many,
   * FORBIDDEN, or CONFLICT when grants of the tenant changed meanwhile.
   */
  async grant(input: NewGrant): Promise<Grant> {
    const wanted = parse(newGrantSchema, input);
    const giver = this.#access.name;
    if (isOwner(wanted.principal))
      throw new MemosError("INVALID_INPUT", "Who opens the store needs no grant.", { path: "principal" });
    if (samePrincipal(giver, wanted.principal))
      throw new MemosError("INVALID_INPUT", "Nobody gives a grant to themselves.", { path: "principal" });
    const createdAt = this.#now();
    if (wanted.expiresAt !== undefined && wanted.expiresAt <= createdAt)
      throw new MemosError("INVALID_INPUT", "This grant would have expired already.", { path: "expiresAt" });
    const permit = await this.#access.authorize("grant", "share", wanted.space);
    await this.#access.assertHolds("grant", [wanted]);
    const grant: Grant = {
      ...wanted,
      actions: [...new Set(wanted.actions)],
      id: newCubeId(),
      grantedBy: giver,
      createdAt,
    };
    await this.#ledger.createGrant(grant, changeOf(permit, [grant.id], grant));
    return grant;
  }

  /** The grants on a scope and inside it, the oldest first, with those that have ended. */
  async grants(scope: Scope): Promise<Grant[]> {
    const within = parse(scopeSchema, scope);
    await this.#access.authorize("grants", "share", within);
    const grants = await this.#ledger.grants(within.tenant);
    return grants.filter(({ space }) =>
      Object.entries(within).every(([part, name]) => space[part as keyof Scope] === name),
    );
  }

  /**
   * Ends a grant at once, in every process, and with it those that its holder has given and may now not give
   * any more. Returns the ids of all of them.
   *
   * @throws MemosError NOT_FOUND, FORBIDDEN for one that neither was given by the caller nor is in a tenant
   * that the caller administers.
   */
  async revoke(id: string, tenant: string): Promise<{ revoked: string[] }> {
    const wanted = parse(cubeIdSchema, id);
    const name = parse(tenantSchema, tenant);
    const { principal } = this.#access;
    const known = await this.#ledger.grant(name, wanted);
    const mine =
      known !== undefined &&
      (principal === undefined || principal.tenant === name) &&
      samePrincipal(known.grantedBy, this.#access.name);
    const permit = mine
      ? await this.#access.authorize("revoke", "share", known.space)
      : await this.#access.authorize("revoke", "administer", { tenant: name });
    return { revoked: await this.#ledger.revokeGrant(name, wanted, changeOf(permit, [wanted], { wanted })) };
  }

  /** What a tenant may hold at most and what it holds. */
  async quota(tenant: string): Promise<QuotaResult> {
    const name = parse(tenantSchema, tenant);
    await this.#access.authorize("quota", "administer", { tenant: name });
    return this.#ledger.quota(name);
  }

  /**
   * Sets all limits of a tenant; what is not named is not limited any more. Nothing that is there is lost: a
   * tenant above a new limit only cannot grow.
   */
  async setQuota(tenant: string, quota: Quota): Promise<QuotaResult> {
    const name = parse(tenantSchema, tenant);
    const wanted = parse(quotaSchema, quota);
    const permit = await this.#access.authorize("setQuota", "administer", { tenant: name });
    await this.#ledger.setQuota(name, wanted, changeOf(permit, [], wanted));
    return this.#ledger.quota(name);
  }

  /** Whether reads by others than the owner are in the audit of a tenant; each then costs a commit. */
  async setAuditReads(tenant: string, auditReads: boolean): Promise<void> {
    const name = parse(tenantSchema, tenant);
    const permit = await this.#access.authorize("setAuditReads", "administer", { tenant: name });
    await this.#ledger.setAuditReads(name, auditReads === true, changeOf(permit, [], { auditReads }));
  }
}

/** What a new principal is given on its own memory. */
export function ownGrant(principal: Principal, createdAt: string): Grant | undefined {
  const space = ownSpace(principal);
  if (space === undefined) return undefined;
  return {
    id: newCubeId(),
    principal: { kind: principal.kind, id: principal.id },
    space,
    actions: [...OWN_ACTIONS],
    sensitivity: "secret",
    visibility: "all",
    reason: "own memory",
    grantedBy: OWNER,
    createdAt,
  };
}

/** A change of governance as the ledger takes it: with what the audit says of it. */
export function changeOf({ authorized, decidedOn }: Permit, targets: string[], details: object) {
  return { audit: { ...authorized, targets, details: contentHash(details) }, decidedOn };
}
