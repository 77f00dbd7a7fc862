import { open, readFile, rm } from "node:fs/promises";
import { MemosError } from "../../memcube/index.js";

/** That one process alone is at a file; what a process that was killed has left of it is taken over. */
export class SoleRun implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws MemosError CONFLICT while another run is at the file. */
  static async of(file: string): Promise<SoleRun> {
    const path = `${file}.running`;
    if (!(await isTaken(path))) return new SoleRun(path);
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (!isRunning(owner)) {
      await rm(path, { force: true });
      if (!(await isTaken(path))) return new SoleRun(path);
    }
    throw new MemosError(
      "CONFLICT",
      `another run${owner > 0 ? ` (process ${owner})` : ""} is writing ${file}; wait for it, or name another folder (if there is none, delete ${path})`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Takes the file where nobody has it. */
async function isTaken(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return true;
    throw error;
  }
}

/** Whether a process is there; one that has not yet written its number is. */
function isRunning(pid: number): boolean {
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
