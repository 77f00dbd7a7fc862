import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod";
import { FACT_LIMITS, ROW_LIMITS, SESSION_LIMITS } from "../../../eval/generate/limits.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";

const seed = wholeNumber(0, 2 ** 32 - 1);
const out = z.string().min(1);
const SEED = ["--seed <number>", "another seed is other data", "1"] as const;

const factsSchema = z.object({
  out,
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
  seed,
});

const rowSchema = z.object({
  out,
  tokens: wholeNumber(ROW_LIMITS.leastTokens, ROW_LIMITS.mostTokens),
  questions: wholeNumber(1, ROW_LIMITS.questions),
  seed,
});
const variablesSchema = rowSchema.extend({ hops: wholeNumber(1, ROW_LIMITS.hops) });

const sessionsSchema = z.object({
  out,
  questions: wholeNumber(1, SESSION_LIMITS.questions),
  sessions: wholeNumber(SESSION_LIMITS.leastSessions, SESSION_LIMITS.mostSessions),
  seed,
});

const miniSchema = z.object({ out, seed });

export function registerEvalGenerate(parent: Command): void {
  const generate = parent
    .command("generate")
    .summary("data sets from a seed")
    .description(
      "Writes data sets that are made of a seed, in the formats of the benchmarks. The same options give the " +
        "same file, and all names in it are invented.",
    );
  withExample(generate, "memos eval generate mini --out mini");
  registerMini(generate);
  registerFacts(generate);
  registerKeyValues(generate);
  registerVariables(generate);
  registerEvents(generate);
  registerSessions(generate);
}

function registerMini(generate: Command): void {
  const command = generate
    .command("mini")
    .summary("a small row for every source of MemoryAgentBench")
    .description(
      "Writes a folder for `memos eval mab`: a JSONL file for each competency with a row for every published " +
        "source, and entity2id.json. It shows that everything runs; figures on it are not to be set beside others.",
    )
    .requiredOption("--out <folder>", "the folder to write")
    .option(...SEED);
  withExample(command, "memos eval generate mini --out mini --seed 1");
  command.action(async () => {
    const options = optionsOf(command, miniSchema);
    const { writeMiniSet } = await import("../../../eval/generate/writeMiniSet.js");
    const written = await writeMiniSet(options.out, options.seed);
    const { folder, rows, questions } = written;
    print(
      command,
      { ...written, seed: options.seed },
      () => `${folder}: ${rows} rows, ${questions} questions`,
    );
  });
}

function registerFacts(generate: Command): void {
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
    const { out: file, ...options } = optionsOf(command, factsSchema);
    const { generateFacts } = await import("../../../eval/generate/facts.js");
    await writeRow(command, file, options.seed, await generateFacts(options));
  });
}

function registerKeyValues(generate: Command): void {
  const command = rowCommand(
    generate,
    "key-values",
    "pairs of keys and values, where keys share their words",
    "Writes one row of MemoryAgentBench as JSONL: pairs in random order, and questions for the value of a key. " +
      "Every key has its words from others, so that only the whole key finds it.",
  );
  command.action(async () => {
    const { out: file, ...options } = optionsOf(command, rowSchema);
    const { generateKeyValues } = await import("../../../eval/generate/keyValues.js");
    await writeRow(command, file, options.seed, await generateKeyValues(options));
  });
}

function registerVariables(generate: Command): void {
  const command = rowCommand(
    generate,
    "variables",
    "chains of assignments, as the variable tracking of RULER",
    "Writes one row of MemoryAgentBench as JSONL: numbers that are handed on from variable to variable in mixed " +
      "chains, and questions for the number of the last variable of a chain.",
  ).option("--hops <count>", "assignments after that of the number", "3");
  command.action(async () => {
    const { out: file, ...options } = optionsOf(command, variablesSchema);
    const { generateVariables } = await import("../../../eval/generate/variables.js");
    await writeRow(command, file, options.seed, await generateVariables({ ...options, ask: "value" }));
  });
}

function registerEvents(generate: Command): void {
  const command = rowCommand(
    generate,
    "events",
    "a book of events, and which of six comes next, before or after",
    "Writes one row of MemoryAgentBench as JSONL, in the manner of its EventQA: questions about the order of " +
      "events with six options, of which four happen in the book.",
  );
  command.action(async () => {
    const { out: file, ...options } = optionsOf(command, rowSchema);
    const { generateEvents } = await import("../../../eval/generate/events.js");
    await writeRow(command, file, options.seed, await generateEvents(options));
  });
}

function registerSessions(generate: Command): void {
  const command = generate
    .command("sessions")
    .summary("dated conversations with questions, as LongMemEval has them")
    .description(
      "Writes questions in LongMemEval's own format, each with dated sessions of its own: about one session, " +
        "several, values that changed and days between two events, with similar things said of others.",
    )
    .requiredOption("--out <file>", "the file to write, .json")
    .option("--questions <count>", "questions", "50")
    .option("--sessions <count>", "sessions of each question", "40")
    .option(...SEED);
  withExample(command, "memos eval generate sessions --sessions 40 --out sessions.json");
  command.action(async () => {
    const { out: file, ...options } = optionsOf(command, sessionsSchema);
    const { generateSessions } = await import("../../../eval/generate/sessions.js");
    const questions = generateSessions(options);
    await writeFile(file, `${JSON.stringify(questions)}\n`);
    const written = { file, seed: options.seed, questions: questions.length };
    print(command, written, () => `${file}: ${questions.length} questions`);
  });
}

/** A command that writes one row of a length. */
function rowCommand(generate: Command, name: string, summary: string, description: string): Command {
  const command = generate
    .command(name)
    .summary(summary)
    .description(description)
    .requiredOption("--out <file>", "the file to write, .jsonl")
    .option("--tokens <count>", "length of the context, by o200k_base", "8000")
    .option("--questions <count>", "questions", "50")
    .option(...SEED);
  withExample(command, `memos eval generate ${name} --tokens 32000 --out ${name}.jsonl`);
  return command;
}

async function writeRow(
  command: Command,
  file: string,
  seedOfRow: number,
  row: { readonly questions: readonly string[]; readonly metadata: { readonly source: string } },
): Promise<void> {
  const { writeRows } = await import("../../../eval/generate/writeRows.js");
  await writeRows(file, [row]);
  const { source } = row.metadata;
  const written = { file, source, seed: seedOfRow, questions: row.questions.length };
  print(command, written, () => `${file}: ${source}, ${row.questions.length} questions`);
}
