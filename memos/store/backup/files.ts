import { constants, copyFile, link, mkdir, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { sha256OfFile } from "../../inference/gguf/index.js";
import type { BackupFile } from "./manifest.js";

/** What a backup holds is as private as the store. */
export const PRIVATE_FOLDER = 0o700;

/** Size and hash of a file, flushed to disk; undefined where there is none. */
export async function flushed(
  file: string,
  signal: AbortSignal | undefined,
): Promise<Pick<BackupFile, "bytes" | "sha256"> | undefined> {
  const handle = await open(file, "r+").catch(absent);
  if (handle === undefined) return undefined;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes: (await stat(file)).size, sha256: await sha256OfFile(file, signal) };
}

/** Copies a file, as a clone where the file system can do that; false where it is not there. */
export async function copied(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
  return copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE).then(
    () => true,
    absentOrFull,
  );
}

/** A second name for a file that is there; a copy where the file system has no such thing. */
export async function linked(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
  return link(from, to).then(
    () => true,
    () => copied(from, to),
  );
}

/** Flushes the entries of a folder and of all folders in it. */
export async function flushFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await flushFolders(join(folder, entry.name));
  await flushFolder(folder);
}

export async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function absentOrFull(cause: NodeJS.ErrnoException): false {
  if (cause.code === "ENOSPC") throw new MemosError("DISK_FULL", "The disk is full.", { cause });
  absent(cause);
  return false;
}
