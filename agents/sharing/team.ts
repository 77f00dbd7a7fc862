import type * as z from "zod";
import { isMemosError, type Scope } from "../../memcube/index.js";
import type { Grant } from "../../memos/governance/grant.js";
import { type PrincipalName, principalNameSchema, samePrincipal } from "../../memos/governance/principal.js";
import type { Action, MemOS } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { type JoinOptions, joinOptionsSchema, type Member, type TeamName, teamSchema } from "./operations.js";
import { spaceOf, teamSpace } from "./spaces.js";

const MAY: Readonly<Record<"read" | "write", readonly Action[]>> = {
  read: ["read"],
  write: ["read", "write", "change"],
};

/**
 * Agents with a space in common beside their own. A team is nothing but grants on `{ tenant, app: NAME }`: what
 * `memos.governance` gives, lists and revokes is all that counts, and ends at once in every process.
 *
 * @example
 * const crew = team(memos, { tenant: "acme", name: "launch" });
 * await crew.join("planner", { may: "write" });
 * await crew.join("writer");
 * await memos.as({ tenant: "acme", kind: "agent", id: "writer" }).recall("When is the launch?", crew.space);
 */
export function team(memos: MemOS, wanted: TeamName): Team {
  return new Team(memos, parse(teamSchema, wanted));
}

export class Team {
  /** What the members have in common: they write here with `governance: { visibility: "shared" }`. */
  readonly space: Scope;
  readonly #memos: MemOS;

  constructor(memos: MemOS, { tenant, name }: z.output<typeof teamSchema>) {
    this.#memos = memos;
    this.space = teamSpace(tenant, name);
  }

  /**
   * Lets an agent in. One that is not known is made known, with a space of its own which it may read, write, change,
   * forget and hand over from. One that is in already gets these rights in the place of what it had.
   *
   * @throws MemosError INVALID_INPUT, or FORBIDDEN for who may not administer the tenant or share the space.
   */
  async join(agent: string, options: JoinOptions = {}): Promise<Member> {
    const { may, expiresAt, reason } = parse(joinOptionsSchema, options);
    const principal = parse(principalNameSchema, { kind: "agent", id: agent });
    const { governance } = this.#memos;
    await this.#known(principal);
    const before = await this.#grantsOf(principal);
    const actions = [...MAY[may]];
    const same = before.find(
      (grant) =>
        grant.visibility === "shared" &&
        grant.expiresAt === expiresAt &&
        [...grant.actions].sort().join() === [...actions].sort().join(),
    );
    // The new right comes first: an agent that changes its role is not locked out in between.
    const grant =
      same ??
      (await governance.grant({
        principal,
        space: this.space,
        actions,
        ...(expiresAt === undefined ? {} : { expiresAt }),
        reason,
      }));
    await this.#revoke(before.filter(({ id }) => id !== grant.id));
    return memberOf([grant]);
  }

  /** Ends every right of an agent in the shared space, at once and in every process. What it wrote stays. */
  async leave(agent: string): Promise<{ revoked: string[] }> {
    const principal = parse(principalNameSchema, { kind: "agent", id: agent });
    return { revoked: await this.#revoke(await this.#grantsOf(principal)) };
  }

  /** Who may do what in the shared space now. */
  async members(): Promise<Member[]> {
    const byName = new Map<string, Grant[]>();
    for (const grant of await this.#grants()) {
      const name = `${grant.principal.kind}:${grant.principal.id}`;
      byName.set(name, [...(byName.get(name) ?? []), grant]);
    }
    return [...byName.values()].map(memberOf);
  }

  async #known(principal: PrincipalName): Promise<void> {
    const { tenant } = this.space;
    const { governance } = this.#memos;
    try {
      await governance.createPrincipal({ tenant, ...principal });
    } catch (error) {
      if (!isMemosError(error, "CONFLICT")) throw error;
    }
    const own = spaceOf(tenant, principal.id);
    const grants = await governance.grants(own);
    const hands = grants.some(
      (grant) =>
        samePrincipal(grant.principal, principal) &&
        isSame(grant.space, own) &&
        grant.revokedAt === undefined &&
        grant.actions.includes("share"),
    );
    if (!hands)
      await governance.grant({
        principal,
        space: own,
        actions: ["share"],
        visibility: "all",
        reason: "hands over from its own memory",
      });
  }

  async #grants(): Promise<Grant[]> {
    const now = new Date().toISOString();
    const grants = await this.#memos.governance.grants(this.space);
    return grants.filter(
      ({ space, revokedAt, expiresAt }) =>
        isSame(space, this.space) && revokedAt === undefined && (expiresAt === undefined || expiresAt > now),
    );
  }

  async #grantsOf(principal: PrincipalName): Promise<Grant[]> {
    return (await this.#grants()).filter((grant) => samePrincipal(grant.principal, principal));
  }

  async #revoke(grants: readonly Grant[]): Promise<string[]> {
    const revoked: string[] = [];
    for (const { id } of grants)
      revoked.push(...(await this.#memos.governance.revoke(id, this.space.tenant)).revoked);
    return revoked;
  }
}

function isSame(one: Scope, other: Scope): boolean {
  return (["tenant", "user", "agent", "app", "session"] as const).every((part) => one[part] === other[part]);
}

function memberOf(grants: readonly Grant[]): Member {
  const [first] = grants as [Grant];
  return {
    principal: first.principal,
    actions: [...new Set(grants.flatMap(({ actions }) => actions))],
    grants: [...grants],
  };
}
