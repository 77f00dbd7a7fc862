import type { Command } from "commander";
import * as z from "zod";
import type { RetrievalReport } from "../../../eval/retrieval/evaluate.js";
import { channelSchema } from "../../../memos/operations.js";
import { commaList, cutOffs, optionsOf } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const optionsSchema = z.object({
  data: z.string().min(1),
  k: cutOffs,
  channels: commaList(channelSchema).optional(),
  openie: z.string().min(1).optional(),
});

export function registerEvalRetrieval(parent: Command): void {
  const command = parent
    .command("retrieval")
    .summary("passage retrieval: MuSiQue, HotpotQA, 2WikiMultihopQA")
    .description(
      "Stores every passage of a corpus and searches for every question. recall@k is the mean share of the " +
        "gold passages in the top k, allGold@k the share of questions with all of them in the top k, ci95 " +
        "the bootstrap interval of recall@k; all in percent.",
    )
    .requiredOption("--data <file>", '{"corpus": [{id, title, text}], "queries": [{question, gold: [id]}]}')
    .option("--k <list>", "cut-offs", "2,5,10")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`)
    .option("--openie <file>", "triples of the passages: the data set itself, or a cache of HippoRAG");
  withExample(command, "memos eval retrieval --data musique.json --k 2,5,10 --channels text,vector --json");
  command.action(async () => {
    const { data, k: ks, channels, openie } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadRetrieval } = await import("../../../eval/retrieval/format.js");
    const { evaluateRetrieval } = await import("../../../eval/retrieval/evaluate.js");
    const dataset = await loadRetrieval(data);
    const { loadOpenIe } = await import("../../../eval/retrieval/openie.js");
    const triples = openie === undefined ? undefined : await loadOpenIe(openie, dataset.corpus);
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateRetrieval(dataset, {
        ks,
        channels,
        embedder,
        openie: triples,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: RetrievalReport): string {
  const rows = Object.keys(report.recall).map((k) => [
    k,
    report.recall[k],
    report.ci95[k]?.join(" to "),
    report.allGold[k],
  ]);
  return [
    `${report.dataset}: ${report.n} questions, ${report.passages} passages`,
    table(["k", "recall %", "95 % interval", "all gold %"], rows),
    `ingest ${report.ingestSeconds} s, search ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
