import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MemosError, type Scope } from "../../memcube/index.js";
import { eq, type MemOS, type NewMemory, type Warning, type WriteReceipt } from "../../memos/index.js";
import { cutText } from "../resources/cutText.js";
import { LONG_CONTEXT_LIMITS } from "./limits.js";

export interface Taken {
  /** A scope of its own: nothing else is remembered or recalled there. */
  readonly scope: Scope;
  /** Of the chunks: 128 bits of their SHA-256. */
  readonly hash: string;
  readonly passages: number;
  /** Whether it was in memory before. */
  readonly known: boolean;
  readonly warnings: readonly Warning[];
}

/**
 * Takes a long text into memory once, in passages, under a scope of its own: the application `context-HASH` of the
 * tenant. The same text again is known by its hash, in this process and in later ones; an ingest that was cut short
 * is gone on with. Gives way to other work between its passages.
 *
 * @throws MemosError TOO_LARGE, FORBIDDEN, READ_ONLY and what else `add` throws, ABORTED.
 */
export async function takeIn(
  memos: MemOS,
  chunks: readonly string[],
  tenant: string,
  signal?: AbortSignal,
): Promise<Taken> {
  const characters = chunks.reduce((sum, { length }) => sum + length, 0);
  if (characters > LONG_CONTEXT_LIMITS.characters)
    throw new MemosError(
      "TOO_LARGE",
      `The text is longer than ${LONG_CONTEXT_LIMITS.characters} characters.`,
    );
  const hash = await hashOf(chunks);
  const scope = { tenant, app: `context-${hash}` };
  // Asked first, whoever has taken it in before: it decides whether this caller may see it.
  if (await isComplete(memos, scope, hash, signal))
    return { scope, hash, passages: 0, known: true, warnings: [] };
  for (let attempt = 0; ; attempt++) {
    const { last, ...taken } = await ingest(memos, chunks, { scope, hash, attempt }, signal);
    // Written before and not there any more: it was forgotten, and is asked about again.
    const isGone = last.replayed && !(await isComplete(memos, scope, hash, signal));
    if (!isGone) return { scope, hash, known: false, ...taken };
  }
}

async function ingest(
  memos: MemOS,
  chunks: readonly string[],
  { scope, hash, attempt }: { readonly scope: Scope; readonly hash: string; readonly attempt: number },
  signal: AbortSignal | undefined,
): Promise<Pick<Taken, "passages" | "warnings"> & { readonly last: WriteReceipt }> {
  const warnings: Warning[] = [];
  let passages = 0;
  let commits = 0;
  let batch: NewMemory[] = [];
  let skipped = 0;
  const flush = async (last: boolean) => {
    if (last) batch.push(endOf(hash, passages));
    const idempotencyKey = `context ${hash} ${attempt} ${commits++}`;
    const receipt = await memos.add(batch, scope, { idempotencyKey, signal });
    warnings.push(...receipt.warnings);
    skipped += receipt.skipped.length + receipt.written.filter((one) => one.quarantined !== undefined).length;
    batch = [];
    return receipt;
  };
  for (const chunk of chunks) {
    for (const { start, end } of cutText(chunk, LONG_CONTEXT_LIMITS.passageCharacters)) {
      const text = chunk.slice(start, end).toWellFormed().replaceAll("\u0000", "\ufffd").trim();
      if (text === "") continue;
      batch.push({ text, type: "resource", origin: "document", metadata: { context: hash } });
      passages++;
      if (batch.length >= LONG_CONTEXT_LIMITS.passagesAtOnce) await flush(false);
    }
    await nextTurn();
  }
  const last = await flush(true);
  if (skipped > 0)
    warnings.push({
      code: "HELD_BACK",
      message: `${skipped} passages are not recalled: the write firewall holds them back.`,
    });
  return { passages, warnings, last };
}

/** Written with the last passages: nobody recalls it, and it says that all are there. */
function endOf(hash: string, passages: number): NewMemory {
  return {
    text: JSON.stringify({ passages }),
    format: "json",
    type: "working",
    origin: "document",
    metadata: { contextEnd: hash },
  };
}

async function isComplete(
  memos: MemOS,
  scope: Scope,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { cubes } = await memos.list(scope, { where: eq("metadata.contextEnd", hash), limit: 1, signal });
  return cubes.length > 0;
}

async function hashOf(chunks: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const chunk of chunks) {
    hash.update(`${chunk.length}\n`).update(chunk);
    await nextTurn();
  }
  return hash.digest("hex").slice(0, 32);
}
