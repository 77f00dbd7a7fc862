import { decide, type GrantIndex, indexGrants } from "./decision.js";
import type { Action, Grant } from "./grant.js";
import { includesAll, labelSet } from "./label.js";
import { isOwner, spelled } from "./principal.js";

/**
 * Whether a grant gives no more than what its giver may share: every action of it, on everything that it
 * covers, for as long as it lasts. Rights that end earlier do not count.
 */
export function holds(
  index: GrantIndex,
  grant: Pick<Grant, "space" | "actions" | "types" | "sensitivity" | "visibility" | "expiresAt">,
  now: number,
): boolean {
  const labels = labelSet(grant.types, grant.sensitivity, grant.visibility);
  const until =
    grant.expiresAt === undefined ? Number.POSITIVE_INFINITY : Math.max(now, Date.parse(grant.expiresAt));
  return [...new Set<Action>([...grant.actions, "share"])].every((action) => {
    // A right that is still there just before the end of the grant has been there all the while.
    const last = until === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : until - 1;
    const decision = decide(index, { action, scope: grant.space, now: Math.max(now, last) });
    return decision.allowed && includesAll(decision.labels, labels);
  });
}

/**
 * The grants that nobody has the right to have given, of some that are in force: a right reaches from the
 * owner through those who passed it on. Two who gave it to each other do not keep it alive.
 */
export function unsupported(grants: readonly Grant[], now: number): Grant[] {
  const waiting = new Set<Grant>();
  const held = new Map<string, Grant[]>();
  const keep = (grant: Grant) => {
    const holder = spelled(grant.principal);
    held.set(holder, [...(held.get(holder) ?? []), grant]);
  };
  for (const grant of grants)
    if (isOwner(grant.grantedBy)) keep(grant);
    else waiting.add(grant);
  for (let before = -1; waiting.size !== before; ) {
    before = waiting.size;
    const indexes = new Map([...held].map(([holder, theirs]) => [holder, indexGrants(theirs)]));
    for (const grant of waiting) {
      const giver = indexes.get(spelled(grant.grantedBy));
      if (giver === undefined || !holds(giver, grant, now)) continue;
      waiting.delete(grant);
      keep(grant);
    }
  }
  return [...waiting];
}
