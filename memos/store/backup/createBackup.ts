import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { writeAtomically } from "../../atomicFile.js";
import type { Store } from "../store.js";
import { backupName, partialName, removePartial } from "./backupFolder.js";
import { EarlierBackup } from "./earlierBackup.js";
import { flushFolder, flushFolders, PRIVATE_FOLDER } from "./files.js";
import { Gathering } from "./gathering.js";
import { MANIFEST_NAME, manifestOf, totalsOf } from "./manifest.js";
import type { BackupOptions, BackupReceipt } from "./operations.js";

/**
 * Backs a store up into a new folder inside `folder` (backupFolder.ts), while this and other processes read and write.
 * It has its name only when it is whole and on disk.
 *
 * @throws MemosError INVALID_INPUT for a folder that cannot be written or is part of the store, DISK_FULL, ABORTED,
 * STORE_BUSY when files kept going while they were read.
 */
export async function createBackup(
  store: Store,
  folder: string,
  options: BackupOptions = {},
): Promise<BackupReceipt> {
  const started = performance.now();
  throwIfAborted(options.signal);
  await prepare(folder, store.path);
  const createdAt = new Date().toISOString();
  const partial = join(folder, partialName(randomUUID()));
  await mkdir(partial, { mode: PRIVATE_FOLDER });
  try {
    const earlier = await EarlierBackup.newestIn(folder);
    const { tenants, files, missing } = await new Gathering(store, partial, earlier, options).gather();
    const manifest = manifestOf({
      createdAt,
      tenants: [...tenants],
      files: [...files],
      missing: [...missing],
    });
    await flushFolders(partial);
    await writeAtomically(join(partial, MANIFEST_NAME), (file) => file.writeFile(JSON.stringify(manifest)));
    const path = join(folder, backupName(createdAt));
    await rename(partial, path);
    await flushFolder(folder);
    const milliseconds = performance.now() - started;
    return { operation: "backup", path, ...totalsOf(manifest), reused: earlier?.given ?? 0, milliseconds };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function prepare(folder: string, store: string): Promise<void> {
  const from = relative(resolve(store), resolve(folder));
  if (!(from === ".." || from.startsWith(`..${sep}`) || isAbsolute(from)))
    throw new MemosError("INVALID_INPUT", "A backup inside the store would be lost with it.", {
      path: "folder",
    });
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    await removePartial(folder);
  } catch (cause) {
    const message = `The folder of backups cannot be written: ${String(cause)}.`;
    throw new MemosError("INVALID_INPUT", message, { path: "folder", cause });
  }
}
