import { type MemCube, MemosError, SCOPE_PARTS, type Scope, textOf } from "../../../memcube/index.js";
import { and, type Filter, type ListOptions, type MemOS, type WriteReceipt } from "../../../memos/index.js";
import { MEMORY_FILE_LIMITS } from "./limits.js";

/** Fields of the metadata: where a file is, and what it says when that is nothing but blanks. */
const PATH = "memory_path";
const BLANK = "memory_blank";

/** Stands for the content of a file without words, which no memory can be. */
const WORDLESS = "[empty file]";

/** What is forgotten, expired or waits for a review is not there. */
const READABLE: NonNullable<ListOptions["states"]> = ["active", "merged", "archived", "frozen"];

const PAGE = 1_000;

export interface MemoryFile {
  readonly id: string;
  readonly version: number;
  readonly path: string;
  readonly content: string;
}

/** Files as memories of exactly one scope: the path is an attribute, each change a version. */
export class MemoryFileStore {
  readonly #memos: MemOS;
  readonly #scope: Scope;

  constructor(memos: MemOS, scope: Scope) {
    this.#memos = memos;
    this.#scope = scope;
  }

  /** The file at a path; the older one where two processes made it at the same instant. */
  async at(path: string): Promise<MemoryFile | undefined> {
    const [found] = await this.#list({ field: `metadata.${PATH}`, op: "eq", value: path }, 1);
    return found;
  }

  /** Every file in a directory and the directories in it, by path. @throws MemosError TOO_LARGE. */
  async within(directory: string): Promise<MemoryFile[]> {
    // Every path in it, as "0" is the character after "/".
    const field = `metadata.${PATH}`;
    const range = and(
      { field, op: "gte", value: `${directory}/` },
      { field, op: "lt", value: `${directory}0` },
    );
    const files = await this.#list(range, MEMORY_FILE_LIMITS.files + 1);
    if (files.length > MEMORY_FILE_LIMITS.files)
      throw new MemosError("TOO_LARGE", `There are more than ${MEMORY_FILE_LIMITS.files} files.`);
    const first = new Map<string, MemoryFile>();
    for (const file of files) if (!first.has(file.path)) first.set(file.path, file);
    return [...first.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** How many files there are. */
  async count(): Promise<number> {
    const where = this.#own({ field: `metadata.${PATH}`, op: "gte", value: "" });
    return (await this.#memos.census(this.#scope, { where, states: READABLE })).cubes;
  }

  async create(path: string, content: string): Promise<void> {
    const memory = { origin: "assistant" as const, type: "resource" as const };
    const receipt = await this.#memos.add({ ...memory, ...shaped(path, content) }, this.#scope);
    for (const { reason } of receipt.skipped) throw new MemosError("INVALID_INPUT", reason);
    assertReadable(receipt, path);
  }

  /** Writes a new version of what was read; a change by somebody else meanwhile is a CONFLICT. */
  async write(file: MemoryFile, change: { path?: string; content?: string }, cause: string): Promise<void> {
    const { path = file.path, content = file.content } = change;
    const patch = shaped(path, content);
    const receipt = await this.#memos.update(file.id, patch, this.#scope, {
      ifVersion: file.version,
      cause,
    });
    assertReadable(receipt, path);
  }

  /** Forgets files: tombstones, which can be undone. @throws MemosError CONFLICT for one that has to stay. */
  async forget(paths: readonly MemoryFile[]): Promise<void> {
    const ids = [];
    // Also the younger twin, which would show otherwise.
    for (const { path } of paths)
      for (const { id } of await this.#list({ field: `metadata.${PATH}`, op: "eq", value: path }, PAGE))
        ids.push(id);
    const { skipped } = await this.#memos.forgetting.forget({ ids }, this.#scope, {
      cause: "deleted by the memory tool",
    });
    const [kept] = skipped;
    if (kept !== undefined) throw new MemosError("CONFLICT", `Not everything was deleted: ${kept.reason}`);
  }

  /** A scope holds what is below it too, and files of a session are not those of its user. */
  #own(which: Filter): Filter {
    const absent = SCOPE_PARTS.filter((part) => this.#scope[part] === undefined);
    return and(which, ...absent.map((part) => ({ not: { field: part, op: "gte" as const, value: "" } })));
  }

  async #list(which: Filter, most: number): Promise<MemoryFile[]> {
    const files: MemoryFile[] = [];
    const where = this.#own(which);
    for (let cursor: string | undefined, more = true; more && files.length < most; ) {
      const page = await this.#memos.list(this.#scope, {
        where,
        states: READABLE,
        order: "oldest",
        limit: Math.min(PAGE, most - files.length),
        cursor,
      });
      files.push(...page.cubes.map(fileOf));
      cursor = page.cursor;
      more = cursor !== undefined;
    }
    return files;
  }
}

function shaped(path: string, content: string) {
  const blank = content.trim() === "";
  if (blank && content.length > MEMORY_FILE_LIMITS.blankCharacters)
    throw new MemosError(
      "TOO_LARGE",
      `A file of blanks has at most ${MEMORY_FILE_LIMITS.blankCharacters} characters.`,
    );
  return {
    text: blank ? WORDLESS : content,
    metadata: { [PATH]: path, ...(blank ? { [BLANK]: content } : {}) },
  };
}

function fileOf(cube: MemCube): MemoryFile {
  const { metadata } = cube.attributes;
  const blank = metadata[BLANK];
  const content = typeof blank === "string" ? blank : (textOf(cube) ?? "");
  return { id: cube.id, version: cube.version, path: String(metadata[PATH]), content };
}

/** What reads like orders to a model may be somebody's attack: it is kept, and read by nobody until a person looked. */
function assertReadable({ written }: WriteReceipt, path: string): void {
  const reasons = written[0]?.quarantined?.reasons;
  if (reasons !== undefined)
    throw new MemosError(
      "CONFLICT",
      `What was written to ${path} waits for a review, and cannot be read until then: ${reasons.join(" ")}`,
    );
}
