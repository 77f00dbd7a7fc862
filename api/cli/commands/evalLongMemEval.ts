import type { Command } from "commander";
import { z } from "zod";
import type { LongMemEvalReport } from "../../../eval/longmemeval/evaluate.js";
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

export function registerEvalLongMemEval(parent: Command): void {
  const command = parent
    .command("longmemeval")
    .summary("retrieval of dated sessions: LongMemEval")
    .description(
      "Stores the sessions of each question as the memory of one user, a turn a memory, and searches it for the " +
        "question. A session ranks with its best turn. recallAll@k is the share of the questions with every " +
        "evidence session among the first k (the official measure), recallAny@k with at least one (what vendors " +
        "quote), ndcg@k as the official evaluation counts it. Questions that nothing answers are left out, as " +
        "there. Shares are in percent.",
    )
    .requiredOption("--data <file>", "a file in LongMemEval's own format")
    .option("--k <list>", "cut-offs", "1,3,5,10")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`);
  withExample(command, "memos eval longmemeval --data longmemeval_s.json --k 5,10 --json");
  command.action(async () => {
    const { data, k: ks, channels } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadLongMemEval } = await import("../../../eval/longmemeval/format.js");
    const { evaluateLongMemEval } = await import("../../../eval/longmemeval/evaluate.js");
    const questions = await loadLongMemEval(data);
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateLongMemEval(questions, {
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

function reportText(report: LongMemEvalReport): string {
  const types = Object.keys(report.byType);
  const rows = Object.keys(report.recallAll).map((k) => [
    k,
    report.recallAll[k],
    report.ci95[k]?.join(" to "),
    report.recallAny[k],
    report.ndcg[k],
    ...types.map((type) => report.byType[type]?.recallAll[k]),
  ]);
  const head = [
    "k",
    "all %",
    "95 % interval",
    "any %",
    "nDCG",
    ...types.map((type) => `${type} (${report.byType[type]?.n})`),
  ];
  return [
    `${report.n} questions, ${report.turns} turns, ${report.abstentions} without an answer left out`,
    table(head, rows),
    `context ${report.contextTokens} tokens, ingest ${report.ingestSeconds} s, search ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
}
