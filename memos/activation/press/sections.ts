import { promisify } from "node:util";
import { constants, deflateRaw, inflateRaw } from "node:zlib";
import { stateInvalid } from "../stateInvalid.js";

const deflate = promisify<Uint8Array, object, Buffer>(deflateRaw);
const inflate = promisify<Uint8Array, object, Buffer>(inflateRaw);

/** Smallest buffer that zlib takes. */
const SMALLEST_CHUNK = 64;

/**
 * A section of a payload: Huffman codes alone, in Deflate's format, where they make it smaller; as it is where not.
 * Quantised numbers repeat no strings, so that looking for them finds nothing and costs most of the time. The work
 * is done in another thread.
 */
async function squeezed(section: Uint8Array): Promise<Uint8Array> {
  if (section.length === 0) return section;
  const small = await deflate(section, {
    strategy: constants.Z_HUFFMAN_ONLY,
    memLevel: constants.Z_MAX_MEMLEVEL,
    chunkSize: Math.max(SMALLEST_CHUNK, section.length),
  });
  return small.length < section.length ? small : section;
}

/** Puts a payload together. One section is squeezed while the next is made, and no more: the machine is not ours. */
export class SectionWriter {
  readonly #chunks: Uint8Array[] = [];
  #last: Promise<Uint8Array> | undefined;

  async add(section: Uint8Array): Promise<void> {
    await this.#finish();
    this.#last = squeezed(section);
    // Whoever gives up before waiting for it has an error already.
    this.#last.catch(() => undefined);
  }

  async end(): Promise<readonly Uint8Array[]> {
    await this.#finish();
    return this.#chunks;
  }

  async #finish(): Promise<void> {
    if (this.#last !== undefined) this.#chunks.push(await this.#last);
    this.#last = undefined;
  }
}

/** Takes a payload apart, section by section. */
export class SectionReader {
  readonly #payload: Uint8Array;
  readonly #sizes: readonly number[];
  #section = 0;
  #at = 0;

  /**
   * @param sizes stored bytes of the sections.
   * @throws MemosError STATE_INVALID when they are not those of the payload.
   */
  constructor(payload: Uint8Array, sizes: readonly number[]) {
    if (sizes.reduce((sum, size) => sum + size, 0) !== payload.length)
      throw stateInvalid("The sections of the compressed state are not as long as its payload.");
    this.#payload = payload;
    this.#sizes = sizes;
  }

  /**
   * Begins to read the next section, which can be waited for later.
   *
   * @param length of the section, known beforehand: no more is ever written.
   */
  next(length: number): Promise<Uint8Array> {
    const size = this.#sizes[this.#section++];
    if (size === undefined) throw stateInvalid("The compressed state has too few sections.");
    const section = unsqueezed(this.#payload.subarray(this.#at, this.#at + size), length);
    this.#at += size;
    // Whoever gives up before waiting for it has an error already.
    section.catch(() => undefined);
    return section;
  }

  /** @throws MemosError STATE_INVALID when sections are left. */
  end(): void {
    if (this.#section !== this.#sizes.length)
      throw stateInvalid("The compressed state has sections that belong to nothing.");
  }
}

async function unsqueezed(stored: Uint8Array, length: number): Promise<Uint8Array> {
  if (stored.length === length) return stored;
  if (stored.length > length) throw wrongLength();
  const section = await inflate(stored, {
    maxOutputLength: length,
    chunkSize: Math.max(SMALLEST_CHUNK, length),
  }).catch((cause: unknown) => {
    throw stateInvalid("A section of the compressed state is damaged.", cause);
  });
  if (section.length !== length) throw wrongLength();
  return section;
}

function wrongLength() {
  return stateInvalid("A section of the compressed state is not as long as it must be.");
}
