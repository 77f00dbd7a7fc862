import { LRUCache } from "lru-cache";
import { type MemCube, MemosError, type Scope } from "../../memcube/index.js";
import { idempotencyKeySchema, OwnKey } from "../once.js";
import { parse } from "../parse.js";
import type { Authorized } from "../store/governanceLedger.js";
import type { Ledger, Permitted } from "../store/ledger.js";
import { type Decision, decide, type GrantIndex, indexGrants } from "./decision.js";
import { holds } from "./delegation.js";
import type { Action, Grant } from "./grant.js";
import { type Labelled, labelOf, labelsIn } from "./label.js";
import { OWNER, type Principal, type PrincipalName, spelled } from "./principal.js";

/** What was decided about one operation. Every read and write of the ledger takes its `labels`. */
export interface Permit {
  /** The cubes of the scope that may be touched; every one when undefined. */
  readonly labels: Permitted;
  /** What a write tells the audit. */
  readonly authorized: Authorized;
  /** The version of the tenant's grants that it was decided on; undefined for the owner. */
  readonly decidedOn: number | undefined;
}

/** Decides about an operation of one principal; what is not permitted is recorded and thrown as FORBIDDEN. */
export type Authorize = (operation: string, action: Action, scope: Scope) => Promise<Permit>;

/** A cube that another one names, and where in the input. */
export interface Pointer {
  readonly id: string;
  readonly path: string;
}

interface Standing {
  readonly version: number;
  readonly index: GrantIndex;
  readonly auditReads: boolean;
  readonly now: number;
}

/** Principals whose grants are kept in memory; each use asks the ledger whether they are still the same. */
const REMEMBERED_PRINCIPALS = 1_000;

/** Ids of grants that an audit entry names as its reason. */
const NAMED_GRANTS = 3;

/** The grants of principals, shared by everybody who works with one store. */
export class GrantCache {
  readonly #known = new LRUCache<string, { version: number; index: GrantIndex }>({
    max: REMEMBERED_PRINCIPALS,
  });
  readonly #ledger: Ledger;
  readonly #clock: () => number;

  /** `clock`: milliseconds since the epoch, never less than before. */
  constructor(ledger: Ledger, clock: () => number) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  async of(principal: Principal): Promise<Standing> {
    const key = `${principal.tenant}\n${spelled(principal)}`;
    const known = this.#known.get(key);
    const { changed, auditReads, latest } = await this.#ledger.standing(principal, known?.version);
    // With a clock that was set back, what has expired before the last audit entry stays expired.
    const now = Math.max(this.#clock(), latest);
    if (changed === undefined && known !== undefined) return { ...known, auditReads, now };
    const { version = 0, grants = [] } = changed ?? {};
    const read = { version, index: indexGrants(grants) };
    this.#known.set(key, read);
    return { ...read, auditReads, now };
  }
}

/** On whose behalf one `MemOS` works: every public method of it and of its facets asks here first. */
export class Access {
  /** Undefined for the owner, who opened the store. */
  readonly principal: Principal | undefined;
  readonly #ledger: Ledger;
  readonly #grants: GrantCache;
  readonly #readOnly: boolean;
  readonly #records: boolean;

  /** `readOnly` refuses everything but reads; `records`: the ledger can be written, so that denials are kept. */
  constructor(
    ledger: Ledger,
    grants: GrantCache,
    caller: { principal?: Principal; readOnly?: boolean; records: boolean },
  ) {
    this.#ledger = ledger;
    this.#grants = grants;
    this.principal = caller.principal;
    this.#readOnly = caller.readOnly ?? false;
    this.#records = caller.records;
  }

  get name(): PrincipalName {
    if (this.principal === undefined) return OWNER;
    const { kind, id } = this.principal;
    return { kind, id };
  }

  /** Principals do not meet in their idempotency keys. No name has a line break. */
  ownKey(key: string | OwnKey): OwnKey {
    if (key instanceof OwnKey) return key;
    const given = parse(idempotencyKeySchema, key);
    return new OwnKey(this.principal === undefined ? given : `${spelled(this.principal)}\n${given}`);
  }

