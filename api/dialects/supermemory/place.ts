import { cubeIdSchema } from "../../../memcube/id.js";
import { isMemosError, type MemCube, MemosError, type Scope, textOf } from "../../../memcube/index.js";
import type { Call } from "../dialectRoute.js";
import { CUSTOM_ID } from "./document.js";
import { SUPERMEMORY_LIMITS } from "./limits.js";
import { notHere } from "./notHere.js";

interface Tagged {
  readonly containerTag?: string | null | undefined;
  readonly containerTags?: readonly string[] | null | undefined;
}

export type Where = Pick<Call<unknown>, "memos" | "tenant" | "home" | "signal">;

/** The tag that an input names, if it names one. @throws MemosError UNSUPPORTED for several. */
export function tagOf({ containerTag, containerTags }: Tagged): string | undefined {
  const tags = new Set([...(containerTags ?? []), ...(containerTag == null ? [] : [containerTag])]);
  if (tags.size > 1) throw notHere("A memory is in one container here; name one tag. Nothing was done.");
  const [tag] = tags;
  return tag;
}

/** A tag is a user; without one it is all that the key is for. */
export function scopeOf({ tenant, home }: Pick<Where, "tenant" | "home">, tagged: Tagged): Scope {
  const user = tagOf(tagged);
  return user === undefined ? home : { tenant, user };
}

/**
 * A memory by its id, or by the one that the caller gave it.
 *
 * @throws MemosError NOT_FOUND.
 */
export async function found({ memos, signal }: Where, id: string, scope: Scope): Promise<MemCube> {
  const unknown = new MemosError("NOT_FOUND", "There is no such document or memory.", { path: "id" });
  if (cubeIdSchema.safeParse(id).success) {
    try {
      return await memos.get(id, scope, { signal });
    } catch (error) {
      if (!isMemosError(error, "NOT_FOUND")) throw error;
    }
  }
  return (await byCustomId(memos, id, scope, signal)) ?? Promise.reject(unknown);
}

/** The first memory with an id of the caller's own. */
export async function byCustomId(
  memos: Where["memos"],
  id: string,
  scope: Scope,
  signal: AbortSignal,
): Promise<MemCube | undefined> {
  if (id.length > SUPERMEMORY_LIMITS.customId) return undefined;
  const where = { field: `metadata.${CUSTOM_ID}`, op: "eq" as const, value: id };
  const { cubes } = await memos.list(scope, { where, limit: 1, order: "oldest", signal });
  return cubes[0];
}

/** Every memory that says exactly this. @throws MemosError NOT_FOUND where none does. */
export async function saying({ memos, signal }: Where, text: string, scope: Scope): Promise<MemCube[]> {
  const query = text.slice(0, 8_000).toWellFormed();
  const { hits } = await memos.search(query, scope, { k: SUPERMEMORY_LIMITS.sameText, signal });
  const same = hits.filter(({ cube }) => textOf(cube) === text);
  const twins = await Promise.all(
    same.flatMap(({ duplicates }) => duplicates).map((id) => memos.get(id, scope, { signal })),
  );
  const all = [...same.map(({ cube }) => cube), ...twins.filter((cube) => textOf(cube) === text)];
  if (all.length === 0) throw new MemosError("NOT_FOUND", "No memory says this.", { path: "content" });
  return all;
}
