import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../../memcube/index.js";
import { OBJECT_LIMITS } from "./limits.js";

/** What a copy is called while it is being written; one this old was left by a process that died. */
const PART = ".part";
const PART_LEFT_MS = 3_600_000;

/** What is cached holds memories: only its owner reads it. */
const PRIVATE = { mode: 0o600 };

/**
 * Local copies of blobs, within a number of bytes: when they take more, those go that were used the longest ago. When
 * a copy was used is the time of its file, so it is known after a restart and to every process of the folder. A copy
 * is checked before it is given out. The folder can be deleted at any time.
 */
export class BlobCache {
  readonly #folder: string;
  readonly #quota: number;
  /** Bytes that are taken, as far as this process knows; undefined until it has looked. */
  #bytes: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, quota: number) {
    this.#folder = folder;
    this.#quota = quota;
  }

  #path(hash: string): string {
    return join(this.#folder, hash);
  }

  async get(hash: string): Promise<Uint8Array | undefined> {
    const path = this.#path(hash);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) return undefined;
    if (sha256(bytes) !== hash) {
      await this.remove(hash);
      return undefined;
    }
    const now = new Date();
    // Another process may have put it out meanwhile.
    await utimes(path, now, now).catch(() => undefined);
    return bytes;
  }

  /** Keeps a copy, if it fits. A disk that is full keeps none, and nobody needs it to. */
  async put(hash: string, bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength > this.#quota) return;
    const part = join(this.#folder, `${randomUUID()}${PART}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(part, bytes, PRIVATE);
      await rename(part, this.#path(hash));
    } catch {
      await rm(part, { force: true });
      return;
    }
    this.#turn = this.#turn.then(() => this.#fit(bytes.byteLength)).catch(() => undefined);
    await this.#turn;
  }

  async remove(hash: string): Promise<void> {
    await rm(this.#path(hash), { force: true });
  }

  async #fit(added: number): Promise<void> {
    if (this.#bytes !== undefined) this.#bytes += added;
    if (this.#bytes !== undefined && this.#bytes <= this.#quota) return;
    // Other processes put copies here as well: what is there is looked up before anything goes.
    const copies = await this.#copies();
    let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    if (bytes > this.#quota)
      for (const copy of copies.sort((a, b) => a.used - b.used)) {
        if (bytes <= this.#quota * OBJECT_LIMITS.cacheShareKept) break;
        await rm(copy.path, { force: true });
        bytes -= copy.bytes;
      }
    this.#bytes = bytes;
  }

  async #copies(): Promise<{ path: string; bytes: number; used: number }[]> {
    const copies = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      if (!name.endsWith(PART)) copies.push({ path, bytes: found.size, used: found.mtimeMs });
      else if (Date.now() - found.mtimeMs > PART_LEFT_MS) await rm(path, { force: true });
    }
    return copies;
  }
}
