import { SCOPE_PARTS, type Scope } from "../../memcube/index.js";
import { ACTIONS, type Action, type Grant } from "./grant.js";
import { type LabelSet, labelSet, NO_LABELS } from "./label.js";

/** A grant as it is compared: actions as bits, the labels that it covers, when it ends. */
interface Right {
  readonly id: string;
  readonly actions: number;
  readonly labels: LabelSet;
  readonly expiresAt: number;
}

/**
 * The grants of one principal by their space, so that a decision looks only at the spaces that contain its
 * scope: of a scope with four parts beside the tenant those are sixteen, however many grants there are.
 */
export type GrantIndex = ReadonlyMap<string, readonly Right[]>;

export interface Question {
  readonly action: Action;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Decision =
  | {
      readonly allowed: true;
      /** What of the scope is covered, by all grants together. */
      readonly labels: LabelSet;
      /** Ids of the grants that say so. */
      readonly grants: readonly string[];
    }
  | { readonly allowed: false; readonly reason: string };

export function indexGrants(grants: Iterable<Grant>): GrantIndex {
  const bySpace = new Map<string, Right[]>();
  for (const grant of grants) {
    if (grant.revokedAt !== undefined) continue;
    const key = spaceKey(grant.space, ALL_PARTS);
    const right = {
      id: grant.id,
      actions: bitsOf(grant.actions),
      labels: labelSet(grant.types, grant.sensitivity, grant.visibility),
      expiresAt: grant.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(grant.expiresAt),
    };
    const known = bySpace.get(key);
    if (known === undefined) bySpace.set(key, [right]);
    else known.push(right);
  }
  return bySpace;
}

/**
 * THE decision: whether the principal whose grants these are may do this, and to which cubes. A grant counts
 * when its space contains the scope, it names the action, and it has not expired; what no grant covers is
 * denied. A pure function.
 */
export function decide(index: GrantIndex, { action, scope, now }: Question): Decision {
  const wanted = 1 << ACTIONS.indexOf(action);
  const grants: string[] = [];
  let { shared, private: hidden } = NO_LABELS;
  let expired = false;
  for (const key of containingSpaces(scope))
    for (const right of index.get(key) ?? NO_RIGHTS) {
      if ((right.actions & wanted) === 0) continue;
      if (right.expiresAt <= now) {
        expired = true;
        continue;
      }
      grants.push(right.id);
      shared |= right.labels.shared;
      hidden |= right.labels.private;
    }
  if (grants.length > 0) return { allowed: true, labels: { shared, private: hidden }, grants };
  return {
    allowed: false,
    reason: expired ? `the grant to ${action} here has expired` : `no grant to ${action} here`,
  };
}

const NO_RIGHTS: readonly Right[] = [];

function bitsOf(actions: readonly Action[]): number {
  return actions.reduce((bits, action) => bits | (1 << ACTIONS.indexOf(action)), 0);
}

const INNER_PARTS = SCOPE_PARTS.filter((part) => part !== "tenant");
const ALL_PARTS = 2 ** INNER_PARTS.length - 1;

/** Names have no line breaks, so that different spaces have different keys. `mask` says which parts count. */
function spaceKey(scope: Scope, mask: number): string {
  let key = scope.tenant;
  for (let at = 0; at < INNER_PARTS.length; at++)
    key += `\n${(mask & (1 << at)) === 0 ? "" : (scope[INNER_PARTS[at] as (typeof INNER_PARTS)[number]] ?? "")}`;
  return key;
}

/** The keys of every space that contains a scope: every choice of the parts that the scope names. */
function* containingSpaces(scope: Scope): Generator<string> {
  let named = 0;
  for (const [at, part] of INNER_PARTS.entries()) if (scope[part] !== undefined) named |= 1 << at;
  // Counts down through the subsets of the bits of `named`.
  for (let mask = named; ; mask = (mask - 1) & named) {
    yield spaceKey(scope, mask);
    if (mask === 0) return;
  }
}
