import { type BlobRef, MemosError, sha256, sha256Schema } from "../../memcube/index.js";
import type { Ledger } from "./ledger.js";
import type { BlobPlace, KeptBlob } from "./objects/blobPlace.js";

/**
 * Bytes too large for the ledger (KV states, adapters), named by their hash, in a folder or in a bucket. The ledger
 * counts who refers to a blob; the bytes go when nobody does.
 *
 * Whoever puts a blob refers to it first and then looks whether its bytes are there; whoever removes one sets it aside
 * first and then looks whether anybody refers to it. Of the two, one sees what the other has done, so no bytes are lost
 * that somebody refers to, on whatever machines the two are and wherever they are stopped.
 */
export class BlobStore {
  readonly #place: BlobPlace;
  readonly #ledger: Ledger;

  constructor(place: BlobPlace, ledger: Ledger) {
    this.#place = place;
    this.#ledger = ledger;
  }

  /**
   * Stores bytes and takes one reference to them.
   *
   * @throws MemosError DISK_FULL; of a bucket also TOO_LARGE, OBJECTS_UNAVAILABLE and OBJECTS_REFUSED.
   */
  async put(bytes: Uint8Array, mediaType: string): Promise<BlobRef> {
    const hash = sha256(bytes);
    await this.#written(hash, bytes);
    await this.#ledger.retainBlob(hash, bytes.byteLength);
    await this.#written(hash, bytes);
    return { sha256: hash, bytes: bytes.byteLength, mediaType };
  }

  async #written(hash: string, bytes: Uint8Array): Promise<void> {
    if ((await this.#place.size(hash)) !== bytes.byteLength) await this.#place.write(hash, bytes);
  }

  /**
   * The bytes of a blob, checked against their name.
   *
   * @throws MemosError NOT_FOUND, or STORE_INVALID when they were changed.
   */
  async get(hash: string): Promise<Uint8Array> {
    named(hash);
    const bytes = await this.#place.read(hash);
    if (bytes === undefined) throw new MemosError("NOT_FOUND", `There is no blob ${hash}.`);
    return bytes;
  }

  /** Gives a reference back; the last one takes the bytes along. */
  async release(hash: string): Promise<void> {
    named(hash);
    if ((await this.#ledger.releaseBlob(hash)) === 0) await this.remove([hash]);
  }

  /** Removes the bytes of blobs that the ledger does not have any more; of those that it has again, they stay. */
  async remove(hashes: readonly string[]): Promise<void> {
    const aside: (readonly [hash: string, token: string])[] = [];
    for (const hash of hashes) {
      const token = await this.#place.setAside(named(hash));
      if (token !== undefined) aside.push([hash, token]);
    }
    await this.#decide(aside);
  }

  /** What was set aside is taken back where the ledger has it by now, else it is gone. */
  async #decide(aside: readonly (readonly [hash: string, token: string])[]): Promise<void> {
    if (aside.length === 0) return;
    const known = await this.#known();
    for (const [hash, token] of aside)
      if (known.has(hash)) await this.#place.takeBack(hash, token);
      else await this.#place.discard(hash, token);
  }

  /**
   * Blobs that no reference keeps: left by a crash between writing and committing, or while they were removed.
   *
   * @param writtenBefore leaves out what was written later, by the clock of the place: its reference may be on its way.
   */
  async orphans(writtenBefore = Number.POSITIVE_INFINITY): Promise<KeptBlob[]> {
    const kept: KeptBlob[] = [];
    for await (const blob of this.#place.list()) if (blob.modified <= writtenBefore) kept.push(blob);
    // The ledger is asked after the place: what it has by now was not an orphan.
    const known = await this.#known();
    return kept.filter(({ sha256, token }) => !known.has(sha256) || token !== undefined);
  }

  /** What time it is by the clock that dates the blobs. */
  now(): Promise<number> {
    return this.#place.now();
  }

  /** Removes orphans; what a process that died had set aside is taken back where somebody refers to it. */
  async collect(orphans: readonly KeptBlob[]): Promise<void> {
    await this.remove(orphans.flatMap(({ sha256, token }) => (token === undefined ? [sha256] : [])));
    await this.#decide(
      orphans.flatMap(({ sha256, token }) => (token === undefined ? [] : [[sha256, token] as const])),
    );
  }

  async #known(): Promise<ReadonlySet<string>> {
    return new Set((await this.#ledger.blobs()).map(({ sha256 }) => sha256));
  }
}

/** A name that comes from outside: only a hash can become a path. */
function named(hash: string): string {
  if (!sha256Schema.safeParse(hash).success)
    throw new MemosError("INVALID_INPUT", "A blob is named by its SHA-256.", { path: "sha256" });
  return hash;
}
