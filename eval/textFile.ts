import { readFile } from "node:fs/promises";
import { MemosError } from "../memcube/index.js";

/**
 * Reads one file of text, without a byte order mark.
 *
 * @param published where such a file is to be had, which is said where this one is missing.
 * @throws MemosError INVALID_INPUT for what cannot be read or is not UTF-8.
 */
export async function readTextFile(path: string, published?: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const there = published === undefined ? "" : `; ${published}`;
    const reason = cause.code === "ENOENT" ? `there is no such file${there}` : cause.message;
    throw new MemosError("INVALID_INPUT", `cannot read ${path}: ${reason}`, { cause });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MemosError("INVALID_INPUT", `${path} is not UTF-8 text`, { cause });
  }
}
