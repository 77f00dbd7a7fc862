import type { Command } from "commander";
import * as z from "zod";
import type { MabReport, Mode } from "../../../eval/mab/evaluate.js";
import type { SourceReport } from "../../../eval/mab/report.js";
import type { Engine } from "../../../memos/index.js";
import { cutOffs, optionsOf, wholeNumber } from "../arguments.js";
import { type AgentChoice, agentChoice, createAgent } from "../evaluatedAgent.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print, table } from "../output.js";
import { withProgress } from "../progress.js";
import { openEngine } from "../store.js";
import { UsageError } from "../usageError.js";

const MODES = ["retrieval", "extractive", "llm"] as const satisfies readonly Mode[];

/** What every agent must be better than. */
const BASELINES = ["grep", "long-context"] as const;

const optionsSchema = z.object({
  data: z.string().min(1),
  mode: z.enum(MODES),
  split: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  k: cutOffs,
  chunk: wholeNumber(16, 1_000_000).optional(),
  entities: z.string().min(1).optional(),
  output: z.string().min(1),
  baselines: z.boolean().optional(),
  ...agentChoice,
});

export function registerEvalMab(parent: Command): void {
  const command = parent
    .command("mab")
    .summary("memory agents: MemoryAgentBench")
    .description(
      "Memorises every context in chunks, once, and then asks all its questions. `retrieval` says whether the " +
        "answer is in what comes back; `extractive` reads answers out of it by rules; `llm` lets a model answer " +
        "(--model, MEMOS_MODEL or MEMOS_MODEL_URL), which also judges conversations and summaries. A run that " +
        "was stopped goes on where it was when it is started again with the same options. Scores and coverage " +
        "are in percent. Files searched by words (grep) and the whole context (long-context) stand beside every " +
        "agent as baselines; in the mode llm only with --baselines, because the model is asked for them too.",
    )
    .requiredOption("--data <path>", "a Parquet or JSONL file, or a folder of them")
    .requiredOption("--mode <mode>", MODES.join(", "))
    .option("--split <name>", "one competency, as Conflict_Resolution or Selective_Forgetting")
    .option("--source <name>", "one source, as factconsolidation_sh_6k")
    .option("--agent <name>", "memos, memos-rest, long-context, bm25, vector, grep, mem0 or openai", "memos")
    .option("--url <address>", "where memos-rest, mem0 or openai is; its key is MEMOS_AGENT_KEY")
    .option("--agent-model <name>", "the model of the agent openai")
    .option("--model <model>", "who reads and judges in the mode llm (default: MEMOS_MODEL)")
    .option("--k <list>", "passages at which coverage is given; readers get the most of them", "1,5,10")
    .option("--chunk <tokens>", "tokens of a chunk, instead of what the source has (512 or 4096)")
    .option("--entities <file>", "entity2id.json of the data set, which recommendations are scored by")
    .option("--baselines", "run the baselines in the mode llm too")
    .option("--no-baselines", "run the agent alone")
    .option("--output <folder>", "where the result files go", "outputs");
  withExample(
    command,
    "memos eval mab --data MemoryAgentBench/data --mode extractive --split Conflict_Resolution --json",
  );
  command.action(async () => {
    const {
      data,
      mode,
      split,
      source,
      k: ks,
      chunk,
      entities,
      output,
      baselines = mode !== "llm",
      ...agent
    } = optionsOf(command, optionsSchema);
    const signal = interruption();
    const [{ loadMab }, { competencyOf }, { evaluateMab }, { Entities }] = await Promise.all([
      import("../../../eval/mab/load.js"),
      import("../../../eval/mab/sources.js"),
      import("../../../eval/mab/evaluate.js"),
      import("../../../eval/mab/score.js"),
    ]);
    const competency = split === undefined ? undefined : competencyOf(split);
    const rows = await loadMab(data, { competency, source });
    await using engine = mode === "llm" ? await openEngine(command) : undefined;
    const known = entities === undefined ? undefined : await Entities.load(entities);
    const run = async (choice: AgentChoice) => {
      const tested = await createAgent(command, choice);
      try {
        return await withProgress(async (progress) =>
          evaluateMab(rows, {
            mode,
            agent: tested,
            reader: await readerOf(mode, engine, tested.answersIn === mode),
            judge: engine,
            ks,
            chunkTokens: chunk,
            entities: known,
            output,
            signal,
            onProgress: (phase, done, total) => progress.update(`${tested.name}: ${phase}`, done, total),
          }),
        );
      } finally {
        await tested.close();
      }
    };
    const report = await run(agent);
    const beside: MabReport[] = [];
    for (const name of baselines ? BASELINES : [])
      if (name !== agent.agent) beside.push(await run({ agent: name }));
    const printed = {
      ...report,
      baselines: Object.fromEntries(beside.map((one) => [one.agent, one.sources])),
    };
    print(command, printed, () => reportText(report, beside));
  });
}

/** Who answers from what is retrieved; an agent that answers by itself needs nobody. */
async function readerOf(mode: Mode, engine: Engine | undefined, answersItself: boolean) {
  if (mode === "retrieval") return undefined;
  if (mode === "extractive") return (await import("../../../eval/readers/extractive.js")).extractiveReader();
  if (engine !== undefined) return (await import("../../../eval/readers/modelReader.js")).modelReader(engine);
  if (answersItself) return undefined;
  throw new UsageError("--mode llm needs a model: --model, MEMOS_MODEL or MEMOS_MODEL_URL names one.");
}

function reportText(report: MabReport, baselines: readonly MabReport[]): string {
  const sources = Object.values(report.sources);
  const ks = [...new Set(sources.flatMap(({ coverage }) => Object.keys(coverage ?? {})))];
  const head = [
    "source",
    "agent",
    "n",
    "metric",
    "score %",
    "95 % interval",
    ...ks.map((k) => `coverage@${k} %`),
    "stale %",
    "context tokens",
    "memorised in s",
    "query ms",
  ];
  const row = (by: string, one: SourceReport) => [
    one.source,
    by,
    one.n,
    one.metric,
    one.score ?? "",
    one.ci95?.join(" to ") ?? "",
    ...ks.map((k) => one.coverage?.[k]),
    one.staleRate ?? "",
    one.contextTokens,
    one.memoryConstructionSeconds,
    one.queryMs,
  ];
  const { mode, agent, reader, k, judge, dataHash, outputsHash, harnessOverhead, seconds } = report;
  const verdicts = sources.flatMap(({ source, judge: counts }) =>
    counts === null
      ? []
      : [
          `${source}: the judge said yes ${counts.yes}, no ${counts.no} and neither ${counts.unreadable} times`,
        ],
  );
  return [
    `mode ${mode}, agent ${agent}, reader ${reader ?? "none"}, k ${k}${judge === null ? "" : `, judge ${judge.model} (prompts ${judge.promptHash.slice(0, 12)})`}`,
    table(
      head,
      sources.flatMap((one) => [
        row(agent, one),
        ...baselines.flatMap((beside) => {
          const same = beside.sources[one.source];
          return same === undefined ? [] : [row(beside.agent, same)];
        }),
      ]),
    ),
    ...verdicts,
    `data ${dataHash.slice(0, 12)}, outputs ${outputsHash.slice(0, 12)}, ${seconds} s, of which the harness ${Math.round(harnessOverhead * 1_000) / 10} %`,
    ...sources.map(({ file }) => file),
  ].join("\n");
}
