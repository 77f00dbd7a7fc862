import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 4;

/** When files of the index were last made or removed: tables are folders of folders. */
async function lastChange(index: string): Promise<number> {
  const entries = await readdir(index, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith(".lance"));
  const times = await Promise.all(
    folders.map((folder) =>
      stat(join(folder.parentPath ?? folder.path, folder.name)).then(
        (found) => found.mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...times);
}

/** Resolves when the index of a store begins to be written, or after `atMostMs`; tells which. */
export async function indexWritten(store: string, atMostMs: number): Promise<boolean> {
  const index = join(store, "index");
  const before = await lastChange(index);
  const end = performance.now() + atMostMs;
  while (performance.now() < end) {
    if ((await lastChange(index)) > before) return true;
    await sleep(POLL_MS);
  }
  return false;
}
