import type { Command } from "commander";
import * as z from "zod";
import type { ClassifyReport } from "../../../eval/classify/evaluate.js";
import { NEAREST_LIMITS } from "../../../memos/nearest/limits.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const optionsSchema = z.object({
  train: z.string().min(1),
  test: z.string().min(1),
  k: wholeNumber(1, NEAREST_LIMITS.neighbours),
});

export function registerEvalClassify(parent: Command): void {
  const command = parent
    .command("classify")
    .summary("labels by example: banking77, TREC, CLINC150")
    .description(
      "Stores every text of the training file as a memory with its label, and asks for the label of every text of " +
        "the test file. accuracy is the share that was given its label, ci95 its bootstrap interval; in percent. " +
        "Files are .csv (text,category), .tsv (label, tab, text) or .txt with the labels beside it in .labels.",
    )
    .requiredOption("--train <file>", "the examples")
    .requiredOption("--test <file>", "the questions")
    .option("--k <number>", "neighbours that vote", "10");
  withExample(command, "memos eval classify --train train.csv --test test.csv --json");
  command.action(async () => {
    const { train, test, k } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadLabelled } = await import("../../../eval/classify/format.js");
    const { evaluateClassify } = await import("../../../eval/classify/evaluate.js");
    const [examples, questions] = [await loadLabelled(train), await loadLabelled(test)];
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateClassify(examples, questions, {
        k,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: ClassifyReport): string {
  return [
    `${report.n} texts, ${report.examples} examples of ${report.labels} labels`,
    table(["k", "accuracy %", "95 % interval"], [[report.k, report.accuracy, report.ci95.join(" to ")]]),
    `ingest ${report.ingestSeconds} s, learning ${report.learnSeconds} s, question ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
