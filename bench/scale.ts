import { loadavg } from "node:os";
import { join } from "node:path";
import { hundredths, mean } from "../eval/metrics/index.js";
import { SqliteTexts } from "./baseline/sqliteTexts.js";
import { type Latency, latencyOf, middle, timed } from "./latency.js";
import { inChild } from "./process/task.js";
import type { Report } from "./progress.js";
import type { FillOutcome, FillTask } from "./scale/fillProcess.js";
import { ExactScan } from "./search/exactScan.js";
import { questionsAbout } from "./search/questions.js";
import type { Asked, ReaderOutcome, ReaderTask } from "./search/readerProcess.js";
import { bytesOf, withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticTexts } from "./text.js";

const K = 10;

/** The sizes that are measured, as shares of the largest. */
const SHARES = [0.01, 0.1, 1];

/** Parts into which the way to a size is divided at most, and cubes of one tenant in one of them at least. */
const SLICES = 10;
const SLICE_OF_TENANT = 200;

/** Questions to all channels over all tenants together, and to the vector channel of one of them. */
const QUESTIONS = 200;
const VECTOR_QUESTIONS = 40;

/** Texts of a tenant that its questions are about. */
const ASKED_ABOUT = 2_000;

/** Cubes added one by one: a share of the store, within bounds. */
const SINGLES_FEWEST = 20;
const SINGLES_MOST = 400;
const SINGLE_SHARE = 0.04;

/** Texts of one transaction of the baseline, as many as one of `addMany`, and of how many it is measured at most. */
const BASELINE_BATCH = 512;
const BASELINE_TEXTS = 20_480;

/** Texts that no two tenants have in common, as long as none has more. */
const TEXTS_OF_TENANT = 1_000_000;

export interface ScaleBenchOptions {
  /** Cubes of the largest store. */
  readonly n: number;
  /** Over how many tenants they are spread, the same number each. */
  readonly tenants: number;
  /**
   * Folder of the largest store, which stays: what it holds already is not taken in again. Without it all stores
   * are deleted afterwards.
   */
  readonly store?: string | undefined;
  readonly signal?: AbortSignal;
}

/** One size of store. */
export interface ScaleStep {
  readonly cubes: number;
  readonly ingest: {
    /** Until the last cube is on disk and findable and the index is at rest; null when the store was full already. */
    readonly cubesPerSecond: number | null;
    readonly millisecondsPerCube: number | null;
    /** In the order of filling, with the load of the machine beside each. */
    readonly slices: readonly { to: number; cubesPerSecond: number; loadAverage: number }[];
    /** The most that the process had resident that filled the store and then added one by one. */
    readonly rssMB: number;
  };
  /** One `add` awaited after the other, over all tenants in turn. */
  readonly add: Latency;
  /** All channels, over all tenants in turn; every tenant has been asked once before. */
  readonly search: Latency;
  readonly vector: Latency;
  /** The first question to a tenant in a process that has asked others; null with one tenant. */
  readonly firstOfTenant: Latency | null;
  readonly open: {
    /** From the start of a new process to its first answer. */
    readonly firstSearchMs: number;
    /** Of these, opening the store. */
    readonly openMs: number;
  };
  /** The most that the process had resident that asked all these questions. */
  readonly searchRssMB: number;
  readonly recallAt10VsExact: number;
  readonly bytesPerCube: { readonly all: number; readonly ledger: number; readonly index: number };
  readonly loadAverage: number;
  readonly baseline: {
    /** Comparing a question with every vector of one tenant, in memory. */
    readonly exactScanP50ms: number;
    /** The same kind of texts into one SQLite table, as durably. */
    readonly sqlitePerSecond: number;
  };
}

export interface ScaleBenchResult {
  readonly n: number;
  readonly tenants: number;
  /** By size, the largest last. */
  readonly steps: readonly ScaleStep[];
  /** p50 in the largest store against the smallest. */
  readonly growth: { readonly add: number; readonly search: number };
}

/** Measures stores of a hundredth, a tenth and all of `n` cubes, divided among tenants alike. */
export async function runScaleBench(options: ScaleBenchOptions, report: Report): Promise<ScaleBenchResult> {
  const { n, tenants, store } = options;
  const sizes = SHARES.map((share) => Math.max(tenants, Math.round(n * share)));
  return withTemporaryFolder(async (folder) => {
    const steps: ScaleStep[] = [];
    for (const [index, size] of sizes.entries()) {
      const path = index === sizes.length - 1 && store !== undefined ? store : join(folder, `${size}`);
      steps.push(await measure(path, size, folder, options, report));
    }
    const [first, last] = [steps[0], steps.at(-1)] as [ScaleStep, ScaleStep];
    return {
      n,
      tenants,
      steps,
      growth: {
        add: hundredths(last.add.p50ms / first.add.p50ms),
        search: hundredths(last.search.p50ms / first.search.p50ms),
      },
    };
  });
}

