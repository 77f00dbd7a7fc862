import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../atomicFile.js";
import { BLOB_NAME, type BlobPlace, checked, type KeptBlob } from "./blobPlace.js";

/** What a file is called that is set aside: with a token after it. */
const ASIDE = ".aside-";

/**
 * Blobs on disk, one file each, named by their hash:
 *
 *     blobs/ab/abcdef…        written under a temporary name, flushed, then renamed: never half there
 */
export class FolderBlobs implements BlobPlace {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  #path(hash: string): string {
    return join(this.#root, hash.slice(0, 2), hash);
  }

  async size(hash: string): Promise<number | undefined> {
    return (await stat(this.#path(hash)).catch(() => undefined))?.size;
  }

  async read(hash: string): Promise<Uint8Array | undefined> {
    const path = this.#path(hash);
    let bytes = await contentsOf(path);
    if (bytes === undefined) {
      const names = await readdir(dirname(path)).catch(() => []);
      const aside = names.find((name) => name.startsWith(hash + ASIDE));
      bytes = aside === undefined ? undefined : await contentsOf(join(dirname(path), aside));
    }
    return bytes === undefined ? undefined : checked(hash, bytes);
  }

  async write(hash: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(hash);
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, (file) => file.writeFile(bytes));
  }

  async setAside(hash: string): Promise<string | undefined> {
    const path = this.#path(hash);
    const token = randomUUID();
    return (await renamed(path, path + ASIDE + token)) ? token : undefined;
  }

  async takeBack(hash: string, token: string): Promise<void> {
    const path = this.#path(hash);
    await renamed(path + ASIDE + token, path);
  }

  async discard(hash: string, token: string): Promise<void> {
    await rm(this.#path(hash) + ASIDE + token, { force: true });
  }

  async *list(): AsyncGenerator<KeptBlob> {
    for (const name of await readdir(this.#root, { recursive: true }).catch(() => [])) {
      const [sha256 = "", token] = (name.split(/[\\/]/).at(-1) ?? "").split(ASIDE);
      if (!BLOB_NAME.test(sha256)) continue;
      const found = await stat(join(this.#root, name)).catch(() => undefined);
      if (found?.isFile() !== true) continue;
      const { size: bytes, mtimeMs: modified } = found;
      yield { sha256, bytes, modified, ...(token === undefined ? {} : { token }) };
    }
  }

  async now(): Promise<number> {
    return Date.now();
  }
}

async function contentsOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @returns false when there is no such file. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
