import * as z from "zod";
import { LIMITS } from "./limits.js";
import { nameText } from "./text.js";

const part = nameText(LIMITS.nameCharacters);

/**
 * Whose memory. The tenant is a partition: nothing is ever read or written without one. The other parts
 * narrow a read to the cubes that carry exactly the same value, and are stamped on what is written.
 */
export const scopeSchema = z
  .strictObject({
    tenant: part,
    user: part.optional(),
    agent: part.optional(),
    app: part.optional(),
    session: part.optional(),
  })
  .meta({ id: "Scope", description: "Whose memory: tenant, and optionally user, agent, app and session." });

export type Scope = z.infer<typeof scopeSchema>;

export const SCOPE_PARTS = ["tenant", "user", "agent", "app", "session"] as const;

/** Whose memory a scope is, whatever the session. */
export function ownerScope({ session: _, ...owner }: Scope): Scope {
  return owner;
}

/** Whether two scopes are of one owner: the same but for the session. What lies inside a scope may be another's. */
export function sameOwner(one: Scope, other: Scope): boolean {
  return SCOPE_PARTS.every((name) => name === "session" || one[name] === other[name]);
}

/** Whether a cube of scope `inner` may be seen from `outer`: every part that `outer` names is the same. */
export function scopeContains(outer: Scope, inner: Scope): boolean {
  return SCOPE_PARTS.every((name) => outer[name] === undefined || outer[name] === inner[name]);
}
