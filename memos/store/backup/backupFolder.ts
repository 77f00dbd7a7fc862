import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { isProcessAlive } from "../../processAlive.js";
import { MANIFEST_NAME } from "./manifest.js";

/**
 * A folder of backups, each a folder of its own that is whole in itself: it can be copied, moved and deleted alone.
 * Files that did not change since the one before are hard links to it.
 *
 *     FOLDER/2026-11-30T14-24-19.123Z/manifest.json
 *                                     ledger.db  blobs/ab/abcd…  adapters/ID/…
 *     FOLDER/.partial-HOST-PID-…      one that is being written, or was cut short
 */
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z$/;
const PARTIAL = /^\.partial-(.+)-(\d+)-[0-9a-f]{8}$/;

/** The name of the backup that was begun at this instant (ISO 8601); a colon is in no file name everywhere. */
export function backupName(createdAt: string): string {
  return createdAt.replaceAll(":", "-");
}

export function partialName(unique: string): string {
  return `.partial-${hostname()}-${process.pid}-${unique.slice(0, 8)}`;
}

/** Paths of the backups in a folder, oldest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The backup that a path names: itself, or the newest one in a folder of them.
 *
 * @throws MemosError BACKUP_INVALID where there is none.
 */
export async function backupAt(path: string): Promise<string> {
  const is = (one: string) =>
    stat(join(one, MANIFEST_NAME)).then(
      () => true,
      () => false,
    );
  // A backup that was renamed is one all the same, and one that was cut short is none.
  if (!basename(path).startsWith(".partial-") && (await is(path))) return path;
  for (const one of (await backupsIn(path)).reverse()) if (await is(one)) return one;
  throw new MemosError("BACKUP_INVALID", "There is no backup in this folder.");
}

/** Removes what processes of this machine have left that ended before their backup was whole. */
export async function removePartial(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, host, pid] = PARTIAL.exec(name) ?? [];
    if (host !== hostname() || isProcessAlive(Number(pid))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
