import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BlobRef, MemosError, sha256, sha256Schema } from "../../memcube/index.js";
import { writeAtomically } from "../atomicFile.js";
import type { Ledger } from "./ledger.js";

/**
 * Bytes too large for the ledger (KV states, adapters), one file each, named by their hash:
 *
 *     blobs/ab/abcdef…        written under a temporary name, flushed, then renamed: never half there
 *
 * The ledger counts who refers to a blob; the file goes when nobody does.
 */
export class BlobStore {
  readonly #root: string;
  readonly #ledger: Ledger;

  constructor(root: string, ledger: Ledger) {
    this.#root = root;
    this.#ledger = ledger;
  }

  #path(hash: string): string {
    // The name comes from outside: only a hash can become a path.
    if (!sha256Schema.safeParse(hash).success)
      throw new MemosError("INVALID_INPUT", "A blob is named by its SHA-256.", { path: "sha256" });
    return join(this.#root, hash.slice(0, 2), hash);
  }

  /** Stores bytes and takes one reference to them. */
  async put(bytes: Uint8Array, mediaType: string): Promise<BlobRef> {
    const hash = sha256(bytes);
    const path = this.#path(hash);
    if ((await stat(path).catch(() => undefined))?.size !== bytes.byteLength) await this.#write(path, bytes);
    await this.#ledger.retainBlob(hash, bytes.byteLength);
    return { sha256: hash, bytes: bytes.byteLength, mediaType };
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, (file) => file.writeFile(bytes));
  }

  /**
   * The bytes of a blob, checked against their name.
   *
   * @throws MemosError NOT_FOUND, or STORE_INVALID when the file was changed.
   */
  async get(hash: string): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path(hash));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT")
        throw new MemosError("NOT_FOUND", `There is no blob ${hash}.`);
      throw error;
    }
    if (sha256(bytes) !== hash)
      throw new MemosError("STORE_INVALID", `The blob ${hash} has other bytes than its name says.`);
    return bytes;
  }

  /** Gives a reference back; the last one takes the file along. */
  async release(hash: string): Promise<void> {
    const path = this.#path(hash);
    if ((await this.#ledger.releaseBlob(hash)) === 0) await rm(path, { force: true });
  }

  /** Removes the file of a blob that the ledger does not have any more. */
  async removeFile(hash: string): Promise<void> {
    await rm(this.#path(hash), { force: true });
  }

  /** Files that no reference keeps: left by a crash between writing and committing. */
  async orphans(): Promise<string[]> {
    const known = new Set((await this.#ledger.blobs()).map((blob) => blob.sha256));
    const names = await readdir(this.#root, { recursive: true }).catch(() => []);
    return names
      .map((name) => name.split(/[\\/]/).at(-1) ?? "")
      .filter((name) => /^[0-9a-f]{64}$/.test(name) && !known.has(name));
  }
}
