import { readFile } from "node:fs/promises";
import { parquetReadObjects } from "hyparquet";
import { MemosError } from "../../memcube/index.js";

/**
 * The rows of a Parquet file, snappy-compressed or not, with nested lists and structs as plain values.
 *
 * @throws MemosError INVALID_INPUT when the file is damaged, cut short or of a compression that is not known.
 */
export async function readParquet(path: string): Promise<unknown[]> {
  const bytes = await readFile(path);
  const file = new Uint8Array(bytes).buffer;
  try {
    return await parquetReadObjects({ file });
  } catch (cause) {
    throw new MemosError(
      "INVALID_INPUT",
      `${path} is damaged or cut short, or no Parquet file: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
