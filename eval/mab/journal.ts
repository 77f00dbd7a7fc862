import { appendFile, mkdir, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { MemosError } from "../../memcube/index.js";
import {
  type Memorised,
  memorisedSchema,
  provenSchema,
  type QuestionRecord,
  recordSchema,
} from "./record.js";

const headSchema = z.object({ configuration: z.string() });
const entrySchema = z.union([recordSchema, provenSchema, memorisedSchema]);

/**
 * What a run of one source has done so far, a line for each step, beside its result file: a run that was
 * killed goes on behind the last whole line. It is deleted when the source is done.
 */
export class Journal {
  readonly #path: string;
  /** By context, then by question. */
  readonly #records = new Map<number, Map<number, QuestionRecord>>();
  readonly #memorised = new Map<number, Memorised>();
  readonly #proven = new Set<number>();
  #resumed = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens the journal of a result file, or begins one.
   *
   * @throws MemosError CONFLICT when it was begun under another configuration.
   */
  static async open(resultFile: string, configuration: string): Promise<Journal> {
    const journal = new Journal(`${resultFile}.journal`);
    await mkdir(dirname(resultFile), { recursive: true });
    const text = await readFile(journal.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole === "") {
      await rm(journal.#path, { force: true });
      await journal.#append({ configuration });
      return journal;
    }
    // What a kill has torn is written again, behind the last whole line.
    if (whole.length < text.length) await truncate(journal.#path, Buffer.byteLength(whole));
    journal.#read(whole, configuration);
    return journal;
  }

  #read(text: string, configuration: string): void {
    const [head, ...lines] = text.trimEnd().split("\n");
    if (headSchema.parse(JSON.parse(head as string)).configuration !== configuration)
      throw new MemosError(
        "CONFLICT",
        `${this.#path} was begun with other data, another agent or other options; go on with those, or delete it to begin anew`,
      );
    for (const line of lines) this.#take(entrySchema.parse(JSON.parse(line)));
    this.#resumed = this.records.length;
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
