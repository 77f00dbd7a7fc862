import type { FileHandle } from "node:fs/promises";
import { MemosError } from "../../../memcube/index.js";

/** Bytes of the file that are in memory at once. */
const WINDOW = 256 * 1024;

/** Reads little-endian values of a file from its beginning, through a small window. */
export class Cursor {
  #window = Buffer.alloc(0);
  /** Where the window begins in the file. */
  #start = 0;
  #at = 0;

  constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  get position(): number {
    return this.#start + this.#at;
  }

  get left(): number {
    return this.size - this.position;
  }

  /** Whether the next values of so many bytes can be taken. */
  has(bytes: number): boolean {
    return this.#at + bytes <= this.#window.length;
  }

  /** @throws MemosError MODEL_INVALID when the file ends before. */
  async fill(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    if (bytes > this.left) throw truncated();
    this.#start += this.#at;
    this.#at = 0;
    const window = Buffer.alloc(Math.min(this.left, Math.max(bytes, WINDOW)));
    let filled = 0;
    while (filled < window.length) {
      const { bytesRead } = await this.file.read(
        window,
        filled,
        window.length - filled,
        this.#start + filled,
      );
      if (bytesRead === 0) throw truncated();
      filled += bytesRead;
    }
    this.#window = window;
  }

  /** @throws MemosError MODEL_INVALID when the file ends before. */
  skip(bytes: number): void {
    if (bytes > this.left) throw truncated();
    this.#at += bytes;
  }

  /** The next bytes, which `fill` has made sure of; so for all below. */
  take(bytes: number): Buffer {
    const taken = this.#window.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    return taken;
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  /** Exact below 2^53; above, near enough to be refused as too large. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }
}

export function truncated(): MemosError {
  return new MemosError("MODEL_INVALID", "The file ends before what its header announces: it is truncated.");
}
