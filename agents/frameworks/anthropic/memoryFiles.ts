import { MemosError, type Scope, scopeSchema } from "../../../memcube/index.js";
import { type MemOS, parse } from "../../../memos/index.js";
import { COMMANDS, type Command, commandSchema } from "./commands.js";
import { MEMORY_FILE_LIMITS } from "./limits.js";
import { isWithin, pathSchema, ROOT } from "./path.js";
import { numbered, shownDirectory, shownFile } from "./show.js";
import { type MemoryFile, MemoryFileStore } from "./store.js";

/**
 * Anthropic's memory tool over a store: the files that Claude keeps under `/memories` are memories of one scope, found
 * by `recall` and `search` as all others. Outputs are those of the tool's specification; what fails is thrown, with the
 * sentence that Claude is to read.
 *
 * @example
 * const memory = betaMemoryTool(new MemoryFiles(memos, { tenant: "acme", user: "ana" }));
 * await anthropic.beta.messages.toolRunner({ model, max_tokens, messages, tools: [memory] });
 */
export class MemoryFiles {
  readonly #store: MemoryFileStore;
  /** One command at a time: the second of two sees what the first one did. */
  #last: Promise<unknown> = Promise.resolve();

  /** @throws MemosError INVALID_INPUT for a scope that is none. */
  constructor(memos: MemOS, scope: Scope) {
    this.#store = new MemoryFileStore(memos, parse(scopeSchema, scope));
  }

  /** Any command, as the `input` of a `tool_use` block has it: for those who do not use Anthropic's SDK. */
  run(input: unknown): Promise<string> {
    const command = parse(commandSchema, input);
    switch (command.command) {
      case "view":
        return this.view(command);
      case "create":
        return this.create(command);
      case "str_replace":
        return this.str_replace(command);
      case "insert":
        return this.insert(command);
      case "delete":
        return this.delete(command);
      case "rename":
        return this.rename(command);
    }
  }

