import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { MemosError } from "../memcube/index.js";

/** What is written holds memories: only its owner reads it. */
const PRIVATE = 0o600;

/**
 * Writes a file that is either whole or not there: under a temporary name, flushed, then renamed; the folder is
 * flushed too. A file that was there before stays until then. Several may write the same file at once: one wins.
 *
 * @returns what `write` returns.
 * @throws MemosError DISK_FULL, and whatever `write` throws; no temporary file is left.
 */
export async function writeAtomically<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", PRIVATE);
    let result: T;
    try {
      result = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOSPC")
      throw new MemosError("DISK_FULL", "The disk is full.", { cause: error });
    throw error;
  }
}

export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
