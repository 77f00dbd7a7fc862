import type { CubeId, Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { ingest } from "../ingest.js";
import type { RunOptions } from "../progress.js";
import type { LocomoConversation } from "./format.js";
import { memoriesOf } from "./memories.js";

/** Every conversation is the memory of one user. */
export function scopeOf(conversation: LocomoConversation): Scope {
  return { tenant: "eval", user: conversation.sampleId };
}

/** Stores all conversations and returns the turn of each cube. */
export async function ingestAll(
  memos: MemOS,
  conversations: readonly LocomoConversation[],
  { signal, onProgress }: RunOptions,
): Promise<Map<CubeId, string>> {
  const total = conversations.flatMap(memoriesOf).length;
  const keys = new Map<CubeId, string>();
  for (const conversation of conversations) {
    const before = keys.size;
    const added = await ingest(memos, memoriesOf(conversation), scopeOf(conversation), {
      signal,
      onAdded: (count) => onProgress?.("ingest", before + count, total),
    });
    for (const [id, key] of added) keys.set(id, key);
  }
  return keys;
}
