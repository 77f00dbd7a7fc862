import { type MemCube, type Scope, textOf } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { updatedAt } from "../updatedAt.js";

/** Fields of the metadata that are not the caller's: what supermemory keeps beside it. */
export const CUSTOM_ID = "supermemory_custom_id";
export const FILEPATH = "supermemory_filepath";
const OWN = new Set([CUSTOM_ID, FILEPATH]);

type Metadata = MemCube["attributes"]["metadata"];

/** The metadata as the caller gave it. */
export function metadataOf(cube: MemCube): Metadata | null {
  const given = Object.entries(cube.attributes.metadata).filter(([key]) => !OWN.has(key));
  return given.length === 0 ? null : Object.fromEntries(given);
}

function ownField(cube: MemCube, name: string): string | null {
  const value = cube.attributes.metadata[name];
  return typeof value === "string" ? value : null;
}

export function filepathOf(cube: MemCube): string | null {
  return ownField(cube, FILEPATH);
}

/** A document as lists have it: a memory, under the same id. */
export async function summaryOf(memos: MemOS, cube: MemCube, scope: Scope) {
  return {
    id: cube.id,
    connectionId: null,
    containerTags: cube.scope.user === undefined ? [] : [cube.scope.user],
    createdAt: cube.time.recordedAt,
    updatedAt: await updatedAt(memos, cube, scope),
    customId: ownField(cube, CUSTOM_ID),
    filepath: filepathOf(cube),
    metadata: metadataOf(cube),
    // What is there can be found; what waits for a review is not listed.
    status: cube.state === "generated" ? ("queued" as const) : ("done" as const),
    summary: null,
    title: cube.attributes.title ?? null,
    type: "text" as const,
    url: null,
  };
}

/** A document with what it says. */
export async function documentOf(memos: MemOS, cube: MemCube, scope: Scope) {
  return {
    ...(await summaryOf(memos, cube, scope)),
    content: textOf(cube) ?? null,
    raw: null,
    ogImage: null,
    source: null,
    spatialPoint: null,
    taskType: "memory" as const,
  };
}
