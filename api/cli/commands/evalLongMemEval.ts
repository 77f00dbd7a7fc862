import type { Command } from "commander";
import * as z from "zod";
import type { LongMemEvalAnswerReport } from "../../../eval/longmemeval/answers.js";
import type { LongMemEvalReport } from "../../../eval/longmemeval/evaluate.js";
import { channelSchema } from "../../../memos/operations.js";
import { commaList, cutOffs, optionsOf } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf, requireEngine } from "../store.js";

const MODES = ["retrieval", "llm"] as const;

const optionsSchema = z.object({
  data: z.string().min(1),
  mode: z.enum(MODES),
  k: cutOffs,
  channels: commaList(channelSchema).optional(),
});

export function registerEvalLongMemEval(parent: Command): void {
  const command = parent
    .command("longmemeval")
    .summary("evidence and answers from dated sessions: LongMemEval")
    .description(
      "Stores the sessions of each question as the memory of one user, a turn a memory. `llm` lets a model answer the " +
        "question from what is recalled and judge that answer (--model, MEMOS_MODEL or MEMOS_MODEL_URL): accuracy is the " +
        "share that it takes for correct, and a verdict that is neither yes nor no counts apart, as not correct. " +
        "`retrieval` searches for the question. A session ranks with its best turn. recallAll@k is the share of the questions with every " +
        "evidence session among the first k (the official measure), recallAny@k with at least one (what vendors " +
        "quote), ndcg@k as the official evaluation counts it. Questions that nothing answers are left out of it, as " +
        "there. Shares are in percent.",
    )
    .requiredOption("--data <file>", "a file in LongMemEval's own format")
    .option("--mode <mode>", MODES.join(", "), "retrieval")
    .option("--model <model>", "who answers and judges in the mode llm (default: MEMOS_MODEL)")
    .option("--k <list>", "cut-offs of the mode retrieval", "1,3,5,10")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`);
  withExample(command, "memos eval longmemeval --data longmemeval_s.json --k 5,10 --json");
  command.action(async () => {
    const { data, mode, k: ks, channels } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadLongMemEval } = await import("../../../eval/longmemeval/format.js");
    const questions = await loadLongMemEval(data);
    await using engine = mode === "llm" ? await requireEngine(command, "--mode llm") : undefined;
    const embedder = await createEmbedder(configuration.embedder);
    if (engine === undefined) {
      const { evaluateLongMemEval } = await import("../../../eval/longmemeval/evaluate.js");
      const report = await withProgress((progress) =>
        evaluateLongMemEval(questions, {
          ks,
          channels,
          embedder,
          signal,
          onProgress: (phase, done, total) => progress.update(phase, done, total),
        }),
      );
      print(command, { mode, ...report }, () => reportText(report));
      return;
    }
    const { evaluateLongMemEvalAnswers } = await import("../../../eval/longmemeval/answers.js");
    const report = await withProgress((progress) =>
      evaluateLongMemEvalAnswers(questions, {
        engine,
        channels,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, { mode, ...report }, () => answersText(report));
  });
}

function answersText(report: LongMemEvalAnswerReport): string {
  const rows = Object.entries(report.byType).map(([type, { n, accuracy }]) => [type, n, accuracy]);
  const { yes, no, unreadable } = report.verdicts;
  return [
    `${report.n} questions, answered by ${report.reader}, judged by ${report.judge} (prompts ${report.judgeHash.slice(0, 12)})`,
    table(
      ["type", "questions", "accuracy %"],
      [
        ...rows,
        ["without an answer", report.abstention?.n, report.abstention?.accuracy],
        ["all", report.n, report.accuracy],
      ],
    ),
    `verdicts: ${yes} yes, ${no} no, ${unreadable} neither; 95 % interval ${report.ci95.join(" to ")}`,
    `context ${report.contextTokens} tokens, ingest ${report.ingestSeconds} s, answer ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
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
