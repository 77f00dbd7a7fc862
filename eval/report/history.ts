import { appendFile, readFile } from "node:fs/promises";
import * as z from "zod";
import { parseJsonLines } from "../jsonFile.js";
import type { EvaluationRun } from "./run.js";

const entrySchema = z.strictObject({
  startedAt: z.iso.datetime(),
  version: z.string(),
  /** Shares that are to reach a bar, by suite and measure. */
  measures: z.record(z.string(), z.number()),
});

export type HistoryEntry = z.infer<typeof entrySchema>;

/** The runs of a history file, oldest first; none when there is no such file. */
export async function readHistory(path: string): Promise<HistoryEntry[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return parseJsonLines(text, entrySchema, path);
}

/** Adds a run to a history file. */
export async function appendHistory(path: string, run: EvaluationRun): Promise<void> {
  const measures = run.suites.flatMap((suite) =>
    suite.measures
      .filter(({ bar, unit }) => bar?.at === "least" && unit === "%")
      .map(({ name, value }) => [`${suite.name}: ${name}`, value] as const),
  );
  const entry: HistoryEntry = {
    startedAt: run.startedAt,
    version: run.version,
    measures: Object.fromEntries(measures),
  };
  await appendFile(path, `${JSON.stringify(entry)}\n`);
}
