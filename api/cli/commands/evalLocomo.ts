import type { Command } from "commander";
import * as z from "zod";
import type { LocomoAnswerer } from "../../../eval/locomo/answerer.js";
import type { LocomoAnswerReport } from "../../../eval/locomo/answers.js";
import type { LocomoReport } from "../../../eval/locomo/evaluate.js";
import type { Engine } from "../../../memos/index.js";
import { channelSchema } from "../../../memos/operations.js";
import { commaList, cutOffs, optionsOf } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf, requireEngine } from "../store.js";

const MODES = ["retrieval", "extractive", "llm"] as const;

const optionsSchema = z.object({
  data: z.string().min(1),
  mode: z.enum(MODES),
  k: cutOffs,
  channels: commaList(channelSchema).optional(),
});

export function registerEvalLocomo(parent: Command): void {
  const command = parent
    .command("locomo")
    .summary("evidence and answers from long conversations: LoCoMo")
    .description(
      "Stores every conversation as the memory of one user and asks it each of its questions. `extractive` and `llm` " +
        "answer them, by rules or with a model (--model, MEMOS_MODEL or MEMOS_MODEL_URL), and score as LoCoMo's own " +
        "code does: f1, in percent. `retrieval` searches: recall@k is the mean share of the evidence turns in the top k, over the questions whose evidence " +
        "names a turn that exists. sessionRecall@k is the share of the evidence sessions among the first k " +
        "distinct sessions of the 100 best turns, where a session ranks with its best turn. contextTokens is " +
        "the mean length of the recalled context at its default budget. Recalls are in percent. abstention is how " +
        "well `answerable` tells questions with an answer from those of category 5, and from those of another " +
        "conversation: AUROC in percent, 50 is chance.",
    )
    .requiredOption("--data <file>", "a file in LoCoMo's own format")
    .option("--mode <mode>", MODES.join(", "), "retrieval")
    .option("--model <model>", "who answers in the mode llm (default: MEMOS_MODEL)")
    .option("--k <list>", "cut-offs of the mode retrieval", "1,5,10,25")
    .option("--channels <list>", `only these of ${channelSchema.options.join(", ")}`);
  withExample(command, "memos eval locomo --data locomo10.json --mode extractive --json");
  command.action(async () => {
    const { data, mode, k: ks, channels } = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { loadLocomo } = await import("../../../eval/locomo/format.js");
    const conversations = await loadLocomo(data);
    await using engine = mode === "llm" ? await requireEngine(command, "--mode llm") : undefined;
    const embedder = await createEmbedder(configuration.embedder);
    if (mode === "retrieval") {
      const { evaluateLocomo } = await import("../../../eval/locomo/evaluate.js");
      const report = await withProgress((progress) =>
        evaluateLocomo(conversations, {
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
    const { evaluateLocomoAnswers } = await import("../../../eval/locomo/answers.js");
    const answerer = await answererOf(engine);
    const report = await withProgress((progress) =>
      evaluateLocomoAnswers(conversations, {
        answerer,
        channels,
        embedder,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, { mode, ...report }, () => answersText(report));
  });
}

/** A model where there is one, else rules. */
async function answererOf(engine: Engine | undefined): Promise<LocomoAnswerer> {
  if (engine !== undefined)
    return (await import("../../../eval/locomo/modelAnswerer.js")).modelAnswerer(engine);
  return (await import("../../../eval/locomo/extractiveAnswerer.js")).extractiveAnswerer();
}

function answersText(report: LocomoAnswerReport): string {
  const rows = Object.entries(report.byCategory).map(([category, { n, f1 }]) => [category, n, f1]);
  return [
    `${report.n} questions, ${report.conversations} conversations, answered by ${report.reader}`,
    table(
      ["category", "questions", "F1 %"],
      [...rows, ["1 to 4", report.answerable?.n, report.answerable?.f1], ["all", report.n, report.f1]],
    ),
    `95 % interval ${report.ci95.join(" to ")}, ingest ${report.ingestSeconds} s, answer ${report.p50ms} ms (p50), ${report.p95ms} ms (p95), ${report.llmCalls} LLM calls`,
  ].join("\n");
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
