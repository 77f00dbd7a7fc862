import { access, constants, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "memos-engine-";

/** Memory that looks like a folder, on Linux. */
const SHARED_MEMORY = "/dev/shm";

/** Where state files lie for the moment between two processes: in memory if there is such a place. */
export async function temporaryRoot(): Promise<string> {
  if (process.platform !== "linux") return tmpdir();
  return access(SHARED_MEMORY, constants.W_OK).then(
    () => SHARED_MEMORY,
    () => tmpdir(),
  );
}

/**
 * A new folder that only this user can read. Those that other processes left behind, because they and their
 * engine were killed together, are removed.
 */
export async function makePrivateFolder(root: string): Promise<string> {
  await removeAbandoned(root);
  return mkdtemp(join(root, `${PREFIX}${process.pid}-`));
}

async function removeAbandoned(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
