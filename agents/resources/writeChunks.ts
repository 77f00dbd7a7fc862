import { type CubeId, isMemosError, type MemCube, type Scope, sha256, textOf } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { MemOS, NewMemory, Warning } from "../../memos/index.js";
import { align, type Piece } from "./align.js";
import type { Chunk } from "./chunk.js";
import type { IngestReceipt } from "./receipt.js";
import { chunkMemory, pieceOf, type StoredChunk, storedChunks } from "./resourceCubes.js";
import type { Spool } from "./spool.js";
import { chunkTitle } from "./titles.js";

/** Chunks of one transaction. */
const BATCH = 256;

/** Changes of single cubes under way at once: those that wait together are one flush to disk. */
const AT_ONCE = 16;

export interface ChunkWriting {
  readonly memos: MemOS;
  readonly scope: Scope;
  readonly head: MemCube;
  readonly name: string;
  readonly title: string;
  readonly spool: Spool<Chunk>;
  /** What a model says that an image shows. */
  readonly caption: { readonly text: string; readonly by: string } | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onWritten: (chunks: number) => void;
}

export type ChunksWritten = Pick<IngestReceipt, "skipped"> & {
  readonly counts: IngestReceipt["chunks"];
  readonly warnings: Warning[];
};

/** Makes the stored chunks of a document those that were read: what is there already is left as it is. */
export async function writeChunks(writing: ChunkWriting): Promise<ChunksWritten> {
  const { memos, scope, head } = writing;
  const before = await storedChunks(memos, head.id, scope);
  const after: Piece[] = [];
  const total = writing.spool.length + (writing.caption === undefined ? 0 : 1);
  for (let index = 0; index < total; index++) after.push(pieceOf(await memoryAt(writing, index)));
  const { unchanged, moved, changed, added, gone } = align(before, after);
  const writer = new ChunkWriter(writing);
  await inTurn(moved, (pair) => writer.revise(before[pair.before] as StoredChunk, pair.after, true));
  await inTurn(changed, (pair) => writer.revise(before[pair.before] as StoredChunk, pair.after, false));
  await inTurn(gone, (index) => writer.forget(before[index] as StoredChunk));
  await writer.add(added);
  const { counts } = writer;
  return {
    counts: { ...counts, total, unchanged: unchanged.length },
    skipped: writer.skipped,
    warnings: writer.warnings,
  };
}

/** Whether the write firewall would let a memory in as it is. */
export function isAdmitted(
  memos: MemOS,
  { text, title, metadata = {} }: NewMemory,
  { payload, attributes, provenance, scope }: MemCube,
): boolean {
  if (payload.kind !== "plaintext") return false;
  const { title: _, ...others } = attributes;
  const cube = {
    payload: { ...payload, text },
    attributes: { ...others, metadata, ...(title === undefined ? {} : { title }) },
    provenance,
  };
  const { action, sensitivity } = memos.firewall.inspect(cube, scope);
  return action === "admit" && sensitivity === undefined;
}

class ChunkWriter {
  readonly counts = { moved: 0, changed: 0, added: 0, forgotten: 0, quarantined: 0 };
  readonly skipped: { index: number; reason: string }[] = [];
  readonly warnings: Warning[] = [];
  readonly #writing: ChunkWriting;
  /** Chunks that cannot take the place of an old one and are added instead. */
  readonly #instead: number[] = [];
  #written = 0;

  constructor(writing: ChunkWriting) {
    this.#writing = writing;
  }

  /** Makes a new version of a chunk. What an update says is not screened by the store, so that is done here. */
  async revise(old: StoredChunk, index: number, sameText: boolean): Promise<void> {
    const { memos, scope, head, signal } = this.#writing;
    throwIfAborted(signal);
    const { text, title, metadata } = await memoryAt(this.#writing, index);
    try {
      const cube = await memos.get(old.id, scope);
      if (!sameText && !isAdmitted(memos, { text, title, metadata }, cube)) {
        this.#instead.push(index);
        await this.forget(old);
        return;
      }
      const patch = sameText ? { title, metadata } : { text, title, metadata };
      const cause = `the document has changed (sha256 ${String(head.attributes.metadata["sha256"])})`;
      await memos.update(old.id, patch, scope, { ifVersion: old.version, cause, ...given(signal) });
      this.counts[sameText ? "moved" : "changed"]++;
      this.#count(1);
    } catch (error) {
      this.#leave(old, error);
      this.#instead.push(index);
    }
  }

  async forget(old: StoredChunk): Promise<void> {
    const { memos, scope, signal } = this.#writing;
    throwIfAborted(signal);
    try {
      await memos.forget(old.id, scope, { cause: "no longer in the document", ...given(signal) });
      this.counts.forgotten++;
    } catch (error) {
      this.#leave(old, error);
    }
  }

  async add(indexes: readonly number[]): Promise<void> {
    const { memos, scope, head, signal } = this.#writing;
    const wanted = [...indexes, ...this.#instead].sort((a, b) => a - b);
    for (let start = 0; start < wanted.length; start += BATCH) {
      throwIfAborted(signal);
      const batch = wanted.slice(start, start + BATCH);
      const memories: NewMemory[] = [];
      for (const index of batch) memories.push(await memoryAt(this.#writing, index));
      // The version of the document's cube tells this ingest from one of the same text before it was changed.
      const what = sha256(JSON.stringify([head.id, head.version, memories]));
      const receipt = await memos.add(memories, scope, {
        idempotencyKey: `resource ${what}`,
        ...given(signal),
      });
      this.counts.added += receipt.written.length;
      for (const { quarantined } of receipt.written) if (quarantined !== undefined) this.counts.quarantined++;
      for (const { index, reason } of receipt.skipped)
        this.skipped.push({ index: batch[index] ?? index, reason });
      this.warnings.push(...receipt.warnings);
      this.#count(batch.length);
    }
  }

  #count(written: number): void {
    this.#written += written;
    this.#writing.onWritten(this.#written);
  }

  /** A cube that is frozen, read-only, merged, expired or under legal hold is not ours to change. */
  #leave({ id }: StoredChunk, error: unknown): void {
    if (isMemosError(error, "CONFLICT") || isMemosError(error, "INVALID_TRANSITION"))
      this.warnings.push({
        code: "CHUNK_PROTECTED",
        message: `Chunk ${id} stays as it was: ${error.message}`,
      });
    // One that somebody has forgotten meanwhile is out of the way.
    else if (!isMemosError(error, "NOT_FOUND")) throw error;
  }
}

async function memoryAt(writing: ChunkWriting, index: number) {
  const { head, name, title, spool, caption } = writing;
  const document = { name, title, head: head.id satisfies CubeId, headText: textOf(head) ?? "" };
  if (index < spool.length) return chunkMemory(await spool.at(index), index, document);
  const shown: Chunk = { text: caption?.text ?? "", format: "text", headings: [], position: {} };
  return {
    ...chunkMemory(shown, index, document),
    title: chunkTitle(title, shown),
    origin: "inferred" as const,
    actor: caption?.by ?? name,
  };
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Does something with each item, with some of them under way at once; after a failure none is begun. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  let failed = false;
  const one = async () => {
    for (const item of waiting) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, one));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
