import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJsonFile } from "../jsonFile.js";
import { appendHistory, readHistory } from "./history.js";
import { markdownReport } from "./markdown.js";
import { reportPage } from "./page.js";
import { type EvaluationRun, runSchema } from "./run.js";

/**
 * Writes a run into a folder: `run.json` with the scores of every question, `report.md`, `report.html`, and a line in
 * `history.jsonl`, which grows with every run into the same folder.
 */
export async function writeReport(
  folder: string,
  run: EvaluationRun,
): Promise<{ page: string; markdown: string }> {
  await mkdir(folder, { recursive: true });
  const history = join(folder, "history.jsonl");
  await appendHistory(history, run);
  const [page, markdown] = [join(folder, "report.html"), join(folder, "report.md")];
  await writeFile(join(folder, "run.json"), `${JSON.stringify(run)}\n`);
  await writeFile(markdown, markdownReport(run));
  await writeFile(page, reportPage(run, await readHistory(history)));
  return { page, markdown };
}

/** Reads the `run.json` of a report. */
export function readRun(path: string): Promise<EvaluationRun> {
  return readJsonFile(path, runSchema);
}
