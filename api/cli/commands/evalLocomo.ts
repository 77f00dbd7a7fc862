import type { Command } from "commander";
import { z } from "zod";
import type { LocomoReport } from "../../../eval/locomo/evaluate.js";
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
});

export function registerEvalLocomo(parent: Command): void {
  const command = parent
    .command("locomo")
    .summary("evidence retrieval over long conversations: LoCoMo")
    .description(
      "Stores every conversation as the memory of one user and searches it for each of its questions. " +
        "recall@k is the mean share of the evidence turns in the top k, over the questions whose evidence " +
        "names a turn that exists. sessionRecall@k is the share of the evidence sessions among the first k " +
        "distinct sessions of the 100 best turns, where a session ranks with its best turn. contextTokens is " +
        "the mean length of the recalled context at its default budget. Recalls are in percent. abstention is how " +
        "well `answerable` tells questions with an answer from those of category 5, and from those of another " +
        "conversation: AUROC in percent, 50 is chance.",
    )
    .requiredOption("--data <file>", "a file in LoCoMo's own format")
    .option("--k <list>", "cut-offs", "1,5,10,25")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`);
  withExample(command, "memos eval locomo --data locomo10.json --k 1,5,10,25 --json");
  command.action(async () => {
    const { data, k: ks, channels } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadLocomo } = await import("../../../eval/locomo/format.js");
    const { evaluateLocomo } = await import("../../../eval/locomo/evaluate.js");
    const conversations = await loadLocomo(data);
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateLocomo(conversations, {
        ks,
        channels,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: LocomoReport): string {
  const categories = Object.keys(report.byCategory);
  const rows = Object.keys(report.recall).map((k) => [
    k,
    report.recall[k],
    report.ci95[k]?.join(" to "),
    report.sessionRecall[k],
    ...categories.map((category) => report.byCategory[category]?.recall[k]),
  ]);
  const head = [
    "k",
    "recall %",
    "95 % interval",
    "session recall %",
    ...categories.map((category) => `category ${category} (${report.byCategory[category]?.n})`),
  ];
  return [
    `${report.n} questions, ${report.turns} turns, ${report.conversations} conversations`,
    table(head, rows),
    `told from adversarial questions ${report.abstention.adversarial ?? "-"}, from questions about other people ${report.abstention.otherPeople ?? "-"} (AUROC %)`,
    `context ${report.contextTokens} tokens, ingest ${report.ingestSeconds} s, search ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
