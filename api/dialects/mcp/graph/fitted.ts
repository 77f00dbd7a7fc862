import { inert } from "../../../../memos/retrieval/fence.js";
import type { Entity, Graph } from "./knowledge.js";

/** The part of the room that entities may take before relations have had theirs. */
const ENTITY_SHARE = 0.8;

interface Fitted {
  readonly graph: Graph;
  /** What did not fit. */
  readonly left: { readonly entities: number; readonly observations: number; readonly relations: number };
}

/** As much of a graph as fits into so many characters of JSON, from its beginning, with nothing in it that poses as a prompt. */
export function fitted({ entities, relations }: Graph, most: number): Fitted {
  let room = most;
  const take = (value: unknown): boolean => {
    const size = JSON.stringify(value).length + 1;
    if (size > room) return false;
    room -= size;
    return true;
  };
  const shownRelations = relations.map(({ from, to, relationType }) => ({ from, to, relationType }));
  const relationRoom = Math.min(JSON.stringify(shownRelations).length, most * (1 - ENTITY_SHARE));
  room -= relationRoom;
  const shown: Entity[] = [];
  let observations = 0;
  for (const entity of entities) {
    const { name, entityType } = entity;
    const bare = { name, entityType: inert(entityType), observations: [] as string[] };
    if (!take(bare)) break;
    const kept = entity.observations.map(inert);
    // One that is too long does not hide those after it.
    bare.observations = kept.filter(take);
    observations += kept.length - bare.observations.length;
    shown.push(bare);
  }
  room += relationRoom;
  const given = shownRelations.filter(take);
  return {
    graph: { entities: shown, relations: given },
    left: {
      entities: entities.length - shown.length,
      observations,
      relations: relations.length - given.length,
    },
  };
}

/** What is told of the rest; undefined when there is none. */
export function leftOut({ left: { entities, observations, relations } }: Fitted): string | undefined {
  if (entities + observations + relations === 0) return undefined;
  return `Left out, for want of room: ${entities} entities, ${observations} observations of those given, ${relations} relations. search_nodes and open_nodes give less at once.`;
}
