import { access, constants, mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../processAlive.js";

const PREFIX = "memos-engine-";

/** Memory that looks like a folder, on Linux. */
const SHARED_MEMORY = "/dev/shm";

/** What must be free there: containers often have only 64 MB of it, and a state of 32,768 tokens has up to 4 GB. */
const SHARED_MEMORY_BYTES = 4 * 1024 ** 3;

/** Where state files lie for the moment between two processes: in memory if there is enough. */
export async function temporaryRoot(): Promise<string> {
  if (process.platform !== "linux") return tmpdir();
  try {
    await access(SHARED_MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize >= SHARED_MEMORY_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
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
    if (owner !== undefined && !isProcessAlive(Number(owner)))
      await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
