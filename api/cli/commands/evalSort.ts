import { type Command, Option } from "commander";
import * as z from "zod";
import type { SortReport } from "../../../eval/sort/evaluate.js";
import { PERTURBATIONS } from "../../../eval/sort/pairs.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const optionsSchema = z.object({
  data: z.array(z.string().min(1)).min(1),
  words: wholeNumber(2, 1_000),
  pairs: wholeNumber(1, 100_000),
  seed: wholeNumber(0, 2 ** 32 - 1),
  perturb: z.enum(PERTURBATIONS).optional(),
});

export function registerEvalSort(parent: Command): void {
  const command = parent
    .command("sort")
    .summary("order of segments of a book: SORT")
    .description(
      "Stores every book as the memory of one user, in chunks, and asks which of two segments of it came first. " +
        "accuracy is the share of right answers in percent, ci95 its bootstrap interval; chance is 50, and an order " +
        "that memory does not know counts as wrong. A quarter of the pairs each lies in one of four distances.",
    )
    .requiredOption("--data <files...>", "books as plain text, or a folder of .txt files")
    .option("--words <number>", "words of a segment", "20")
    .option("--pairs <number>", "pairs of segments of each book", "200")
    .option("--seed <number>", "which pairs are drawn", "1")
    .addOption(
      new Option("--perturb <how>", "a fifth of the words left out, or their order").choices(PERTURBATIONS),
    );
  withExample(command, "memos eval sort --data novel.txt --words 20 --pairs 200 --json");
  command.action(async () => {
    const { data, ...wanted } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadBooks } = await import("../../../eval/sort/books.js");
    const { evaluateSort } = await import("../../../eval/sort/evaluate.js");
    const books = await loadBooks(data);
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateSort(books, {
        ...wanted,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: SortReport): string {
  const rows = Object.entries(report.byBook).map(([book, { n, accuracy }]) => [book, n, accuracy]);
  const distances = report.byDistance.map(({ accuracy }) => accuracy).join(", ");
  return [
    `${report.n} pairs of ${report.words} words, ${report.chunks} chunks${report.perturb === null ? "" : `, ${report.perturb}`}`,
    table(["book", "pairs", "accuracy %"], [...rows, ["all", report.n, report.accuracy]]),
    `95 % interval ${report.ci95.join(" to ")}, by distance ${distances}, ${report.unknown} not known`,
    `ingest ${report.ingestSeconds} s, question ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
