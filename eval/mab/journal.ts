import { appendFile, mkdir, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { isMemosError, MemosError } from "../../memcube/index.js";
import {
  type Memorised,
  memorisedSchema,
  provenSchema,
  type QuestionRecord,
  recordSchema,
} from "./record.js";
import { SoleRun } from "./soleRun.js";

const headSchema = z.object({ configuration: z.string() });
const entrySchema = z.union([recordSchema, provenSchema, memorisedSchema]);

/**
 * What a run of one source has done so far, a line for each step, beside its result file: a run that was
 * killed goes on behind the last whole line. It is deleted when the source is done.
 */
export class Journal implements AsyncDisposable {
  readonly #path: string;
  readonly #sole: SoleRun;
  /** By context, then by question. */
  readonly #records = new Map<number, Map<number, QuestionRecord>>();
  readonly #memorised = new Map<number, Memorised>();
  readonly #proven = new Set<number>();
  #resumed = 0;

  private constructor(path: string, sole: SoleRun) {
    this.#path = path;
    this.#sole = sole;
  }

  /**
   * Opens the journal of a result file, or begins one.
   *
   * @throws MemosError CONFLICT when it was begun under another configuration, or another run is at it; INVALID_INPUT
   * when its folder cannot be written to, or a line of it cannot be read.
   */
  static async open(resultFile: string, configuration: string): Promise<Journal> {
    const folder = dirname(resultFile);
    const sole = await mkdir(folder, { recursive: true })
      .then(() => SoleRun.of(resultFile))
      .catch((cause: unknown) => {
        if (isMemosError(cause)) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new MemosError("INVALID_INPUT", `results cannot be written to ${folder}: ${reason}`, { cause });
      });
    try {
      const journal = new Journal(`${resultFile}.journal`, sole);
      await journal.#begin(configuration);
      return journal;
    } catch (error) {
      await sole[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #begin(configuration: string): Promise<void> {
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole === "") {
      await rm(this.#path, { force: true });
      await this.#append({ configuration });
      return;
    }
    // What a kill has torn is written again, behind the last whole line.
    if (whole.length < text.length) await truncate(this.#path, Buffer.byteLength(whole));
    this.#read(whole, configuration);
  }

  #read(text: string, configuration: string): void {
    const [head = "", ...lines] = text.trimEnd().split("\n");
    if (this.#entry(headSchema, head, 1).configuration !== configuration)
      throw new MemosError(
        "CONFLICT",
        `${this.#path} was begun with other data, another agent or other options; go on with those, or delete it to begin anew`,
      );
    for (const [index, line] of lines.entries()) this.#take(this.#entry(entrySchema, line, index + 2));
    this.#resumed = this.records.length;
  }

  #entry<S extends z.ZodType>(schema: S, line: string, number: number): z.output<S> {
    try {
      return schema.parse(JSON.parse(line));
    } catch (cause) {
      throw new MemosError(
        "INVALID_INPUT",
        `${this.#path}, line ${number}: not what a run writes; delete the file to begin anew`,
        { cause },
      );
    }
  }

  /** Questions that an earlier process has answered. */
  get resumed(): number {
    return this.#resumed;
  }

  /** Every answered question, in the order of the data. */
  get records(): QuestionRecord[] {
    const contexts = [...this.#records].sort(([a], [b]) => a - b);
    return contexts.flatMap(([, byQuestion]) =>
      [...byQuestion.values()].sort((a, b) => a.question - b.question),
    );
  }

  memorised(context: number): Memorised | undefined {
    return this.#memorised.get(context);
  }

  has(context: number, question: number): boolean {
    return this.#records.get(context)?.has(question) === true;
  }

  isProven(context: number): boolean {
    return this.#proven.has(context);
  }

  /** Writes a step; it survives the end of the process. */
  async write(entry: z.infer<typeof entrySchema>): Promise<void> {
    await this.#append(entry);
    this.#take(entry);
  }

  async delete(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** Lets others go on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sole[Symbol.asyncDispose]();
  }

  #take(entry: z.infer<typeof entrySchema>): void {
    if ("proven" in entry) this.#proven.add(entry.proven);
    else if ("memorised" in entry) this.#memorised.set(entry.memorised, entry);
    else {
      const byQuestion = this.#records.get(entry.context) ?? new Map<number, QuestionRecord>();
      byQuestion.set(entry.question, entry);
      this.#records.set(entry.context, byQuestion);
    }
  }

  #append(entry: object): Promise<void> {
    return appendFile(this.#path, `${JSON.stringify(entry)}\n`);
  }
}
