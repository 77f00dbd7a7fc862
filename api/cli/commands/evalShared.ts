import type { Command } from "commander";
import * as z from "zod";
import type { SharedReport } from "../../../eval/shared/evaluate.js";
import { SHARED_LIMITS } from "../../../eval/shared/limits.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf, openEngine } from "../store.js";

const optionsSchema = z.object({
  tokens: wholeNumber(SHARED_LIMITS.leastTokens, SHARED_LIMITS.mostTokens),
  requests: wholeNumber(1, SHARED_LIMITS.requests),
  seed: wholeNumber(0, 2 ** 32 - 1),
});

export function registerEvalShared(parent: Command): void {
  const command = parent
    .command("shared")
    .summary("one memory, many requests: contexts in the manner of SCBench")
    .description(
      "Ingests generated key-value pairs, variables and documents once, and asks about them in many sessions that " +
        "take turns. With a model (--model, MEMOS_MODEL or MEMOS_MODEL_URL) as much of a context as it has room for " +
        "begins the prompts and is compiled once (compiledShare), the rest is recalled, and cachedShare is the " +
        "percentage of prompt tokens that were restored or reused instead of evaluated; without one, memory answers by itself. accuracy is in percent: exact tokens (kv), the share of " +
        "the variables (vt), F1 of the words (qa).",
    )
    .option(
      "--model <model>",
      "who answers: a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL)",
    )
    .option("--tokens <count>", "length of each context, by o200k_base", "800")
    .option("--requests <count>", "requests of each context", "10")
    .option("--seed <number>", "another seed is other contexts", "1");
  withExample(command, "memos eval shared --model memos-reader --requests 5 --json");
  command.action(async () => {
    const options = optionsOf(command, optionsSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { evaluateShared } = await import("../../../eval/shared/evaluate.js");
    await using engine = await openEngine(command);
    const embedder = await createEmbedder(configuration.embedder);
    const report = await withProgress((progress) =>
      evaluateShared({
        ...options,
        embedder,
        engine,
        signal,
        onProgress: (phase, done, total) => progress.update(phase, done, total),
      }),
    );
    print(command, report, () => reportText(report));
  });
}

function reportText(report: SharedReport): string {
  const { n, answeredBy, accuracy, cachedShare, restoredTokens, reusedTokens, promptTokens } = report;
  const cache =
    cachedShare === null
      ? []
      : [
          `of ${promptTokens} prompt tokens ${restoredTokens} were restored and ${reusedTokens} reused: ${cachedShare} %; ${report.compiledShare} % of the passages begin prompts`,
        ];
  return [
    `${n} requests, answered by ${answeredBy}`,
    table(["kv: exact token %", "vt: variables %", "qa: F1 %"], [[accuracy.kv, accuracy.vt, accuracy.qa]]),
    ...cache,
    `ingest ${report.ingestSeconds} s, ${report.reingested} memories ingested again, request ${report.p50ms} ms (p50)`,
  ].join("\n");
}
