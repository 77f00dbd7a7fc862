import type { Command } from "commander";
import { z } from "zod";
import { optionsOf, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";

type Measurement = (size: number, signal: AbortSignal, report: (line: string) => void) => Promise<object>;

const MOST = 10_000_000;

export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .summary("measure performance")
    .description(
      "Measures performance beside a baseline in the same run, in stores that are deleted afterwards.",
    );
  withExample(bench, "memos bench ingest --n 10000 --json");
  registerMeasurement(
    bench.command("ingest").description("How fast memories are taken in: one by one, and in a stream."),
    { flag: "--n <count>", size: "n", meaning: "memories", fallback: "10000" },
    async (n, signal, report) => {
      const { runIngestBench } = await import("../../../bench/ingest.js");
      return runIngestBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench.command("search").description("How fast and how exactly memories are found among many."),
    { flag: "--n <count>", size: "n", meaning: "memories", fallback: "100000" },
    async (n, signal, report) => {
      const { runSearchBench } = await import("../../../bench/search.js");
      return runSearchBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("crash")
      .description("Kills a writing process again and again and looks for what was lost."),
    { flag: "--cycles <count>", size: "cycles", meaning: "kills", fallback: "100" },
    async (cycles, signal, report) => {
      const { runCrashBench } = await import("../../../bench/crash.js");
      return runCrashBench({ cycles, signal }, report);
    },
  );
  registerMeasurement(
    bench.command("writers").description("Two processes that write to one store at the same time."),
    { flag: "--n <count>", size: "n", meaning: "memories of each process", fallback: "5000" },
    async (n, signal, report) => {
      const { runWritersBench } = await import("../../../bench/writers.js");
      return runWritersBench({ n, signal }, report);
    },
  );
}

function registerMeasurement(
  command: Command,
  option: { flag: string; size: "n" | "cycles"; meaning: string; fallback: string },
  measure: Measurement,
): void {
  command.option(option.flag, option.meaning, option.fallback);
  withExample(command, `memos bench ${command.name()} --${option.size} ${option.fallback} --json`);
  command.action(async () => {
    const options = optionsOf(command, z.object({ [option.size]: wholeNumber(1, MOST) }));
    const size = options[option.size] as number;
    const result = await measure(size, interruption(), (line) => process.stderr.write(`${line}\n`));
    print(command, result, () => table(["figure", "value"], figures(result)));
  });
}

/** Every figure of a result by its path in the JSON form. */
function figures(value: unknown, path = ""): [path: string, value: string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, part]) =>
    figures(part, path === "" ? name : `${path}.${name}`),
  );
}
