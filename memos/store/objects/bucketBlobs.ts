import { randomUUID } from "node:crypto";
import type { BlobCache } from "./blobCache.js";
import { BLOB_NAME, type BlobPlace, checked, type KeptBlob } from "./blobPlace.js";
import type { BucketObjects } from "./bucketObjects.js";
import { OBJECT_LIMITS } from "./limits.js";

const KEPT = "blobs/";
const ASIDE = "aside/";

/**
 * Blobs in a bucket, with copies on disk:
 *
 *     blobs/ab/abcdef…        as in a folder, so that either can be copied into the other
 *     aside/ab/abcdef…/TOKEN  what is being removed
 */
export class BucketBlobs implements BlobPlace {
  readonly #bucket: BucketObjects;
  readonly #cache: BlobCache;

  constructor(bucket: BucketObjects, cache: BlobCache) {
    this.#bucket = bucket;
    this.#cache = cache;
  }

  async size(hash: string): Promise<number | undefined> {
    return (await this.#bucket.head(nameOf(KEPT, hash)))?.bytes;
  }

  async read(hash: string): Promise<Uint8Array | undefined> {
    const copy = await this.#cache.get(hash);
    if (copy !== undefined) return copy;
    let bytes = await this.#bucket.get(nameOf(KEPT, hash));
    if (bytes === undefined)
      for await (const { key } of this.#bucket.list(nameOf(ASIDE, hash)))
        bytes ??= await this.#bucket.get(key);
    if (bytes === undefined) return undefined;
    checked(hash, bytes);
    await this.#cache.put(hash, bytes);
    return bytes;
  }

  async write(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(nameOf(KEPT, hash), bytes);
    await this.#cache.put(hash, bytes);
  }

  async setAside(hash: string): Promise<string | undefined> {
    const token = randomUUID();
    const started = performance.now();
    await this.#cache.remove(hash);
    if (!(await this.#bucket.copy(nameOf(KEPT, hash), nameOf(ASIDE, hash, token)))) return undefined;
    // What was set aside so long ago may have been found and removed by somebody else.
    if (performance.now() - started > OBJECT_LIMITS.graceMs / 2) return undefined;
    await this.#bucket.remove([nameOf(KEPT, hash)]);
    return token;
  }

  async takeBack(hash: string, token: string): Promise<void> {
    await this.#bucket.copy(nameOf(ASIDE, hash, token), nameOf(KEPT, hash));
    await this.#bucket.remove([nameOf(ASIDE, hash, token)]);
  }

  async discard(hash: string, token: string): Promise<void> {
    await this.#cache.remove(hash);
    await this.#bucket.remove([nameOf(ASIDE, hash, token)]);
  }

  async *list(): AsyncGenerator<KeptBlob> {
    for (const folder of [KEPT, ASIDE])
      for await (const { key, bytes, modified } of this.#bucket.list(folder)) {
        const [, , sha256 = "", token] = key.split("/");
        if (BLOB_NAME.test(sha256))
          yield { sha256, bytes, modified, ...(token === undefined ? {} : { token }) };
      }
  }

  now(): Promise<number> {
    return this.#bucket.now();
  }
}

function nameOf(folder: string, hash: string, token?: string): string {
  return `${folder}${hash.slice(0, 2)}/${hash}${token === undefined ? "" : `/${token}`}`;
}
