import { join } from "node:path";
import { writeAtomically } from "../../memos/atomicFile.js";
import { mean } from "../metrics/index.js";
import type { MabSet } from "./load.js";
import type { Memorised, QuestionRecord } from "./record.js";

/** What a run of one source is made of, as far as its result file says so. */
export interface RunDescription {
  readonly set: MabSet;
  /** What tells runs of the same data apart: agent and mode. */
  readonly tag: string;
  readonly k: number;
  readonly chunkTokens: number;
  readonly agentConfiguration: Readonly<Record<string, unknown>>;
  readonly dataHash: string;
}

/**
 * Where the results of a source go, as the official harness names it. The context is never cut, which is
 * `unknown` there; a character that file names cannot have everywhere, as the star of `longmemeval_s*`, is `_`.
 */
export function resultFileOf(folder: string, { set, tag, k, chunkTokens }: RunDescription): string {
  const { name, competency, generationTokens } = set.source;
  const parts = [
    name.replace(/[<>:"/\\|?*]/g, "_"),
    tag,
    "inunknown",
    `size${generationTokens}`,
    `shots${shotsOf(name)}`,
    `max_samples${set.rows.length}`,
    `k${k}`,
    `chunk${chunkTokens}`,
    "results.json",
  ];
  return join(folder, competency, parts.join("_"));
}

/** The number of examples that the name of a source says. */
function shotsOf(source: string): number {
  const [, before, behind] = /(\d+)shot|shots(\d+)/.exec(source) ?? [];
  return Number(before ?? behind ?? 0);
}

/** Writes the file in the layout of the official harness, whole or not at all. */
export async function writeResults(
  path: string,
  run: RunDescription,
  records: readonly QuestionRecord[],
  memorised: (context: number) => Memorised | undefined,
  seconds: number,
): Promise<void> {
  const data = records.map((record, index) => {
    const row = run.set.rows[record.context];
    return {
      output: record.output,
      input_len: record.inputTokens,
      output_len: record.outputTokens,
      memory_construction_time: memorised(record.context)?.seconds ?? 0,
      query_time_len: (record.queryMs + record.readerMs) / 1000,
      parsed_output: record.parsed,
      ...record.scores,
      ...coverageFields(record),
      answer: row?.answers[record.question],
      query: row?.questions[record.question],
      query_id: index,
      qa_pair_id: row?.metadata.qa_pair_ids?.[record.question],
    };
  });
  const metrics = columnsOf(data);
  const { name, competency, generationTokens } = run.set.source;
  const file = {
    agent_config: run.agentConfiguration,
    dataset_config: {
      dataset: competency,
      sub_dataset: name,
      tag: run.tag,
      context_max_length: null,
      generation_max_length: generationTokens,
      shots: shotsOf(name),
      max_test_samples: run.set.rows.length,
      chunk_size: run.chunkTokens,
      data_sha256: run.dataHash,
    },
    data,
    metrics,
    time_cost: seconds,
    averaged_metrics: averagesOf(metrics),
  };
  await writeAtomically(path, (handle) => handle.writeFile(`${JSON.stringify(file, null, 2)}\n`));
}

function coverageFields({ coverage = {}, verdict }: QuestionRecord): Record<string, number | string> {
  return {
    ...Object.fromEntries(Object.entries(coverage).map(([k, covered]) => [`coverage@${k}`, covered])),
    ...(verdict === undefined ? {} : { judge: verdict }),
  };
}

/** Every number of the rows, by its name; ids are none. */
function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): Record<string, number[]> {
  const columns: Record<string, number[]> = {};
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      if (typeof value !== "number" || name === "query_id") continue;
      columns[name] ??= [];
      columns[name].push(value);
    }
  return columns;
}

/** Means, in percent but for lengths and times. */
function averagesOf(metrics: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, values]) => [
      name,
      mean(values) * (/_len|_time/.test(name) ? 1 : 100),
    ]),
  );
}
