import type { Scope } from "../../../memcube/index.js";
import type { Call } from "../dialectRoute.js";
import { ENTITY_FIELDS, type Entities, scopeOf } from "./entities.js";
import { historyOf, known, type Mem0Memory, memoryOf } from "./memory.js";
import { notHere } from "./notHere.js";

/** Where a memory is looked for: in the named entities, or in all that the key is for. */
export function placeOf({ tenant, home, input }: Call<Entities>): Scope {
  const named = ENTITY_FIELDS.some((field) => input[field] !== undefined && input[field] !== null);
  return named ? scopeOf(tenant, input) : home;
}

/** @throws MemosError NOT_FOUND. */
export async function getOne(call: Call<Entities>): Promise<Mem0Memory> {
  const { memos, params, signal } = call;
  const scope = placeOf(call);
  return memoryOf(memos, await memos.get(known(params["id"] ?? ""), scope, { signal }), scope);
}

/** @throws MemosError NOT_FOUND, also for a memory that was deleted. */
export async function historyOfOne(call: Call<Entities>) {
  const { memos, params, signal } = call;
  const place = placeOf(call);
  const { id, scope } = await memos.get(known(params["id"] ?? ""), place, { signal });
  return historyOf(id, (await memos.history(id, place, { signal })).versions, scope);
}

/**
 * Forgets one memory.
 *
 * @throws MemosError NOT_FOUND, also for one that is deleted already; CONFLICT for one that must stay; UNSUPPORTED
 * where the ones before it are to go along: what a memory takes the place of is worked out from facts when it is
 * read, and not written down.
 */
export async function removeOne(call: Call<Entities>, linked = false): Promise<void> {
  const { memos, params, signal } = call;
  const scope = placeOf(call);
  const id = known(params["id"] ?? "");
  await memos.get(id, scope, { signal });
  if (linked)
    throw notHere(
      "Memories that this one takes the place of are not deleted along with it; nothing was deleted.",
    );
  await memos.forget(id, scope, { signal });
}
