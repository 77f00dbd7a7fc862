import { MemosError, type Scope } from "../../../memcube/index.js";
import type { Call } from "../dialectRoute.js";
import { forgetAll } from "../forgetAll.js";
import { ENTITY_TYPES, entityTypeSchema } from "./entities.js";

export type EntityType = keyof typeof ENTITY_TYPES;

export interface Entity {
  readonly type: EntityType;
  readonly name: string;
  readonly total: number;
  readonly first: string;
  readonly last: string;
}

/** Every user, agent, application and run that memories are of, by kind and name. */
export async function entitiesOfAll({ memos, home, signal }: Call<unknown>): Promise<Entity[]> {
  const { owners } = await memos.census(home, { signal });
  const found = new Map<string, Entity>();
  for (const { scope, cubes, first, last } of owners)
    for (const type of entityTypeSchema.options) {
      const name = scope[ENTITY_TYPES[type]];
      if (name === undefined) continue;
      const key = `${type}\n${name}`;
      const known = found.get(key);
      found.set(key, {
        type,
        name,
        total: (known?.total ?? 0) + cubes,
        first: known === undefined || first < known.first ? first : known.first,
        last: known === undefined || last > known.last ? last : known.last,
      });
    }
  const order = entityTypeSchema.options;
  return [...found.values()].sort(
    (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || (a.name < b.name ? -1 : 1),
  );
}

/**
 * Forgets all memories of one entity.
 *
 * @throws MemosError NOT_FOUND where there are none, as after it was deleted.
 */
export async function deleteEntity(
  { memos, tenant, notes, signal }: Call<unknown>,
  type: string,
  name: string,
): Promise<number> {
  const kind = entityTypeSchema.safeParse(type);
  const scope: Scope | undefined = kind.success ? { tenant, [ENTITY_TYPES[kind.data]]: name } : undefined;
  if (scope === undefined)
    throw new MemosError("INVALID_INPUT", "The kind of an entity is user, agent, app or run.", {
      path: "type",
    });
  const count = await forgetAll(memos, { all: true }, scope, notes, signal);
  if (count === 0)
    throw new MemosError("NOT_FOUND", "There are no memories of this entity.", { path: "name" });
  return count;
}
