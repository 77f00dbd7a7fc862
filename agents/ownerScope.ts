import type { Scope } from "../memcube/index.js";

/** Whose memory is read: all that the user has said, in every session, as a chat does. */
export function ownerScope({ session: _, ...owner }: Scope): Scope {
  return owner;
}
