import * as z from "zod";
import {
  cubeIdSchema,
  isMemosError,
  type MemCube,
  MemosError,
  type Scope,
  type Source,
  textOf,
} from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { linesOf } from "./fileText.js";
import type { FilesView, ProgramFile } from "./operations.js";
import { filePathSchema } from "./path.js";
import { isCommitted, type Progress } from "./programLog.js";
import { STEP_PROMPT } from "./stepPrompt.js";

/** How often a change is made again on top of a version that only says something new about the same text. */
const ATTEMPTS = 8;

const markSchema = z.object({
  path: filePathSchema,
  /** Number of the instruction that wrote this text, and which attempt at it. */
  step: z.int().positive(),
  attempt: cubeIdSchema,
  /** Files that the attempt changes. */
  of: z.int().positive(),
  /** What the attempt did, for the event that is still to be written. */
  note: z.string(),
});

type Mark = z.output<typeof markSchema>;

interface Head extends Mark {
  readonly id: string;
  readonly version: number;
  readonly text: string;
}

/** An attempt at an instruction, as its changes are marked. */
export interface Attempt {
  readonly step: number;
  readonly attempt: string;
  readonly note: string;
  /** The model that wrote it. */
  readonly actor: string;
}

/** The file that a cube holds; undefined for another one. */
export function fileIn(cube: MemCube): Head | undefined {
  const { metadata } = cube.attributes;
  if (metadata["part"] !== "file") return undefined;
  return { ...markSchema.parse(metadata), id: cube.id, version: cube.version, text: textOf(cube) ?? "" };
}

interface Known extends Omit<Head, "text"> {
  readonly lines: number;
  readonly bytes: number;
}

/**
 * The files of a program: a resource cube each, whose versions are the changes of the file. Each version is marked
 * with the attempt that made it; it counts once the log says that the attempt is done.
 */
export class ProgramFiles implements FilesView {
  readonly #memos: MemOS;
  readonly #program: { readonly id: string; readonly scope: Scope; readonly source: Source };
  /** By cube: until the attempts that were cut off are settled, two may have one path. */
  readonly #known = new Map<string, Known>();

  constructor(
    memos: MemOS,
    program: { readonly id: string; readonly scope: Scope; readonly source: Source },
    heads: readonly Head[],
  ) {
    this.#memos = memos;
    this.#program = program;
    for (const head of heads) this.#keep(head);
  }

  get paths(): readonly string[] {
    return [...this.#known.values()].map(({ path }) => path).sort();
  }

  /** Without their texts. */
  list(): Omit<ProgramFile, "cube" | "version">[] {
    return [...this.#known.values()].map(({ path, lines, bytes }) => ({ path, lines, bytes }));
  }

  /** @throws MemosError CONFLICT when somebody else has begun to change it. */
  async read(path: string): Promise<string | undefined> {
    return (await this.#head(path))?.text;
  }

  /** The files as what is done has left them, whatever a crash has left beside it; changes nothing. */
  async committed(progress: Progress): Promise<(ProgramFile & { readonly text: string })[]> {
    const files: (ProgramFile & { readonly text: string })[] = [];
    for (const known of this.#known.values()) {
      const good = await this.#committed(known, progress);
      if (good !== undefined)
        files.push({
          path: known.path,
          cube: known.id,
          version: good.version,
          ...sizeOf(good.text),
          text: good.text,
        });
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Makes the changes of an attempt: new files in one transaction, then each changed one. Durable when it resolves;
   * after a crash in between, `unfinished` finds what was done.
   *
   * @returns why a file was refused; what else was done is still to be undone then.
   * @throws MemosError CONFLICT when a file has been changed since it was read.
   */
  async write(changes: ReadonlyMap<string, string>, by: Attempt): Promise<string | undefined> {
    const { id } = this.#program;
    const { step, attempt, note, actor } = by;
    const key = `program ${id} instruction ${step} attempt ${attempt}`;
    const mark = (path: string) => ({
      ...{ part: "file", program: id, path, step, attempt, of: changes.size, note },
      promptHash: STEP_PROMPT.hash,
    });
    try {
      const fresh = [...changes].filter(([path]) => !this.paths.includes(path));
      if (fresh.length > 0) {
        const refused = await this.#create(fresh, mark, key, actor);
        if (refused !== undefined) return refused;
      }
      for (const [path, text] of changes)
        if (!fresh.some(([other]) => other === path)) await this.#change(path, text, mark(path), key, actor);
      return undefined;
    } catch (cause) {
      if (!isMemosError(cause, "NOT_FOUND")) throw cause;
      throw new MemosError("CONFLICT", "A file of the program was forgotten meanwhile.", { cause });
    }
  }

  async #create(
    files: readonly (readonly [path: string, text: string])[],
    mark: (path: string) => Mark & { part: string; program: string },
    idempotencyKey: string,
    actor: string,
  ): Promise<string | undefined> {
    const { scope, source } = this.#program;
    const { written, skipped } = await this.#memos.add(
      files.map(([path, text]) => ({
        ...{ text, title: path, type: "resource" as const, origin: "assistant" as const, actor },
        format: path.endsWith(".md") ? ("markdown" as const) : ("text" as const),
        metadata: mark(path),
        sources: [source],
      })),
      scope,
      { idempotencyKey },
    );
    for (const { id } of written) await this.#look(id);
    const [refused] = skipped;
    return refused === undefined
      ? undefined
      : `${files[refused.index]?.[0]}: it was refused. ${refused.reason}`;
  }

  async #change(
    path: string,
    text: string,
    metadata: Mark & { part: string; program: string },
    cause: string,
    actor: string,
  ): Promise<void> {
    const { scope } = this.#program;
    const before = await this.#head(path);
    for (let head = before, attempt = 1; head !== undefined && before !== undefined; attempt++) {
      try {
        await this.#memos.update(head.id, { text, metadata }, scope, {
          ifVersion: head.version,
          cause,
          actor,
        });
        await this.#look(head.id);
        return;
      } catch (error) {
        if (!isMemosError(error, "CONFLICT") || attempt === ATTEMPTS) throw error;
        // Keywords and links are written in the background; they are no reason to fail.
        head = await this.#head(path);
        if (head?.text !== before.text) throw error;
      }
    }
  }

