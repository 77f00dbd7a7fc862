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

/** A line of a file that is not empty. */
export interface TextLine {
  readonly line: number;
  readonly json: string;
}

/** Opens a JSON Lines file; one that cannot be read is known before anything is done with it. */
export async function openLines(path: string): Promise<AsyncIterable<ImportLine>> {
  return importLinesIn(await openTextLines(path));
}

/** The same, as text. */
export async function openTextLines(path: string): Promise<AsyncIterable<TextLine>> {
  const file = await open(path).catch((cause: Error) => {
    throw unreadable(path, cause);
  });
  return readLines(file, path);
}

async function* importLinesIn(lines: AsyncIterable<TextLine>): AsyncGenerator<ImportLine> {
  for await (const { line, json } of lines) yield { line, ...read(json) };
}

/** Reads line by line; empty lines are nothing. */
async function* readLines(file: FileHandle, path: string): AsyncGenerator<TextLine> {
  let line = 0;
  try {
    for await (const text of file.readLines({ encoding: "utf8" })) {
      line += 1;
      const json = line === 1 ? text.replace(/^\ufeff/, "") : text;
      if (json.trim() !== "") yield { line, json };
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
