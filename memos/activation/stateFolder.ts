import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const SUFFIX = ".kv";
const PART = ".part";

/**
 * Where compiled states are kept: one container each, named by the SHA-256 of the whole file. Nothing here is the
 * truth: the folder can be deleted at any time, and states are compiled again from their memories.
 */
export class StateFolder {
  readonly path: string;
  readonly #parts = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  fileOf(sha256: string): string {
    return join(this.path, `${sha256}${SUFFIX}`);
  }

  async has(sha256: string): Promise<boolean> {
    return (await stat(this.fileOf(sha256)).catch(() => undefined))?.isFile() === true;
  }

  /** Lends a name for a file that is being made; what it becomes is kept under its hash, or removed. */
  async made<T extends { readonly sha256: string }>(make: (path: string) => Promise<T>): Promise<T> {
    // Memories are private: nobody else on the machine reads them.
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const part = join(this.path, `${randomUUID()}${PART}`);
    this.#parts.add(part);
    try {
      const result = await make(part);
      await rename(part, this.fileOf(result.sha256));
      return result;
    } finally {
      this.#parts.delete(part);
      await rm(part, { force: true });
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.fileOf(sha256), { force: true });
  }

  /**
   * Removes every file that is not to be kept: states whose sources have changed, and what a process that died has
   * left. What this process is writing stays.
   *
   * @param kept asked once it is known which files there are: whoever puts one here tells the ledger next.
   * @param partsOlderThanMs files of other processes that were begun so long ago are left over.
   * @returns how many were removed.
   */
  async sweep(kept: () => Promise<ReadonlySet<string>>, partsOlderThanMs: number): Promise<number> {
    let removed = 0;
    const names = await readdir(this.path).catch(() => []);
    const keep = names.length === 0 ? new Set<string>() : await kept();
    for (const name of names) {
      const path = join(this.path, name);
      if (this.#parts.has(path)) continue;
      const unfinished = !name.endsWith(SUFFIX);
      if (!unfinished && keep.has(name.slice(0, -SUFFIX.length))) continue;
      if (unfinished) {
        const { mtimeMs = 0 } = (await stat(path).catch(() => undefined)) ?? {};
        if (Date.now() - mtimeMs < partsOlderThanMs) continue;
      }
      await rm(path, { force: true, recursive: true });
      removed++;
    }
    return removed;
  }
}
