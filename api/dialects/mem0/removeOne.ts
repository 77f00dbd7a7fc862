import type { Scope } from "../../../memcube/index.js";
import type { Call } from "./call.js";
import { known } from "./memory.js";
import { notHere } from "./notHere.js";

/**
 * Forgets one memory.
 *
 * @throws MemosError NOT_FOUND, also for one that is deleted already; CONFLICT for one that must stay; UNSUPPORTED
 * where the ones before it are to go along: what a memory takes the place of is worked out from facts when it is
 * read, and not written down.
 */
export async function removeOne(
  { memos, params, signal }: Call<unknown>,
  linked: boolean,
  scope: Scope,
): Promise<void> {
  const id = known(params["id"] ?? "");
  await memos.get(id, scope, { signal });
  if (linked)
    throw notHere(
      "Memories that this one takes the place of are not deleted along with it; nothing was deleted.",
    );
  await memos.forget(id, scope, { signal });
}
