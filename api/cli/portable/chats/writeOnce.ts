import { isMemosError, type Scope, sha256 } from "../../../../memcube/index.js";
import { type MemOS, type NewMemory, newMemorySchema, parse } from "../../../../memos/index.js";
import { IMPORT_LIMITS } from "./limits.js";

/** Field of the metadata by which what was imported is known again. */
const IMPORT_ID = "import_id";

export interface Imported {
  /** Unique in the export that it comes from. */
  readonly id: string;
  readonly memory: NewMemory;
}

export interface WrittenOnce {
  readonly added: number;
  /** There already, from an import before. */
  readonly present: number;
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Writes memories in their order, each at most once however often it is called. What was forgotten since stays
 * forgotten, as long as something that came after it is there.
 */
export async function writeOnce(
  memos: MemOS,
  items: readonly Imported[],
  scope: Scope,
  signal: AbortSignal,
): Promise<WrittenOnce> {
  const skipped: { id: string; reason: string }[] = [];
  const whole = items.flatMap(({ id, memory }) => {
    try {
      const tagged = { ...memory, metadata: { ...memory.metadata, [IMPORT_ID]: id } };
      parse(newMemorySchema, tagged);
      return [{ id, memory: tagged }];
    } catch (error) {
      if (!isMemosError(error)) throw error;
      skipped.push({ id, reason: error.message });
      return [];
    }
  });
  const known = await knownOf(
    memos,
    whole.map(({ id }) => id),
    scope,
    signal,
  );
  const last = whole.findLastIndex(({ id }) => known.has(id));
  const rest = whole.filter(({ id }, index) => {
    if (index < last && !known.has(id)) skipped.push({ id, reason: "forgotten since it was imported" });
    return index > last;
  });
  let added = 0;
  let replayed = 0;
  for (let at = 0; at < rest.length; at += IMPORT_LIMITS.batch) {
    signal.throwIfAborted();
    const batch = rest.slice(at, at + IMPORT_LIMITS.batch).map(({ memory }) => memory);
    // The same batch is written once, also when all of it was forgotten meanwhile.
    const idempotencyKey = `import-${sha256(JSON.stringify([scope, batch]))}`;
    const receipt = await memos.add(batch, scope, { idempotencyKey, signal });
    if (receipt.replayed) replayed += receipt.written.length;
    else added += receipt.written.length;
    for (const { index, reason } of receipt.skipped) skipped.push({ id: rest[at + index]?.id ?? "", reason });
  }
  return { added, present: known.size + replayed, skipped };
}

async function knownOf(
  memos: MemOS,
  ids: readonly string[],
  scope: Scope,
  signal: AbortSignal,
): Promise<Set<string>> {
  const known = new Set<string>();
  for (let at = 0; at < ids.length; at += IMPORT_LIMITS.batch) {
    const value = ids.slice(at, at + IMPORT_LIMITS.batch);
    const { cubes } = await memos.list(scope, {
      where: { field: `metadata.${IMPORT_ID}`, op: "in", value },
      states: ["generated", "active", "merged", "archived", "frozen", "expired"],
      limit: 1_000,
      signal,
    });
    for (const { attributes } of cubes) known.add(String(attributes.metadata[IMPORT_ID]));
  }
  return known;
}
