import { type CubeId, MemosError, type Scope } from "../memcube/index.js";
import type { MemOS, NewMemory } from "../memos/index.js";

/** A memory and the id that the data set knows it by. */
export interface KeyedMemory {
  readonly key: string;
  readonly memory: NewMemory;
}

/**
 * Stores every memory and returns the data set's key of each cube. A memory that was not stored fails the
 * run: a score over part of the data would look like a score over all of it.
 */
export async function ingest(
  memos: MemOS,
  memories: readonly KeyedMemory[],
  scope: Scope,
  options: { signal?: AbortSignal | undefined; onAdded: (added: number) => void },
): Promise<Map<CubeId, string>> {
  const keys = new Map<CubeId, string>();
  const progress = memos.addMany(
    memories.map(({ memory }) => memory),
    scope,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  for await (const { written, skipped } of progress) {
    const refused = skipped[0];
    if (refused !== undefined)
      throw new MemosError(
        "INVALID_INPUT",
        `${memories[refused.index]?.key} was not stored: ${refused.reason}`,
      );
    for (const { id } of written) keys.set(id, memories[keys.size]?.key as string);
    options.onAdded(keys.size);
  }
  await memos.settled();
  return keys;
}
