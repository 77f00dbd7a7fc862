import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { MemosError } from "../../memcube/index.js";
import { shaped } from "../jsonFile.js";
import { readJsonLines } from "./jsonLines.js";
import { readParquet } from "./parquetFile.js";
import { type MabRow, mabRowSchema } from "./row.js";
import { type Competency, type Source, sourceOf } from "./sources.js";

/** Where the published data is. */
const PUBLISHED =
  "the published files are on Hugging Face, dataset ai-hyz/MemoryAgentBench (https://huggingface.co/datasets/ai-hyz/MemoryAgentBench)";

const READERS: Readonly<Record<string, (path: string) => Promise<unknown[]>>> = {
  ".parquet": readParquet,
  ".jsonl": (path) => readJsonLines(path),
};

/** All contexts of one source, in the order of the data. */
export interface MabSet {
  readonly source: Source;
  readonly rows: readonly MabRow[];
}

export interface MabData {
  /** SHA-256 over the bytes of every file, in the order of their names. */
  readonly hash: string;
  readonly sets: readonly MabSet[];
}

/** Which part of the data is wanted; all of it where nothing is said. */
export interface Wanted {
  readonly competency?: Competency | undefined;
  readonly source?: string | undefined;
}

/**
 * Reads rows of MemoryAgentBench (Hu, Wang and McAuley, 2025) from a Parquet or JSONL file, or from every such
 * file in a folder and in those below it.
 *
 * @throws MemosError INVALID_INPUT when there is nothing to read, or a row is not of the format.
 */
export async function loadMab(path: string, wanted: Wanted = {}): Promise<MabData> {
  const files = await filesOf(path);
  const sets = new Map<string, { source: Source; rows: MabRow[] }>();
  for (const file of files) {
    const values = (await readerOf(file)?.(file)) ?? [];
    for (const [index, value] of values.entries()) {
      const row = shaped(mabRowSchema, value, `${file}, row ${index + 1}`);
      const source = sourceOf(row.metadata.source);
      if (!isWanted(source, wanted)) continue;
      const set = sets.get(source.name) ?? { source, rows: [] };
      set.rows.push(row);
      sets.set(source.name, set);
    }
  }
  if (sets.size === 0) throw new MemosError("INVALID_INPUT", `${path} has no row of what was asked for`);
  return { hash: await hashOf(files), sets: [...sets.values()] };
}

function readerOf(file: string) {
  return Object.entries(READERS).find(([extension]) => file.toLowerCase().endsWith(extension))?.[1];
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? `there is no such file or folder; ${PUBLISHED}` : cause.message;
    throw new MemosError("INVALID_INPUT", `cannot read ${path}: ${reason}`, { cause });
  });
  if (!found.isDirectory()) {
    if (readerOf(path) === undefined)
      throw new MemosError("INVALID_INPUT", `${path} is neither a .parquet nor a .jsonl file`);
    return [path];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && readerOf(entry.name) !== undefined)
    .map(({ parentPath, name }) => relative(path, join(parentPath, name)));
  if (names.length === 0)
    throw new MemosError("INVALID_INPUT", `${path} holds no .parquet and no .jsonl file; ${PUBLISHED}`);
  return names.sort().map((name) => join(path, name));
}

function isWanted(source: Source, { competency, source: name }: Wanted): boolean {
  return (
    (competency === undefined || source.competency === competency) &&
    (name === undefined || source.name === name)
  );
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) await pipeline(createReadStream(file), hash, { end: false });
  return hash.digest("hex");
}