async function measure(
  path: string,
  size: number,
  folder: string,
  { tenants: count, signal }: ScaleBenchOptions,
  report: Report,
): Promise<ScaleStep> {
  const tenants = Array.from({ length: count }, (_, index) => ({
    name: `tenant-${index}`,
    firstText: index * TEXTS_OF_TENANT,
  }));
  const parts = Math.min(SLICES, Math.max(1, Math.floor(size / count / SLICE_OF_TENANT)));
  const slices = Array.from({ length: parts }, (_, index) => Math.ceil((size * (index + 1)) / parts));
  const singles = Math.min(SINGLES_MOST, Math.max(SINGLES_FEWEST, Math.round(size * SINGLE_SHARE)));
  const fill = await inChild<FillTask, FillOutcome>(
    new URL("./scale/fillProcess.js", import.meta.url),
    { path, tenants, slices, singles },
    signal,
    report,
  );
  const cubes = fill.cubes.reduce((sum, own) => sum + own, 0);
  report(`asking ${cubes} cubes of ${count} tenants`);
  const asked = tenants.map(({ name, firstText }, index): Asked => {
    const texts = syntheticTexts(Math.min(ASKED_ABOUT, fill.cubes[index] as number), firstText);
    const { all, vector } = questionsAbout(texts, Math.max(VECTOR_QUESTIONS, Math.ceil(QUESTIONS / count)));
    return {
      tenant: name,
      series: {
        all: { questions: all.questions.slice(0, Math.ceil(QUESTIONS / count)) },
        ...(index === 0
          ? { vector: { ...vector, questions: vector.questions.slice(0, VECTOR_QUESTIONS) } }
          : {}),
      },
    };
  });
  const reader = await inChild<ReaderTask, ReaderOutcome>(
    new URL("./search/readerProcess.js", import.meta.url),
    { path, asked, k: K, startedAt: Date.now() },
    signal,
  );
  const { all, vector } = reader.milliseconds;
  report(
    `${cubes} cubes: search ${middle(all)} ms, add ${middle(fill.addMilliseconds)} ms (p50); exact answers`,
  );
  const exact = await exactly(
    syntheticTexts(fill.cubes[0] as number, tenants[0]?.firstText ?? 0),
    asked[0]?.series.vector?.questions ?? [],
    reader.nearest[0] ?? [],
  );
  const perCube = async (name: string) => Math.round((await bytesOf(join(path, name))) / cubes);
  const seconds = fill.slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const taken = fill.slices.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    cubes,
    ingest: {
      cubesPerSecond: taken === 0 ? null : Math.round(taken / seconds),
      millisecondsPerCube: taken === 0 ? null : hundredths((seconds * 1000) / taken),
      slices: fill.slices.map(({ from, to, seconds, loadAverage }) => ({
        to,
        cubesPerSecond: Math.round((to - from) / seconds),
        loadAverage: hundredths(loadAverage),
      })),
      rssMB: fill.rssMB,
    },
    add: latencyOf(fill.addMilliseconds),
    search: latencyOf(all),
    vector: latencyOf(vector),
    firstOfTenant: reader.firstOfTenant.length === 0 ? null : latencyOf(reader.firstOfTenant),
    open: { firstSearchMs: Math.round(reader.firstSearchMs), openMs: Math.round(reader.openMs) },
    searchRssMB: reader.rssMB,
    recallAt10VsExact: exact.recall,
    bytesPerCube: {
      all: await perCube("."),
      ledger: await perCube("ledger.db"),
      index: await perCube("index"),
    },
    loadAverage: hundredths(loadavg()[0] as number),
    baseline: {
      exactScanP50ms: exact.p50ms,
      sqlitePerSecond: await sqlitePerSecond(join(folder, "baseline.db"), Math.max(BASELINE_BATCH, size)),
    },
  };
}

async function exactly(
  texts: readonly string[],
  questions: readonly string[],
  answers: readonly string[][],
): Promise<{ recall: number; p50ms: number }> {
  const scan = await ExactScan.over(texts);
  const recalls: number[] = [];
  const milliseconds: number[] = [];
  for (const [index, question] of questions.entries()) {
    recalls.push(await scan.recall(question, answers[index] ?? [], K));
    milliseconds.push((await scan.nearest(question, K)).milliseconds);
  }
  return { recall: Math.round(mean(recalls) * 10_000) / 10_000, p50ms: middle(milliseconds) };
}

async function sqlitePerSecond(file: string, most: number): Promise<number> {
  using rows = new SqliteTexts(file);
  const texts = syntheticTexts(Math.min(BASELINE_TEXTS, most), 0);
  const milliseconds = await timed(() => {
    for (let start = 0; start < texts.length; start += BASELINE_BATCH)
      rows.insertAll("baseline", texts.slice(start, start + BASELINE_BATCH));
  });
  return Math.round((texts.length * 1000) / milliseconds);
}
