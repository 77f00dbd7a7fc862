import type { Added } from "./add.js";
import type { Entity } from "./census.js";
import type { Listed } from "./read.js";

/** What was added, as mem0's service tells it. It is done when this is answered, so there is no event to wait for. */
export function addedItem({ id, memory }: Added) {
  return { id, memory, data: { memory }, event: "ADD", status: "SUCCEEDED" };
}

export function added(items: readonly Added[], eventId: string) {
  return {
    message: "Memories were added.",
    status: "SUCCEEDED",
    event_id: eventId,
    results: items.map(addedItem),
  };
}

/** A page with where the ones beside it are. */
export function paged({ count, page, size, results }: Listed, path: string) {
  return { count, ...neighbours(count, page, size, path), results };
}

function neighbours(count: number, page: number, size: number, path: string) {
  const at = (number: number) => `${path}/?page=${number}&page_size=${size}`;
  return { next: page * size < count ? at(page + 1) : null, previous: page > 1 ? at(page - 1) : null };
}

/** A page of entities, and how many there are of each kind. */
export function pagedEntities(
  entities: readonly Entity[],
  { page = 1, size }: { page: number | undefined; size: number },
  tenant: string,
  path: string,
) {
  const first = (page - 1) * size;
  const total = (type: Entity["type"]) => entities.filter((entity) => entity.type === type).length;
  return {
    count: entities.length,
    total_users: total("user"),
    total_agents: total("agent"),
    total_apps: total("app"),
    total_runs: total("run"),
    ...neighbours(entities.length, page, size, path),
    results: entities.slice(first, first + size).map(({ type, name, total: memories, first, last }) => ({
      // What the deprecated `deleteUser` takes.
      id: name,
      name,
      type,
      owner: tenant,
      total_memories: memories,
      created_at: first,
      updated_at: last,
      metadata: {},
    })),
  };
}
