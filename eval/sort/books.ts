import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { MemosError } from "../../memcube/index.js";
import { readTextFile } from "../textFile.js";

export interface Book {
  readonly name: string;
  readonly text: string;
}

/**
 * Books, each a file of plain text; a folder stands for all `.txt` files in it.
 *
 * @throws MemosError INVALID_INPUT for what cannot be read, and for a folder without such a file.
 */
export async function loadBooks(paths: readonly string[]): Promise<Book[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  return Promise.all(
    files.map(async (file) => ({ name: basename(file, ".txt"), text: await readTextFile(file) })),
  );
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".txt")).sort();
  if (names.length === 0) throw new MemosError("INVALID_INPUT", `${path} has no .txt file in it`);
  return names.map((name) => join(path, name));
}