  /** The attempts whose changes are there although the log does not say that they are done. */
  unfinished(progress: Progress): { step: number; attempt: string; note: string; whole: boolean }[] {
    const found = new Map<
      string,
      { step: number; attempt: string; note: string; of: number; files: number }
    >();
    for (const { step, attempt, note, of } of this.#known.values()) {
      if (isCommitted(progress, step, attempt)) continue;
      const files = (found.get(attempt)?.files ?? 0) + 1;
      found.set(attempt, { step, attempt, note, of, files });
    }
    return [...found.values()].map(({ of, files, ...attempt }) => ({ ...attempt, whole: files === of }));
  }

  /**
   * Takes back what attempts have done of which the log says that they came to nothing: the text before, or no file
   * where there was none.
   *
   * @throws MemosError CONFLICT when a file has been changed since.
   */
  async undo(progress: Progress): Promise<void> {
    const { scope } = this.#program;
    for (const known of [...this.#known.values()]) {
      const { id, step, attempt, version } = known;
      if (!progress.voided.has(attempt)) continue;
      const good = await this.#committed(known, progress);
      const cause = `attempt ${attempt} at instruction ${step} is undone`;
      if (good !== undefined) {
        await this.#memos
          .restore(id, good.version, scope, { cause, ifVersion: version })
          .catch(unlessNotFound);
        await this.#look(id);
        continue;
      }
      await this.#memos.forget(id, scope, { cause }).catch(unlessNotFound);
      this.#known.delete(id);
    }
  }

  /** The last version of a file that counts, if one does. */
  async #committed(
    { id, step, attempt }: Pick<Head, "id" | "step" | "attempt">,
    progress: Progress,
  ): Promise<{ version: number; text: string } | undefined> {
    const { scope } = this.#program;
    const cube = isCommitted(progress, step, attempt) ? await this.#found(id) : undefined;
    const head = cube === undefined ? undefined : fileIn(cube);
    if (head !== undefined && isCommitted(progress, head.step, head.attempt)) return head;
    const history = await this.#memos.history(id, scope).catch(unlessNotFound);
    const good = history?.versions.findLast(({ content }) => {
      const mark = markSchema.safeParse(content.attributes.metadata);
      return mark.success && isCommitted(progress, mark.data.step, mark.data.attempt);
    });
    return good === undefined ? undefined : { version: good.version, text: textOf(good.content) ?? "" };
  }

  async #head(path: string): Promise<Head | undefined> {
    const known = [...this.#known.values()].find((file) => file.path === path);
    if (known === undefined) return undefined;
    const cube = await this.#found(known.id);
    if (cube === undefined) {
      // Somebody has forgotten it.
      this.#known.delete(known.id);
      return undefined;
    }
    const head = fileIn(cube);
    if (head === undefined || head.attempt !== known.attempt)
      throw new MemosError("CONFLICT", `The file ${path} is being changed elsewhere.`);
    this.#keep(head);
    return head;
  }

  /** Looks again at a cube that was just written. */
  async #look(id: string): Promise<void> {
    const cube = await this.#found(id);
    const head = cube === undefined ? undefined : fileIn(cube);
    if (head !== undefined) this.#keep(head);
    else this.#known.delete(id);
  }

  /** A cube, unless somebody has forgotten it. */
  #found(id: string): Promise<MemCube | undefined> {
    return this.#memos.get(id, this.#program.scope).catch(unlessNotFound);
  }

  #keep({ text, ...rest }: Head): void {
    this.#known.set(rest.id, { ...rest, ...sizeOf(text) });
  }
}

function unlessNotFound(error: unknown): undefined {
  if (!isMemosError(error, "NOT_FOUND")) throw error;
}

function sizeOf(text: string): { lines: number; bytes: number } {
  return { lines: linesOf(text).length, bytes: Buffer.byteLength(text) };
}
