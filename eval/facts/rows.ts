import * as z from "zod";
import { MemosError } from "../../memcube/index.js";

const factRowSchema = z.object({
  context: z.string().min(1),
  questions: z.array(z.string()),
  answers: z.array(z.array(z.string()).min(1)),
  metadata: z.object({
    source: z.string().min(1),
    stale: z.array(z.array(z.string())).optional(),
    hops: z.array(z.int()).optional(),
  }),
});

/** A row of MemoryAgentBench; `stale` and `hops` are of generated ones. */
export interface AskedFacts {
  readonly context: string;
  readonly questions: readonly string[];
  readonly answers: readonly (readonly string[])[];
  readonly metadata: {
    readonly source: string;
    readonly stale?: readonly (readonly string[])[] | undefined;
    readonly hops?: readonly number[] | undefined;
  };
}

/**
 * The rows of a JSONL file.
 *
 * @throws MemosError INVALID_INPUT that names the line at fault.
 */
export function parseFactRows(text: string, file: string): AskedFacts[] {
  const rows = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const at = `${file}, line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new MemosError("INVALID_INPUT", `${at} is no JSON.`, { cause: error });
    }
    const row = factRowSchema.safeParse(value);
    if (!row.success) {
      const [issue] = row.error.issues;
      throw new MemosError("INVALID_INPUT", `${at}: ${issue?.path.join(".")}: ${issue?.message}`);
    }
    if (row.data.questions.length !== row.data.answers.length)
      throw new MemosError("INVALID_INPUT", `${at} has not as many answers as questions.`);
    return [row.data];
  });
  if (rows.length === 0) throw new MemosError("INVALID_INPUT", `${file} has no rows.`);
  return rows;
}
