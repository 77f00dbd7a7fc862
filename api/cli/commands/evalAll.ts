import type { Command } from "commander";
import * as z from "zod";
import type { Comparison } from "../../../eval/report/compare.js";
import type { EvaluationRun } from "../../../eval/report/run.js";
import { MemosError } from "../../../memcube/index.js";
import { commaList, optionsOf } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const optionsSchema = z.object({
  data: z.string().min(1),
  out: z.string().min(1),
  only: commaList(z.string().min(1)).optional(),
});

export function registerEvalAll(parent: Command): void {
  const command = parent
    .command("all")
    .summary("every suite, with a report")
    .description(
      "Runs every suite whose data is there, without a language model, and writes report.html, report.md, " +
        "run.json (the scores of every question) and a line in history.jsonl into a folder. Suites whose data " +
        "is generated always run.",
    )
    .option("--data <folder>", "folder of the public data sets", process.env["MEMOS_DATA"] ?? "data")
    .option("--out <folder>", "where the report is written", "memos-eval")
    .option("--only <list>", "only these suites");
  withExample(command, "memos eval all --data data --out report");
  command.action(async () => {
    const { data, out, only } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { SUITES } = await import("../../../eval/suites/index.js");
    const { runAll } = await import("../../../eval/suites/runAll.js");
    const { writeReport } = await import("../../../eval/report/folder.js");
    const unknown = only?.find((name) => !SUITES.some((suite) => suite.name === name));
    if (unknown !== undefined)
      throw new MemosError(
        "INVALID_INPUT",
        `there is no suite "${unknown}", only ${SUITES.map(({ name }) => name).join(", ")}`,
      );
    const suites = SUITES.filter(({ name }) => only?.includes(name) ?? true);
    const embedder = await createEmbedder(configuration.embedder);
    const run = await withProgress((progress) =>
      runAll({
        suites,
        data,
        embedder,
        signal,
        onProgress: (suite, done, total) => progress.update(suite, done, total),
      }),
    );
    const files = await writeReport(out, run);
    print(command, { ...withoutScores(run), ...files }, () => reportText(run, files.page));
  });
}

export function registerEvalCompare(parent: Command): void {
  const command = parent
    .command("compare")
    .summary("two runs, question by question")
    .description(
      "Compares two reports of `memos eval all` on the questions that both were asked: a paired bootstrap test " +
        "for each measure of each suite.",
    )
    .argument("<first>", "run.json of one report")
    .argument("<second>", "run.json of another");
  withExample(command, "memos eval compare before/run.json after/run.json");
  command.action(async (first: string, second: string) => {
    const { readRun } = await import("../../../eval/report/folder.js");
    const { compareRuns } = await import("../../../eval/report/compare.js");
    const comparisons = compareRuns(await readRun(first), await readRun(second));
    print(command, { comparisons }, () => comparisonText(comparisons));
  });
}

/** What is printed; the scores of every question are in the file. */
function withoutScores(run: EvaluationRun) {
  return { ...run, suites: run.suites.map(({ scores: _, ...suite }) => suite) };
}

function reportText(run: EvaluationRun, page: string): string {
  const rows = run.suites.flatMap((suite) =>
    suite.measures.map(({ name, value, unit, ci95, bar }) => [
      suite.name,
      name,
      `${value} ${unit}`,
      ci95?.join(" to "),
      bar === undefined ? "" : `${bar.at === "least" ? "≥" : "≤"} ${bar.value}`,
    ]),
  );
  const skipped = run.skipped.map(({ name, reason }) => `left out: ${name}, ${reason}`);
  return [
    table(["suite", "measure", "value", "95 % interval", "bar"], rows),
    ...skipped,
    `${Math.round(run.seconds)} s; the report is ${page}`,
  ].join("\n");
}

function comparisonText(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((one) => [
    one.suite,
    one.measure,
    one.n,
    one.first,
    one.second,
    one.difference,
    one.ci95.join(" to "),
    one.p,
    `${one.significant ? "significant" : ""}${one.sameData ? "" : " (not the same data)"}`,
  ]);
  return table(
    ["suite", "measure", "n", "first %", "second %", "difference", "95 % interval", "p", ""],
    rows,
  );
}
