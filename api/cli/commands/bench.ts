import type { Command } from "commander";
import * as z from "zod";
import { commaList, optionsOf, wholeNumber } from "../arguments.js";
import { chromiumOf, configure } from "../config.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { configurationOf, openTrainer } from "../store.js";
import { UsageError } from "../usageError.js";

/** A size that a measurement takes, as an option. */
interface Size {
  readonly meaning: string;
  readonly fallback: number;
}

type Measurement<Name extends string> = (
  sizes: Readonly<Record<Name, number>>,
  signal: AbortSignal,
  report: (line: string) => void,
) => Promise<object>;

const MOST = 10_000_000;

/** Memories of a deployment that is simulated. */
const MOST_SIMULATED = 10_000_000_000;

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
    { n: { meaning: "memories", fallback: 10_000 } },
    async ({ n }, signal, report) => {
      const { runIngestBench } = await import("../../../bench/ingest.js");
      return runIngestBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench.command("search").description("How fast and how exactly memories are found among many."),
    { n: { meaning: "memories", fallback: 100_000 } },
    async ({ n }, signal, report) => {
      const { runSearchBench } = await import("../../../bench/search.js");
      return runSearchBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("crash")
      .description("Kills a writing process again and again and looks for what was lost."),
    { cycles: { meaning: "kills", fallback: 100 } },
    async ({ cycles }, signal, report) => {
      const { runCrashBench } = await import("../../../bench/crash.js");
      return runCrashBench({ cycles, signal }, report);
    },
  );
  registerMeasurement(
    bench.command("writers").description("Two processes that write to one store at the same time."),
    { n: { meaning: "memories of each process", fallback: 5_000 } },
    async ({ n }, signal, report) => {
      const { runWritersBench } = await import("../../../bench/writers.js");
      return runWritersBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("objects")
      .description(
        "Two processes that write with the index in a bucket, one of them killed in the middle: a stand-in of S3, or the bucket of MEMOS_OBJECTS.",
      ),
    { n: { meaning: "memories of both processes together", fallback: 100_000 } },
    async ({ n }, signal, report) => {
      const { runObjectsBench } = await import("../../../bench/objects.js");
      return runObjectsBench({ n, objects: configurationOf(bench).objects, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("load")
      .description("Clients that add and search over HTTP at the same time, beside one alone."),
    {
      clients: { meaning: "clients at the same time", fallback: 200 },
      seconds: { meaning: "seconds that they go on", fallback: 60 },
      memories: { meaning: "memories that are there before", fallback: 10_000 },
    },
    async ({ clients, seconds, memories }, signal, report) => {
      const { runLoadBench } = await import("../../../bench/load.js");
      return runLoadBench({ clients, seconds, memories, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("graph")
      .description("How fast and how exactly a graph of memories is walked (Personalized PageRank)."),
    {
      nodes: { meaning: "nodes of the graph", fallback: 200_000 },
      edges: { meaning: "edges between them", fallback: 1_000_000 },
    },
    async ({ nodes, edges }, signal, report) => {
      const { runGraphBench } = await import("../../../bench/graph.js");
      return runGraphBench({ nodes, edges, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("jobs")
      .description("Jobs whose workers are killed: each effect once, and how many a second."),
    { n: { meaning: "jobs", fallback: 10_000 }, workers: { meaning: "processes", fallback: 4 } },
    async ({ n, workers }, signal, report) => {
      const { runJobsBench } = await import("../../../bench/jobs.js");
      return runJobsBench({ n, workers, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("nodes")
      .description(
        "Two nodes and two workers on the Postgres ledger that MEMOS_LEDGER names, killed at random under load.",
      ),
    { seconds: { meaning: "how long", fallback: 600 } },
    async ({ seconds }, signal, report) => {
      const ledger = process.env["MEMOS_LEDGER"];
      if (ledger === undefined || ledger === "")
        throw new UsageError(
          "MEMOS_LEDGER names no ledger: postgres://USER:PASSWORD@HOST/DATABASE?schema={path}",
        );
      const { runNodesBench } = await import("../../../bench/nodes.js");
      return runNodesBench({ seconds, ledger, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("purge")
      .description("Purges some of many memories and looks for them in every byte of the store."),
    { n: { meaning: "memories", fallback: 20_000 }, purge: { meaning: "of them purged", fallback: 1_000 } },
    async ({ n, purge }, signal, report) => {
      const { runPurgeBench } = await import("../../../bench/purge.js");
      return runPurgeBench({ n, purge, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("backup")
      .description("Backups of a store that is written to, beside copying its file, and a restore."),
    { n: { meaning: "memories", fallback: 50_000 } },
    async ({ n }, signal, report) => {
      const { runBackupBench } = await import("../../../bench/backup.js");
      return runBackupBench({ n, signal }, report);
    },
  );
  registerPlacement(bench);
  registerMeasurement(
    bench
      .command("resources")
      .description(
        "How fast a long PDF is taken in, and how much memory that needs, beside parsing it alone.",
      ),
    { pages: { meaning: "pages", fallback: 1_000 } },
    async ({ pages }, signal, report) => {
      const { runResourcesBench } = await import("../../../bench/resources.js");
      return runResourcesBench({ pages, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("controller")
      .description(
        "What the controller makes of the answers of a model of random weights, beside what rules make: nothing may be lost, made without a source, or written elsewhere.",
      ),
    {
      batches: { meaning: "batches of messages", fallback: 2_000 },
      messages: { meaning: "messages of one batch", fallback: 5 },
    },
    async ({ batches, messages }, signal, report) => {
      const { runControllerBench } = await import("../../../bench/controller.js");
      return runControllerBench({ batches, messages, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("migrate")
      .description(
        "Moves a store to Postgres, killed once in the middle; MEMOS_LEDGER names a server, or one is started.",
      ),
    { n: { meaning: "memories", fallback: 200_000 } },
    async ({ n }, signal, report) => {
      const { runMigrateBench } = await import("../../../bench/migrate.js");
      return runMigrateBench({ n, signal }, report);
    },
  );
  registerScale(bench);
  registerParametric(bench);
  registerKv(bench);
  registerEngine(bench);
  registerMeasurement(
    bench
      .command("lifecycle")
      .description(
        "What counting uses adds to a recall, and what recalls feel of many memories that expire.",
      ),
    { n: { meaning: "memories that expire at one instant", fallback: 100_000 } },
    async ({ n }, signal, report) => {
      const { runLifecycleBench } = await import("../../../bench/lifecycle.js");
      return runLifecycleBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench.command("governance").description("How long a decision takes, and what it adds to a read."),
    { n: { meaning: "decisions", fallback: 20_000 } },
    async ({ n }, signal, report) => {
      const { runGovernanceBench } = await import("../../../bench/governance.js");
      return runGovernanceBench({ n, signal }, report);
    },
  );
  registerMeasurement(
    bench
      .command("viewer")
      .description("How long a person waits for the viewer, in a Chromium (MEMOS_CHROMIUM names one)."),
    { n: { meaning: "memories", fallback: 100_000 } },
    async ({ n }, signal, report) => {
      const { runViewerBench } = await import("../../../bench/viewer.js");
      return runViewerBench({ n, chromium: chromiumOf(), signal }, report);
    },
  );
}

function registerScale(bench: Command): void {
  const command = bench
    .command("scale")
    .description(
      "What a hundredth, a tenth and all of very many memories cost: time, bytes and resident memory.",
    )
    .option("--n <count>", "memories of the largest store", "1000000")
    .option("--tenants <count>", "tenants that they are spread over", "50")
    .option("--store <folder>", "where the largest store is and stays: what it holds is not taken in again");
  withExample(command, "memos bench scale --n 1000000 --tenants 50 --json");
  const schema = z.object({
    n: wholeNumber(100, MOST),
    tenants: wholeNumber(1, 10_000),
    store: z.string().min(1).optional(),
  });
  command.action(async () => {
    const sizes = optionsOf(command, schema);
    const { runScaleBench } = await import("../../../bench/scale.js");
    const result = await runScaleBench({ ...sizes, signal: interruption() }, (line) =>
      process.stderr.write(`${line}\n`),
    );
    print(command, result, () => table(["figure", "value"], figures(result)));
  });
}

function registerParametric(bench: Command): void {
  registerMeasurement(
    bench
      .command("parametric")
      .description(
        "What the model of the package answers over memory, and what an adapter of new facts costs and is worth.",
      ),
    {
      questions: { meaning: "questions over memory", fallback: 500 },
      facts: { meaning: "facts of the adapter", fallback: 50 },
    },
    async ({ questions, facts }, signal, report) => {
      const { runParametricBench } = await import("../../../bench/parametric.js");
      const trainer = await openTrainer(bench);
      return runParametricBench({ questions, facts, trainer, signal }, report);
    },
  );
}

function registerPlacement(bench: Command): void {
  const command = bench
    .command("placement")
    .description(
      "Where memory should live: the policy against LRU, LFU and the offline optimum, the model of a large deployment, and a simulation of it.",
    )
    .option("--accesses <count>", "accesses of each trace of blocks", "200000")
    .option("--cubes <count>", "memories of the deployment that is simulated", "1000000000")
    .option("--trace <file>", "a recorded trace to simulate instead: JSONL, see docs/scale.md");
  withExample(command, "memos bench placement --cubes 1000000000 --json");
  const schema = z.object({
    accesses: wholeNumber(1, MOST),
    cubes: wholeNumber(1, MOST_SIMULATED),
    trace: z.string().min(1).optional(),
  });
  command.action(async () => {
    const wanted = optionsOf(command, schema);
    const { runPlacementBench } = await import("../../../bench/placement.js");
    const result = await runPlacementBench({ ...wanted, signal: interruption() }, (line) =>
      process.stderr.write(`${line}\n`),
    );
    print(command, result, () => {
      const { model, ...rest } = result;
      const columns = model.map((one) => new Map(figures(one)));
      const paper = [...(columns[0]?.keys() ?? [])].map((name) => [
        name,
        ...columns.map((column) => shortened(Number(column.get(name)))),
      ]);
      const head = ["model", ...model.map(({ cubes }) => shortened(cubes))];
      return `${table(head, paper)}\n${table(["figure", "value"], figures(rest))}`;
    });
  });
}

function registerKv(bench: Command): void {
  const command = bench
    .command("kv")
    .description(
      "What compiled memory saves: first tokens cold, restored and reused, and what compression costs.",
    )
    .option("--prefix <tokens>", "tokens that prompts begin with", "512,2048,4096")
    .option("--model <name>", "a generated model: nano, tiny or mid", "mid")
    .option("--turns <count>", "turns of the conversation", "100")
    .option("--requests <count>", "requests of the batch", "64");
  withExample(command, "memos bench kv --prefix 512,2048,4096 --json");
  const schema = z.object({
    prefix: commaList(wholeNumber(64, 30_000)),
    model: z.enum(["nano", "tiny", "mid"]),
    turns: wholeNumber(1, 1_000),
    requests: wholeNumber(1, 4_096),
  });
  command.action(async () => {
    const { prefix: prefixes, ...sizes } = optionsOf(command, schema);
    const { runKvBench } = await import("../../../bench/kv.js");
    const result = await runKvBench({ prefixes, ...sizes, signal: interruption() }, (line) =>
      process.stderr.write(`${line}\n`),
    );
    print(command, result, () => table(["figure", "value"], figures(result)));
  });
}

function registerEngine(bench: Command): void {
  const command = bench
    .command("engine")
    .description(
      "What an engine keeps of the beginnings of prompts, and whether it keeps tenants apart: first tokens cold, again, and of another tenant.",
    )
    .option("--model <model>", "a server with its model, a GGUF file, or a name (default: MEMOS_MODEL)")
    .option("--words <count>", "words that prompts begin with", "1000")
    .option("--rounds <count>", "texts that are asked about", "5");
  withExample(command, "memos bench engine --model vllm:http://127.0.0.1:8000/NAME --words 1000 --json");
  const schema = z.object({
    model: z.string().optional(),
    words: wholeNumber(16, 1_000_000),
    rounds: wholeNumber(1, 1_000),
  });
  command.action(async () => {
    const { model, ...sizes } = optionsOf(command, schema);
    const { model: choice } = configure({ model });
    if (choice === undefined) throw new UsageError("a model must be named: --model or MEMOS_MODEL.");
    const { createEngine } = await import("../engine.js");
    const { runEngineBench } = await import("../../../bench/engine.js");
    await using engine = await createEngine(choice);
    const result = await runEngineBench(engine, { ...sizes, signal: interruption() }, (line) =>
      process.stderr.write(`${line}\n`),
    );
    print(command, result, () => table(["figure", "value"], figures(result)));
  });
}

/** Gives a command an option for each size, and prints what is measured with them. */
function registerMeasurement<Name extends string>(
  command: Command,
  sizes: Readonly<Record<Name, Size>>,
  measure: Measurement<Name>,
): void {
  const names = Object.keys(sizes) as Name[];
  for (const name of names)
    command.option(`--${name} <count>`, sizes[name].meaning, `${sizes[name].fallback}`);
  const example = names.map((name) => `--${name} ${sizes[name].fallback}`).join(" ");
  withExample(command, `memos bench ${command.name()} ${example} --json`);
  const schema = z.object(Object.fromEntries(names.map((name) => [name, wholeNumber(1, MOST)])));
  command.action(async () => {
    const typed = optionsOf(command, schema) as Record<Name, number>;
    const result = await measure(typed, interruption(), (line) => process.stderr.write(`${line}\n`));
    print(command, result, () => table(["figure", "value"], figures(result)));
  });
}

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A figure of a model as people read it: nobody needs its seventh digit. */
function shortened(value: number): string {
  return SHORT.format(value);
}

/** Every figure of a result by its path in the JSON form. */
function figures(value: unknown, path = ""): [path: string, value: string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, part]) =>
    figures(part, path === "" ? name : `${path}.${name}`),
  );
}
