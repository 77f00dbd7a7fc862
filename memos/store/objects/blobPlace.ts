import { MemosError, sha256 } from "../../../memcube/index.js";

/** A blob that is kept, as a list of a place shows it. */
export interface KeptBlob {
  readonly sha256: string;
  readonly bytes: number;
  /** By the clock of the place. */
  readonly modified: number;
  /** Under which it was set aside; undefined while it is kept. */
  readonly token?: string;
}

/**
 * Where the bytes of blobs are. A blob that is to go is set aside first and can be taken back: between the look into
 * the ledger and the removal somebody may have begun to need it.
 */
export interface BlobPlace {
  /** Bytes of a blob, undefined where there is none. */
  size(hash: string): Promise<number | undefined>;
  /**
   * The bytes, also of what is set aside; undefined where there are none.
   *
   * @throws MemosError STORE_INVALID when they are others than their name says.
   */
  read(hash: string): Promise<Uint8Array | undefined>;
  write(hash: string, bytes: Uint8Array): Promise<void>;
  /** @returns a token of what was set aside, which nobody else knows; undefined where there was nothing. */
  setAside(hash: string): Promise<string | undefined>;
  takeBack(hash: string, token: string): Promise<void>;
  /** Removes for good what was set aside. */
  discard(hash: string, token: string): Promise<void>;
  /** What is kept, and what an earlier process has set aside and left. */
  list(): AsyncIterable<KeptBlob>;
  /** What time it is by the clock that dates what is listed. */
  now(): Promise<number>;
}

export const BLOB_NAME = /^[0-9a-f]{64}$/;

/** @throws MemosError STORE_INVALID. */
export function checked(hash: string, bytes: Uint8Array): Uint8Array {
  if (sha256(bytes) !== hash)
    throw new MemosError("STORE_INVALID", `The blob ${hash} has other bytes than its name says.`);
  return bytes;
}
