import type { Command } from "commander";
import * as z from "zod";
import type { HaystackReport } from "../../../eval/haystack/evaluate.js";
import { channelSchema } from "../../../memos/operations.js";
import { commaList, cutOffs, optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const optionsSchema = z.object({
  data: z.string().min(1),
  books: z.array(z.string().min(1)).min(1),
  tokens: wholeNumber(1, 10_000_000),
  k: cutOffs,
  channels: commaList(channelSchema).optional(),
});

export function registerEvalHaystack(parent: Command): void {
  const command = parent
    .command("haystack")
    .summary("paragraphs inside a long text: SQuAD, XQuAD")
    .description(
      "Hides the paragraphs of a file at even distances among chunks of books, stores all of it and searches for " +
        "every question. recall@k is the share of the questions whose paragraph is in the top k, coverage@k that of " +
        "those whose answer is anywhere in the top k, ci95 the bootstrap interval of recall@k; all in percent.",
    )
    .requiredOption("--data <file>", "a file in SQuAD's format")
    .requiredOption("--books <files...>", "books as plain text, or a folder of .txt files")
    .option("--tokens <count>", "tokens of book text, by o200k_base", "200000")
    .option("--k <list>", "cut-offs", "1,5,10")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`);
  withExample(command, "memos eval haystack --data xquad.en.json --books novels --tokens 200000 --json");
  command.action(async () => {
    const { data, books: paths, tokens, k: ks, channels } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadNeedles } = await import("../../../eval/haystack/format.js");
    const { evaluateHaystack } = await import("../../../eval/haystack/evaluate.js");
    const { loadBooks } = await import("../../../eval/sort/books.js");
    const [dataset, books] = [await loadNeedles(data), await loadBooks(paths)];
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateHaystack(dataset, books, {
        ks,
        tokens,
        channels,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: HaystackReport): string {
  const rows = Object.keys(report.recall).map((k) => [
    k,
    report.recall[k],
    report.ci95[k]?.join(" to "),
    report.coverage[k],
  ]);
  return [
    `${report.dataset}: ${report.n} questions, ${report.paragraphs} paragraphs among ${report.chunks} chunks (${report.hayTokens} tokens), ${report.unanswerable} without an answer left out`,
    table(["k", "recall %", "95 % interval", "answer coverage %"], rows),
    `context ${report.contextTokens} tokens, ingest ${report.ingestSeconds} s, search ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
