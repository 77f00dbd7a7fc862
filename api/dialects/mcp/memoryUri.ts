import { type CubeId, cubeIdSchema } from "../../../memcube/index.js";

/** The graph as one resource, under the name that the reference server gives it. */
export const GRAPH_URI = "memory://knowledge-graph";

const PREFIX = "memos://memory/";

export const MEMORY_TEMPLATE = `${PREFIX}{id}`;

export function memoryUri(id: CubeId): string {
  return PREFIX + id;
}

/** The memory that a URI names; undefined for every other one. */
export function memoryIdIn(uri: string): CubeId | undefined {
  return uri.startsWith(PREFIX) ? cubeIdSchema.safeParse(uri.slice(PREFIX.length)).data : undefined;
}
