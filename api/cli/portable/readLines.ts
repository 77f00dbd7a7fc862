import { type FileHandle, open } from "node:fs/promises";
import { isMemosError, MemosError, type PortableCube, portableCubeSchema } from "../../../memcube/index.js";
import { type MemoryInput, memoryInputSchema } from "../../../memos/operations.js";
import { parse } from "../../../memos/parse.js";

/** One line of a JSON Lines file: an exported cube, a new memory, or why it is neither. */
export type ImportLine = { readonly line: number } & (
  | { readonly kind: "cube"; readonly cube: PortableCube }
  | { readonly kind: "memory"; readonly memory: MemoryInput }
  | { readonly kind: "rejected"; readonly reason: string }
);

/** Opens a JSON Lines file; one that cannot be read is known before anything is done with it. */
export async function openLines(path: string): Promise<AsyncIterable<ImportLine>> {
  const file = await open(path).catch((cause: Error) => {
    throw unreadable(path, cause);
  });
  return readLines(file, path);
}

/** Reads line by line; empty lines are nothing. */
async function* readLines(file: FileHandle, path: string): AsyncGenerator<ImportLine> {
  let line = 0;
  try {
    for await (const text of file.readLines({ encoding: "utf8" })) {
      line += 1;
      const json = line === 1 ? text.replace(/^\ufeff/, "") : text;
      if (json.trim() !== "") yield { line, ...read(json) };
    }
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) throw unreadable(path, cause);
    throw cause;
  }
}

function unreadable(path: string, cause: Error): MemosError {
  return new MemosError("INVALID_INPUT", `cannot read ${path}: ${cause.message}`, { cause });
}

type Content<T> = T extends unknown ? Omit<T, "line"> : never;

function read(json: string): Content<ImportLine> {
  try {
    const value: unknown = JSON.parse(json);
    if (isExported(value)) return { kind: "cube", cube: parse(portableCubeSchema, value) };
    return { kind: "memory", memory: parse(memoryInputSchema, value) };
  } catch (error) {
    if (isMemosError(error)) return { kind: "rejected", reason: error.message };
    if (error instanceof SyntaxError) return { kind: "rejected", reason: "is not JSON." };
    throw error;
  }
}

function isExported(value: unknown): boolean {
  return typeof value === "object" && value !== null && "cube" in value && "versions" in value;
}
