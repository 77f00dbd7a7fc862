import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod";
import type { FactReport } from "../../../eval/facts/evaluate.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const evaluateSchema = z.object({ data: z.string().min(1), chunk: wholeNumber(64, 100_000) });

export function registerEvalFacts(parent: Command): void {
  const command = parent
    .command("facts")
    .summary("answers from lists of facts: FactConsolidation")
    .description(
      "Adds each list in chunks and answers its questions from current facts, without a model. subEM is the " +
        "percentage of answers that contain the expected one after SQuAD's normalisation; stale, of answers " +
        "that once held; unknown, of questions that were left open.",
    )
    .requiredOption("--data <file>", "rows of MemoryAgentBench, .jsonl")
    .option("--chunk <tokens>", "tokens of one memory", "512");
  withExample(command, "memos eval facts --data facts.jsonl --chunk 4096 --json");
  command.action(async () => {
    const { data, chunk } = optionsOf(command, evaluateSchema);
    const configuration = configurationOf(command);
    const signal = interruption();
    const { parseFactRows } = await import("../../../eval/facts/rows.js");
    const { evaluateFacts } = await import("../../../eval/facts/evaluate.js");
    const rows = parseFactRows(await readFile(data, "utf8"), data);
    const embedder = await createEmbedder(configuration.embedder);
    const reports = await withProgress(async (progress) => {
      const done: FactReport[] = [];
      for (const row of rows)
        done.push(
          await evaluateFacts(row, {
            chunkTokens: chunk,
            embedder,
            signal,
            onProgress: (phase, count, total) => progress.update(phase, count, total),
          }),
        );
      return done;
    });
    print(command, { rows: reports }, () => reportText(reports));
  });
}

function reportText(reports: readonly FactReport[]): string {
  return table(
    ["source", "n", "subEM %", "95 % interval", "stale %", "unknown %", "tokens/s", "p50 ms", "p95 ms"],
    reports.map((report) => [
      report.source,
      report.n,
      report.subEM,
      report.ci95.join(" to "),
      report.stale,
      report.unknown,
      report.tokensPerSecond,
      report.p50ms,
      report.p95ms,
    ]),
  );
}
