import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Embedder, MemOS, type OpenOptions } from "../memos/index.js";

/**
 * Runs an evaluation in a store of its own, which is deleted afterwards whatever happened. It keeps no account of use:
 * what one question recalled would rank higher for the next, more or less by how fast the machine is.
 */
export async function withTemporaryStore<T>(
  embedder: Embedder,
  use: (memos: MemOS) => Promise<T>,
  options: Pick<OpenOptions, "engine" | "activations"> = {},
): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "memos-eval-"));
  try {
    const memos = await MemOS.open({ path, embedder, trackUse: false, ...options });
    try {
      return await use(memos);
    } finally {
      await memos.close();
    }
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
