import { isMemosError, MemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import type { Grant, MemOS } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { handedIn } from "./handOver.js";
import { SHARING_LIMITS } from "./limits.js";
import { agentName, type EndedHandOver, type HandOvers } from "./operations.js";
import { actingAs, handOverIn, handOverSpace, spaceOf } from "./spaces.js";

/** What an agent has handed over, the latest first, with what became of it. */
export async function handOvers(memos: MemOS, tenant: string, agent: string): Promise<HandOvers> {
  const own = spaceOf(parse(scopeSchema.shape.tenant, tenant), parse(agentName, agent));
  const view = actingAs(memos, { tenant, kind: "agent", id: agent });
  const now = new Date().toISOString();
  const seen = new Set<string>();
  const list: HandOvers["handOvers"] = [];
  for (const grant of (await view.governance.grants(own)).reverse()) {
    const id = handOverIn(grant.space);
    if (id === undefined || seen.has(id) || list.length === SHARING_LIMITS.listed) continue;
    seen.add(id);
    const memories = (await handedIn(view, grant.space)).length;
    list.push({
      id,
      from: agent,
      to: grant.principal.id,
      space: grant.space,
      at: grant.createdAt,
      expiresAt: grant.expiresAt ?? now,
      state: stateOf(grant, memories, now),
      memories,
    });
  }
  return { handOvers: list };
}

/**
 * Ends a hand-over: by whom it was handed from, its right to read ends at once, then the copies are forgotten; by
 * whom it was handed to, it is given back, which forgets the copies. The originals stay as they are.
 *
 * @throws MemosError FORBIDDEN for anybody else, NOT_FOUND for one that is not there.
 */
export async function endHandOver(
  memos: MemOS,
  { tenant, from, id }: { readonly tenant: string; readonly from: string; readonly id: string },
): Promise<EndedHandOver> {
  const space = parse(scopeSchema, handOverSpace(tenant, from, id));
  const { principal } = memos;
  const givesBack = principal !== undefined && principal.id !== from;
  const revoked: string[] = [];
  if (!givesBack) {
    const view = actingAs(memos, { tenant, kind: "agent", id: from });
    const grants = await view.governance.grants(space);
    if (grants.length === 0)
      throw new MemosError("NOT_FOUND", `Agent ${from} has no hand-over ${id}.`, { path: "id" });
    for (const grant of grants)
      if (grant.revokedAt === undefined)
        revoked.push(...(await view.governance.revoke(grant.id, tenant)).revoked);
    return { id, revoked, forgotten: await forgetAll(view, space, "the hand-over was ended") };
  }
  const forgotten = await forgetAll(memos, space, "given back");
  if (forgotten === 0)
    throw new MemosError("NOT_FOUND", `There is nothing of a hand-over ${id} of agent ${from} here.`, {
      path: "id",
    });
  return { id, revoked, forgotten };
}

async function forgetAll(view: MemOS, space: Scope, cause: string): Promise<number> {
  let forgotten = 0;
  const { cubes } = await view.list(space, { limit: SHARING_LIMITS.handedOver });
  for (const { id } of cubes)
    try {
      await view.forget(id, space, { cause });
      forgotten++;
    } catch (error) {
      // Somebody else was faster.
      if (!isMemosError(error, "NOT_FOUND")) throw error;
    }
  return forgotten;
}

function stateOf({ revokedAt, expiresAt }: Grant, memories: number, now: string) {
  if (revokedAt !== undefined) return "ended" as const;
  if (expiresAt !== undefined && expiresAt <= now) return "expired" as const;
  return memories === 0 ? ("given back" as const) : ("open" as const);
}
