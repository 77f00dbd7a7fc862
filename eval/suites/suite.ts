import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Embedder } from "../../memos/index.js";
import { bootstrapInterval, hundredths, mean, percent } from "../metrics/index.js";
import { hashOf, type Outcome } from "../outcome.js";
import type { RunOptions } from "../progress.js";
import type { Bar, Measure, SuiteRun } from "../report/run.js";

/** What a suite is handed. */
export interface SuiteContext {
  /** Folder of the public data sets. */
  readonly data: string;
  readonly embedder: Embedder;
  readonly signal?: AbortSignal | undefined;
  /** Told how far the suite is. */
  progress(done: number, total: number): void;
}

export interface Suite {
  readonly name: string;
  /** Files below the data folder; a suite whose files are not there is left out with that reason. */
  readonly files: readonly string[];
  /** One run for each configuration: the agents of one data set stand in one table. */
  run(context: SuiteContext): Promise<SuiteRun[]>;
}

export interface SuiteDescription
  extends Pick<SuiteRun, "name" | "about" | "dataset" | "agent" | "mode" | "reader" | "settings"> {
  readonly group?: SuiteRun["group"];
  readonly bars?: Readonly<Record<string, Bar>>;
}

/** A figure that is no mean over the questions. */
export type Figure = readonly [name: string, value: number, unit: string];

/** The report of a suite: the mean and the 95 % bootstrap interval of every score, and figures beside them. */
export function suiteRun(
  { bars = {}, ...described }: SuiteDescription,
  outcomes: readonly Outcome[],
  figures: readonly Figure[],
  seconds: number,
): SuiteRun {
  const names = [...new Set(outcomes.flatMap(({ scores }) => Object.keys(scores)))];
  const barOf = (name: string) => (bars[name] === undefined ? {} : { bar: bars[name] });
  const means = names.map((name): Measure => {
    const values = outcomes.flatMap(({ scores }) => scores[name] ?? []);
    const [low, high] = bootstrapInterval(values);
    return {
      name,
      value: percent(mean(values)),
      unit: "%",
      ci95: [percent(low), percent(high)],
      ...barOf(name),
    };
  });
  return {
    ...described,
    n: outcomes.length,
    measures: [...means, ...figures.map(([name, value, unit]) => ({ name, value, unit, ...barOf(name) }))],
    seconds: hundredths(seconds),
    outputs: hashOf(outcomes),
    scores: Object.fromEntries(outcomes.map(({ id, scores }) => [id, scores])),
  };
}

/** The name of a file and the hash of its bytes: what a figure was measured on. */
export async function datasetOf(path: string): Promise<SuiteRun["dataset"]> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { name: basename(path), sha256: hash.digest("hex") };
}

/** The same for data that was generated. */
export function generatedDataset(name: string, rows: unknown): SuiteRun["dataset"] {
  return { name, sha256: createHash("sha256").update(JSON.stringify(rows)).digest("hex") };
}

/** Runs an evaluation, keeps what every question came to, and tells how far its questions are. */
export async function collected<T>(
  { embedder, signal, progress }: SuiteContext,
  evaluate: (options: RunOptions & { readonly embedder: Embedder }) => Promise<T>,
): Promise<{ report: T; outcomes: Outcome[]; seconds: number }> {
  const outcomes: Outcome[] = [];
  const started = performance.now();
  const report = await evaluate({
    embedder,
    signal,
    onOutcome: (outcome) => outcomes.push(outcome),
    onProgress: (phase, done, total) => (phase === "ingest" ? undefined : progress(done, total)),
  });
  return { report, outcomes, seconds: (performance.now() - started) / 1_000 };
}
