import { MemosError, type Scope } from "../../memcube/index.js";
import { spelled } from "../../memos/governance/principal.js";
import type { MemOS, Principal } from "../../memos/index.js";

/** What the session of a hand-over begins with. */
const HAND_OVER = "hand-over ";

/** What is an agent's own. */
export function spaceOf(tenant: string, agent: string): Scope {
  return { tenant, agent };
}

/** What a team has in common. */
export function teamSpace(tenant: string, team: string): Scope {
  return { tenant, app: team };
}

/** Where the copies of one hand-over are: in the space of the agent who hands over, and nothing else is there. */
export function handOverSpace(tenant: string, from: string, id: string): Scope {
  return { ...spaceOf(tenant, from), session: `${HAND_OVER}${id}` };
}

/** The id of the hand-over whose space this is. */
export function handOverIn({ agent, session }: Scope): string | undefined {
  return agent !== undefined && session?.startsWith(HAND_OVER) === true
    ? session.slice(HAND_OVER.length)
    : undefined;
}

/**
 * The memory as an agent may use it: given by the one who opened the store, or the agent's own. Nobody else acts
 * for an agent, whatever they may read themselves: they would hand over what the agent may not see.
 *
 * @throws MemosError FORBIDDEN.
 */
export function actingAs(memos: MemOS, agent: Principal): MemOS {
  const { principal } = memos;
  if (principal === undefined) return memos.as(agent);
  if (spelled(principal) === spelled(agent) && principal.tenant === agent.tenant) return memos;
  throw new MemosError(
    "FORBIDDEN",
    `Only ${spelled(agent)} itself, or who opened the store, may do this for it.`,
  );
}
