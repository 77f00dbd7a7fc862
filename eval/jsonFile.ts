import type { z } from "zod";
import { isMemosError, MemosError } from "../memcube/index.js";
import { parse } from "../memos/parse.js";
import { readTextFile } from "./textFile.js";

/**
 * Reads one JSON file of a known shape; what is wrong with it is said in one sentence.
 *
 * @param published where such a file is to be had, which is said where this one is missing.
 */
export async function readJsonFile<S extends z.ZodType>(
  path: string,
  schema: S,
  published?: string,
): Promise<z.output<S>> {
  const value = await parseJsonFile(path, published);
  try {
    return parse(schema, value);
  } catch (cause) {
    if (!isMemosError(cause)) throw cause;
    throw new MemosError(cause.code, `${path}: ${cause.message}`, {
      cause,
      ...(cause.path === undefined ? {} : { path: cause.path }),
    });
  }
}

async function parseJsonFile(path: string, published: string | undefined): Promise<unknown> {
  const text = await readTextFile(path, published);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MemosError("INVALID_INPUT", `${path} is not JSON`, { cause });
  }
}