  /** A file with line numbers, or what is in a directory. @throws MemosError NOT_FOUND, TOO_LARGE. */
  view(input: Input<"view">): Promise<string> {
    return this.#next(async () => {
      const { path, view_range: range } = parse(COMMANDS.view, input);
      const file = await this.#store.at(path);
      if (file !== undefined) return shownFile(file, range ?? undefined);
      const files = await this.#store.within(path);
      if (files.length === 0 && path !== ROOT) throw missing(path);
      return shownDirectory(path, files);
    });
  }

  /** @throws MemosError CONFLICT for a path that is taken; TOO_LARGE. */
  create(input: Input<"create">): Promise<string> {
    return this.#next(async () => {
      const { path, file_text: text } = parse(COMMANDS.create, input);
      await this.#assertFree(path, `File ${path} already exists`);
      if ((await this.#store.count()) >= MEMORY_FILE_LIMITS.files)
        throw new MemosError("TOO_LARGE", `There are ${MEMORY_FILE_LIMITS.files} files already.`);
      await this.#store.create(path, text);
      return `File created successfully at: ${path}`;
    });
  }

  /** @throws MemosError NOT_FOUND; INVALID_INPUT where the text is not there exactly once; CONFLICT. */
  str_replace(input: Input<"str_replace">): Promise<string> {
    return this.#next(async () => {
      const { path, old_str: before, new_str: after } = parse(COMMANDS.str_replace, input);
      const file = await this.#file(path);
      const at = positions(file.content, before);
      const lines = linesAt(file.content, at);
      const [position, another] = at;
      if (position === undefined)
        throw new MemosError(
          "INVALID_INPUT",
          `No replacement was performed, old_str \`${before}\` did not appear verbatim in ${path}.`,
        );
      if (another !== undefined)
        throw new MemosError(
          "INVALID_INPUT",
          `No replacement was performed. Multiple occurrences of old_str \`${before}\` in lines: ${[...new Set(lines)].join(", ")}. Please ensure it is unique`,
        );
      const content = file.content.slice(0, position) + after + file.content.slice(position + before.length);
      await this.#store.write(file, { content }, "str_replace of the memory tool");
      const changed = (lines[0] ?? 1) - 1;
      const start = Math.max(0, changed - 2);
      const snippet = content.split("\n").slice(start, changed + 3);
      return `The memory file has been edited. Here is the snippet showing the change (with line numbers):\n${numbered(snippet, start + 1)}`;
    });
  }

  /** @throws MemosError NOT_FOUND; INVALID_INPUT for a line that is not there; CONFLICT. */
  insert(input: Input<"insert">): Promise<string> {
    return this.#next(async () => {
      const { path, insert_line: line, insert_text: text } = parse(COMMANDS.insert, input);
      const file = await this.#file(path);
      const lines = file.content.split("\n");
      if (line < 0 || line > lines.length)
        throw new MemosError(
          "INVALID_INPUT",
          `Invalid \`insert_line\` parameter: ${line}. It should be within the range of lines of the file: [0, ${lines.length}]`,
        );
      lines.splice(line, 0, text.replace(/\n$/, ""));
      await this.#store.write(file, { content: lines.join("\n") }, "insert of the memory tool");
      return `The file ${path} has been edited.`;
    });
  }

  /** Forgets a file, or all in a directory; it can be undone for 30 days. @throws MemosError NOT_FOUND, CONFLICT. */
  delete(input: Input<"delete">): Promise<string> {
    return this.#next(async () => {
      const { path } = parse(COMMANDS.delete, input);
      if (path === ROOT) throw refused(`Cannot delete the ${ROOT} directory itself`);
      const files = await this.#all(path);
      if (files.length === 0) throw new MemosError("NOT_FOUND", `The path ${path} does not exist`);
      await this.#store.forget(files);
      return `Successfully deleted ${path}`;
    });
  }

  /** Moves a file, or all in a directory one after the other. @throws MemosError NOT_FOUND, CONFLICT. */
  rename(input: Input<"rename">): Promise<string> {
    return this.#next(async () => {
      const { old_path: from, new_path: to } = parse(COMMANDS.rename, input);
      if (from === ROOT) throw refused(`Cannot rename the ${ROOT} directory itself`);
      if (isWithin(to, from)) throw refused(`${to} is inside of ${from}`);
      await this.#assertFree(to, `The destination ${to} already exists`);
      const files = await this.#all(from);
      if (files.length === 0) throw new MemosError("NOT_FOUND", `The path ${from} does not exist`);
      // All are looked at first, so that a name too long moves none.
      const moves = files.map((file) => ({
        file,
        path: parse(pathSchema, to + file.path.slice(from.length)),
      }));
      for (const { file, path } of moves) await this.#store.write(file, { path }, `renamed from ${from}`);
      return `Successfully renamed ${from} to ${to}`;
    });
  }

  /** The file at a path, or every file in the directory there. */
  async #all(path: string): Promise<MemoryFile[]> {
    const file = await this.#store.at(path);
    return file === undefined ? this.#store.within(path) : [file];
  }

  async #file(path: string): Promise<MemoryFile> {
    const file = await this.#store.at(path);
    if (file !== undefined) return file;
    const isDirectory = path === ROOT || (await this.#store.within(path)).length > 0;
    throw isDirectory ? refused(`The path ${path} is not a file.`) : missing(path);
  }

  async #assertFree(path: string, taken: string): Promise<void> {
    if (path === ROOT || (await this.#all(path)).length > 0) throw new MemosError("CONFLICT", taken);
    const names = path.split("/");
    for (let length = 3; length < names.length; length++) {
      const above = names.slice(0, length).join("/");
      if ((await this.#store.at(above)) !== undefined)
        throw new MemosError("CONFLICT", `The path ${above} is a file, so nothing can be in it`);
    }
  }

  #next<T>(command: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(command);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** What the SDK hands over: a path is a string here, and checked by the command. */
type Input<Name extends keyof typeof COMMANDS> = {
  readonly [Field in keyof Command<Name>]: Field extends "view_range"
    ? readonly number[] | null | undefined
    : Command<Name>[Field];
};

function missing(path: string): MemosError {
  return new MemosError("NOT_FOUND", `The path ${path} does not exist. Please provide a valid path.`);
}

function refused(message: string): MemosError {
  return new MemosError("INVALID_INPUT", message);
}

function positions(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

/** The numbers of the lines that ascending positions are in, from 1. */
function linesAt(text: string, positions: readonly number[]): number[] {
  let line = 1;
  let end = text.indexOf("\n");
  return positions.map((position) => {
    for (; end !== -1 && end < position; end = text.indexOf("\n", end + 1)) line++;
    return line;
  });
}