  /** @throws MemosError FORBIDDEN, after the denial is in the audit. */
  readonly authorize: Authorize = async (operation, action, scope) => {
    if (this.principal === undefined) return ownersPermit(operation, action, scope);
    const standing = await this.#grants.of(this.principal);
    const decision = this.#decide(standing, action, scope);
    if (!decision.allowed) throw await this.denied({ operation, action, scope }, decision.reason);
    const authorized = this.#authorized({ operation, action, scope }, "allowed", reasonOf(decision.grants));
    if (action === "read" && standing.auditReads && this.#records)
      await this.#ledger.record({ ...authorized, targets: [], details: null });
    return { labels: labelsIn(decision.labels), authorized, decidedOn: standing.version };
  };

  /**
   * For operations on whole memories: every cube of the scope must be permitted. What is more than a read is in
   * the audit when this resolves.
   *
   * @throws MemosError FORBIDDEN.
   */
  async authorizeAll(operation: string, action: Action, scope: Scope): Promise<void> {
    const { labels, authorized } = await this.authorize(operation, action, scope);
    if (labels !== undefined)
      throw await this.denied({ operation, action, scope }, "no grant covers every memory here");
    if (action !== "read" && this.#records)
      await this.#ledger.record({ ...authorized, targets: [], details: null });
  }

  /** For operations on the whole store, which no grant of a tenant covers. */
  async authorizeOwner(operation: string): Promise<void> {
    if (this.principal === undefined) return;
    const { tenant } = this.principal;
    throw await this.denied(
      { operation, action: "administer", scope: { tenant } },
      "only who opened the store may do this",
    );
  }

  /** Whether an action would be permitted on everything in a scope. Records nothing. */
  async may(action: Action, scope: Scope): Promise<boolean> {
    if (this.principal === undefined) return true;
    return this.#decide(await this.#grants.of(this.principal), action, scope).allowed;
  }

  /** The labels on which an action would be permitted in a scope; null for none. Records nothing. */
  async labels(action: Action, scope: Scope): Promise<Permitted | null> {
    if (this.principal === undefined) return undefined;
    const decision = this.#decide(await this.#grants.of(this.principal), action, scope);
    return decision.allowed ? labelsIn(decision.labels) : null;
  }

  /**
   * Decides about cubes that are to be written: each by its own scope, type, sensitivity and visibility.
   *
   * @throws MemosError FORBIDDEN when one of them is not covered.
   */
  async authorizeCubes(operation: string, scope: Scope, cubes: readonly MemCube[]): Promise<Permit> {
    const permit = await this.authorize(operation, "write", scope);
    if (this.principal === undefined) return permit;
    const standing = await this.#grants.of(this.principal);
    const byScope = new Map<string, Permitted | null>();
    for (const cube of cubes) {
      const key = JSON.stringify(cube.scope, ["tenant", "user", "agent", "app", "session"]);
      if (!byScope.has(key)) {
        const decision = this.#decide(standing, "write", cube.scope);
        byScope.set(key, decision.allowed ? labelsIn(decision.labels) : null);
      }
      const labels = byScope.get(key);
      if (labels === null || !covers(labels, cube))
        throw await this.denied({ operation, action: "write", scope: cube.scope }, uncovered(cube));
    }
    return permit;
  }

  /**
   * A cube may only point at cubes that its writer may read: the others are not there.
   *
   * @throws MemosError INVALID_INPUT, as for a cube that does not exist.
   */
  async assertReadable(tenant: string, pointers: readonly Pointer[]): Promise<void> {
    if (this.principal === undefined || pointers.length === 0) return;
    const readable = await this.readable(
      tenant,
      pointers.map(({ id }) => id),
    );
    const hidden = pointers.find(({ id }) => !readable.has(id));
    if (hidden === undefined) return;
    const { id, path } = hidden;
    throw new MemosError("INVALID_INPUT", `There is no cube ${id} that may be named here.`, { path });
  }

  /** Which of these cubes may be read. */
  async readable(tenant: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.principal === undefined) return new Set(ids);
    const standing = await this.#grants.of(this.principal);
    const heads = await this.#ledger.heads(tenant, ids);
    return new Set(
      heads
        .filter((head) => {
          const decision = this.#decide(standing, "read", head.scope);
          return decision.allowed && covers(labelsIn(decision.labels), head);
        })
        .map(({ id }) => id),
    );
  }

  /**
   * What somebody gives, as a grant or with a key, they must have and be allowed to share.
   *
   * @throws MemosError FORBIDDEN.
   */
  async assertHolds(
    operation: string,
    grants: readonly Pick<
      Grant,
      "space" | "actions" | "types" | "sensitivity" | "visibility" | "expiresAt"
    >[],
  ): Promise<void> {
    if (this.principal === undefined) return;
    const { index, now } = await this.#grants.of(this.principal);
    for (const grant of grants)
      if (!holds(index, grant, now))
        throw await this.denied(
          { operation, action: "share", scope: grant.space },
          "nobody gives more than they have and may share",
        );
  }

  /** Records a denial, and makes the error that tells of it. */
  async denied(
    wanted: { operation: string; action: Action; scope: Scope },
    reason: string,
  ): Promise<MemosError> {
    const authorized = this.#authorized(wanted, "denied", reason);
    if (this.#records) await this.#ledger.record({ ...authorized, targets: [], details: null });
    return new MemosError("FORBIDDEN", `${spelled(this.name)} may not do this: ${reason}.`);
  }

  #decide(standing: Standing, action: Action, scope: Scope): Decision {
    if (this.#readOnly && action !== "read") return { allowed: false, reason: "this key only reads" };
    return decide(standing.index, { action, scope, now: standing.now });
  }

  #authorized(
    { operation, action, scope }: { operation: string; action: Action; scope: Scope },
    decision: Authorized["decision"],
    reason: string,
  ): Authorized {
    const tenant = this.principal?.tenant ?? scope.tenant;
    return { tenant, principal: this.name, action, operation, decision, reason, scope };
  }
}

/** Whether a cube, as it is or would be, is one of those permitted. */
export function covers(labels: Permitted, cube: Labelled): boolean {
  return labels === undefined || labels.includes(labelOf(cube));
}

export function uncovered({ type, governance }: Labelled): string {
  const { visibility, sensitivity } = governance;
  return `no grant covers ${visibility} ${sensitivity} memories of type ${type} here`;
}

/** What the one who opened the store may do: everything. */
export function ownersPermit(operation: string, action: Action, scope: Scope): Permit {
  const { tenant } = scope;
  return {
    labels: undefined,
    authorized: { tenant, principal: OWNER, action, operation, decision: "allowed", reason: "owner", scope },
    decidedOn: undefined,
  };
}

function reasonOf(grants: readonly string[]): string {
  const named = grants.slice(0, NAMED_GRANTS).join(", ");
  return grants.length > NAMED_GRANTS
    ? `grants ${named} and ${grants.length - NAMED_GRANTS} more`
    : `grant ${named}`;
}
