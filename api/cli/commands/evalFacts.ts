import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import type { FactReport } from "../../../eval/facts/evaluate.js";
import { FACT_LIMITS } from "../../../eval/generate/limits.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { createEmbedder } from "../embedder.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { configurationOf } from "../store.js";

const generateSchema = z.object({
  out: z.string().min(1),
  tokens: wholeNumber(FACT_LIMITS.leastTokens, FACT_LIMITS.mostTokens),
  questions: wholeNumber(1, FACT_LIMITS.questions),
  hops: z
    .string()
    .regex(/^[1-4](?:-[1-4])?$/u, "one number from 1 to 4, or two with a dash")
    .transform((text): [number, number] => {
      const [least, most] = text.split("-").map(Number) as [number, number?];
      return [least, most ?? least];
    }),
  order: z.enum(["serial", "arrival"]),
  wording: z.enum(["plain", "rephrased", "unseen"]),
  seed: wholeNumber(0, 2 ** 32 - 1),
});

const evaluateSchema = z.object({ data: z.string().min(1), chunk: wholeNumber(64, 100_000) });

export function registerEvalGenerate(parent: Command): void {
  const generate = parent
    .command("generate")
    .summary("data sets from a seed")
    .description("Writes data sets that are made of a seed, in the formats of the benchmarks.");
  withExample(generate, "memos eval generate facts --tokens 32000 --hops 2-4 --out facts.jsonl");
  const command = generate
    .command("facts")
    .summary("lists of facts of which later ones replace earlier ones")
    .description(
      "Writes one row of MemoryAgentBench as JSONL: a list of facts with invented names, questions about what " +
        "holds at its end, and in the metadata what a stale answer would be. The same options give the same file.",
    )
    .requiredOption("--out <file>", "the file to write, .jsonl")
    .option("--tokens <count>", "length of the list, by o200k_base", "6000")
    .option("--questions <count>", "questions", "100")
    .option("--hops <range>", "facts from the subject of a question to its answer, as 1 or 2-4", "1")
    .option("--order <what>", "serial (numbers say what is newer) or arrival", "serial")
    .option("--wording <what>", "plain, rephrased, or unseen (wordings kept apart)", "rephrased")
    .option("--seed <number>", "another seed is another list", "1");
  withExample(command, "memos eval generate facts --tokens 32000 --hops 2-4 --out facts.jsonl");
  command.action(async () => {
    const { out, ...options } = optionsOf(command, generateSchema);
    const { generateFacts } = await import("../../../eval/generate/facts.js");
    const row = await generateFacts(options);
    await writeFile(out, `${JSON.stringify(row)}\n`);
    const { source, seed } = row.metadata;
    const written = { file: out, source, seed, questions: row.questions.length };
    print(command, written, () => `${out}: ${source}, ${row.questions.length} questions`);
  });
}

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
