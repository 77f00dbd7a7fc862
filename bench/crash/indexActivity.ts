import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 8;

async function inside(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

/** When a file of some table was last made or removed: a table is a folder of folders. */
async function lastChange(index: string): Promise<number> {
  const folders = (await Promise.all((await inside(index)).map(inside))).flat();
  const times = folders.map((folder) =>
    stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  );
  return Math.max(0, ...(await Promise.all(times)));
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
