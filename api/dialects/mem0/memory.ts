import { cubeIdSchema } from "../../../memcube/id.js";
import {
  type MemCube,
  MemosError,
  type Scope,
  sha256,
  textOf,
  type Version,
} from "../../../memcube/index.js";
import type { Hit, MemOS } from "../../../memos/index.js";
import { updatedAt } from "../updatedAt.js";
import { entitiesOf } from "./entities.js";

/** A memory as mem0's answers have it; what they have no field for is under `memos`. */
export interface Mem0Memory extends ReturnType<typeof entitiesOf> {
  readonly id: string;
  readonly memory: string;
  readonly hash: string;
  readonly metadata: MemCube["attributes"]["metadata"];
  readonly categories: readonly string[];
  readonly expiration_date: string | null;
  readonly immutable: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly lifecycle_state: string;
  readonly actor_id: string;
  readonly memos: Readonly<Record<string, unknown>>;
}

/** Memories as answers have them, in the same order. */
export async function memoriesOf(
  memos: MemOS,
  cubes: readonly MemCube[],
  scope: Scope,
): Promise<Mem0Memory[]> {
  return Promise.all(cubes.map(async (cube) => memoryFrom(cube, await updatedAt(memos, cube, scope))));
}

export async function memoryOf(memos: MemOS, cube: MemCube, scope: Scope): Promise<Mem0Memory> {
  return memoryFrom(cube, await updatedAt(memos, cube, scope));
}

function memoryFrom(cube: MemCube, updated: string): Mem0Memory {
  const memory = textOf(cube) ?? "";
  const { attributes, governance, provenance, time } = cube;
  return {
    id: cube.id,
    memory,
    ...entitiesOf(cube.scope),
    hash: sha256(memory),
    metadata: attributes.metadata,
    categories: attributes.tags,
    expiration_date: governance.expiresAt === undefined ? null : lastDay(governance.expiresAt),
    immutable: governance.readonly,
    created_at: time.recordedAt,
    updated_at: updated,
    lifecycle_state: cube.state,
    actor_id: provenance.actor,
    memos: {
      type: cube.type,
      kind: cube.payload.kind,
      origin: provenance.origin,
      version: cube.version,
      ...(time.occurredAt === undefined ? {} : { occurred_at: time.occurredAt }),
      ...(cube.duplicateOf === undefined ? {} : { duplicate_of: cube.duplicateOf }),
    },
  };
}

/** Scores of an answer are shares of the best one: ours compare within one answer only. */
export function scored(memory: Mem0Memory, hit: Hit, best: number) {
  const channels = hit.explanation?.channels;
  const { superseded, duplicates } = hit;
  return {
    ...memory,
    score: best > 0 ? hit.score / best : 0,
    score_breakdown: {
      semantic: channels?.vector?.score ?? null,
      bm25: channels?.text?.score ?? null,
      entity: channels?.graph?.score ?? null,
    },
    replaced_by: superseded?.by ?? null,
    memos: {
      ...memory.memos,
      score: hit.score,
      ...(duplicates.length === 0 ? {} : { duplicates }),
      ...(superseded === undefined ? {} : { superseded }),
    },
  };
}

/** What became of a memory, oldest first. */
export function historyOf(id: string, versions: readonly Version[], scope: Scope) {
  return versions.map((version, index) => {
    const text = textOf(version.content);
    const before = versions[index - 1];
    return {
      id: version.hash,
      memory_id: id,
      input: text === undefined ? [] : [{ role: "user", content: text }],
      old_memory: before === undefined ? null : (textOf(before.content) ?? null),
      new_memory: text ?? null,
      ...entitiesOf(scope),
      categories: version.content.attributes.tags,
      metadata: version.content.attributes.metadata,
      event: version.version === 1 ? "ADD" : version.operation === "forget" ? "DELETE" : "UPDATE",
      created_at: versions[0]?.recordedAt ?? version.recordedAt,
      updated_at: version.recordedAt,
      memos: { operation: version.operation, version: version.version, actor: version.actor },
    };
  });
}

/** The last day on which a memory is there: mem0 hides what has expired from the day after. */
function lastDay(expiresAt: string): string {
  return new Date(Date.parse(expiresAt) - 1).toISOString().slice(0, 10);
}

/** The moment after a last day. */
export function endOf(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString();
}

/**
 * An id as ours; one that no memory can have is one that no memory has.
 *
 * @throws MemosError NOT_FOUND.
 */
export function known(id: string): string {
  if (cubeIdSchema.safeParse(id).success) return id;
  throw new MemosError("NOT_FOUND", `There is no cube ${id.slice(0, 64).toWellFormed()} in this scope.`);
}
