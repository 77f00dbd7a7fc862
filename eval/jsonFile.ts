import type * as z from "zod";
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
  return shaped(schema, jsonOf(await readTextFile(path, published), path), path);
}

/**
 * The values of a text with one JSON value of a known shape a line; empty lines are none. What is wrong with one is
 * said with its line.
 *
 * @throws MemosError INVALID_INPUT.
 */
export function parseJsonLines<S extends z.ZodType>(text: string, schema: S, file: string): z.output<S>[] {
  return text.split("\n").flatMap((line, index) => {
    const where = `${file}, line ${index + 1}`;
    return line.trim() === "" ? [] : [shaped(schema, jsonOf(line, where), where)];
  });
}

/** A value of a known shape; what is wrong with it is said with where it stands. */
export function shaped<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  try {
    return parse(schema, value);
  } catch (cause) {
    if (!isMemosError(cause)) throw cause;
    throw new MemosError(cause.code, `${where}: ${cause.message}`, {
      cause,
      ...(cause.path === undefined ? {} : { path: cause.path }),
    });
  }
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MemosError("INVALID_INPUT", `${where} is not JSON`, { cause });
  }
}
