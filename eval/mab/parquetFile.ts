import { readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type AsyncBuffer, parquetRead, parquetReadObjects } from "hyparquet";
import { MemosError } from "../../memcube/index.js";

/**
 * The rows of a Parquet file, snappy-compressed or not, with nested lists and structs as plain values.
 *
 * @throws MemosError INVALID_INPUT when the file is damaged, cut short or of a compression that is not known.
 */
export async function readParquet(path: string): Promise<unknown[]> {
  const file = new Bytes(new Uint8Array(await readFile(path)).buffer);
  try {
    // Of the columns of a struct putting rows together hears of the first that is damaged, and of all that are by reading
    // the columns alone: a rejection that nobody hears of ends the process.
    await parquetRead({ file });
    return await parquetReadObjects({ file });
  } catch (cause) {
    file.end();
    throw new MemosError(
      "INVALID_INPUT",
      `${path} is damaged or cut short, or no Parquet file: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/**
 * Bytes that come in a later turn, and no more once reading has failed: where the description of a column is damaged,
 * those before it are being read already, and nobody waits for them.
 */
class Bytes implements AsyncBuffer {
  readonly #bytes: ArrayBuffer;
  #ended = false;

  constructor(bytes: ArrayBuffer) {
    this.#bytes = bytes;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  async slice(start: number, end?: number): Promise<ArrayBuffer> {
    await nextTurn();
    return this.#ended ? new Promise(() => {}) : this.#bytes.slice(start, end);
  }

  end(): void {
    this.#ended = true;
  }
}
