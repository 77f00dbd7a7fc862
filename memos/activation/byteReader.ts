import { stateInvalid } from "./stateInvalid.js";

/** Reads little-endian values of a state from its beginning; what is not there is STATE_INVALID. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.byteLength - this.#at;
  }

  i32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  /** Exact below 2^53; above, near enough to be refused as too large. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** A count of things that have at least so many bytes each: refused before anything is made for them. */
  count(what: string, leastBytes: number, limit: number): number {
    const count = this.u32();
    if (count > limit) throw stateInvalid(`The state has ${count} ${what}; ${limit} are allowed.`);
    if (count * leastBytes > this.left)
      throw stateInvalid(`The state ends before its ${count} ${what}: it is truncated.`);
    return count;
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #need(bytes: number): void {
    if (bytes > this.left) throw stateInvalid("The state ends too early: it is truncated.");
  }
}
