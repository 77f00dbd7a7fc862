import { join } from "node:path";
import { throwIfAborted } from "../../aborted.js";
import { sha256OfFile } from "../../inference/gguf/index.js";
import { backupsIn } from "./backupFolder.js";
import { linked } from "./files.js";
import { type BackupFile, readManifest } from "./manifest.js";

/** The backup before, of which files are taken that are still the same. */
export class EarlierBackup {
  /** Files that were handed on. */
  given = 0;
  readonly #folder: string;
  readonly #files: ReadonlyMap<string, BackupFile>;

  private constructor(folder: string, files: readonly BackupFile[]) {
    this.#folder = folder;
    this.#files = new Map(files.map((file) => [file.sha256, file]));
  }

  /** A backup that cannot be read is none to build on. */
  static async newestIn(folder: string): Promise<EarlierBackup | undefined> {
    const newest = (await backupsIn(folder)).at(-1);
    if (newest === undefined) return undefined;
    const manifest = await readManifest(newest).catch(() => undefined);
    return manifest === undefined ? undefined : new EarlierBackup(newest, manifest.files);
  }

  /**
   * Hands on a file by its hash. It is read before: what has been damaged since is not spread.
   *
   * @returns its bytes; undefined where there is none with this hash any more.
   */
  async give(sha256: string, to: string, signal: AbortSignal | undefined): Promise<number | undefined> {
    const file = this.#files.get(sha256);
    if (file === undefined) return undefined;
    const from = join(this.#folder, file.path);
    const found = await sha256OfFile(from, signal).catch(() => undefined);
    throwIfAborted(signal);
    if (found !== sha256 || !(await linked(from, to))) return undefined;
    this.given++;
    return file.bytes;
  }
}
