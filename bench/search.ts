import { join } from "node:path";
import { hundredths, mean } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import type { Channel } from "../memos/index.js";
import { SqliteTexts } from "./baseline/sqliteTexts.js";
import { type Latency, latencyOf, middle, timed } from "./latency.js";
import { inChild } from "./process/task.js";
import type { Report } from "./progress.js";
import { ExactScan } from "./search/exactScan.js";
import type { IngestOutcome, IngestTask } from "./search/ingestProcess.js";
import { questionsAbout } from "./search/questions.js";
import type { ReaderOutcome, ReaderTask } from "./search/readerProcess.js";
import type { SingleAddsOutcome, SingleAddsTask } from "./search/singleAddsProcess.js";
import { type Tenant, tenantsOf, textsOf } from "./search/texts.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { contentWords } from "./text.js";

const TENANTS = 50;
const K = 10;

/** Questions of each kind; fewer for a small store, which has less to ask about. */
const QUESTIONS_MOST = 200;
const QUESTIONS_FEWEST = 20;
const CUBES_PER_QUESTION = 100;

/** Cubes that are added one by one, when that is not more than a fifth of all. */
const SINGLE_ADDS = 20_000;
const SINGLE_SHARE = 0.2;

/** Adds that count as the first, and as the last. */
const EDGE = 1_000;

/** Questions that the baselines answer, which are slow. */
const BASELINE_QUESTIONS = 40;

export interface SearchBenchOptions {
  /** Cubes, over fifty tenants. */
  readonly n: number;
  readonly signal?: AbortSignal;
}

/** One tenant asked: all channels together, each alone, and what it is measured against. */
export interface TenantFigures extends Latency {
  /** Cubes of the tenant. */
  readonly n: number;
  readonly byChannel: Record<Channel, Latency>;
  /** Share of the ten nearest by comparing every vector that the vector channel finds. */
  readonly recallAt10VsExact: number;
  /** The most that a process that opened the store and asked had resident. */
  readonly rssMB: number;
  readonly open: {
    /** From the start of a new process to its first answer. */
    readonly firstSearchMs: number;
    /** Of these, opening the store. */
    readonly openMs: number;
  };
  readonly ingest: { readonly seconds: number; readonly cubesPerSecond: number; readonly rssMB: number };
  /** The same questions about the same texts in the same run. */
  readonly baseline: {
    /** Comparing the question with every vector in memory. */
    readonly exactScanP50ms: number;
    /** Looking for the question's words in every row of a SQLite table of all tenants. */
    readonly likeScanP50ms: number;
  };
}

export interface SearchBenchResult extends TenantFigures {
  readonly cubes: number;
  readonly tenants: number;
  /** A store of half as many cubes that all belong to one tenant. */
  readonly oneTenant: TenantFigures;
  /** Search over cubes that were added one by one, against the same cubes from one stream. */
  readonly afterSingleAdds: {
    readonly n: number;
    readonly p95ms: number;
    readonly batchP95ms: number;
    readonly ratio: number;
    readonly firstAddP50ms: number;
    readonly lastAddP50ms: number;
  };
}

/** Measures search: one tenant of fifty, a tenant that fills a store alone, and a store grown add by add. */
export async function runSearchBench(
  options: SearchBenchOptions,
  report: Report,
): Promise<SearchBenchResult> {
  const { n, signal } = options;
  const tenants = tenantsOf(n, TENANTS);
  const fifty = await withTemporaryFolder((folder) => measure(folder, tenants, signal, report));
  const alone = tenantsOf(Math.ceil(n / 2), 1);
  const oneTenant = await withTemporaryFolder((folder) => measure(folder, alone, signal, report));
  const afterSingleAdds = await withTemporaryFolder((folder) => growth(folder, n, signal, report));
  return { cubes: TENANTS * fifty.n, tenants: TENANTS, ...fifty, oneTenant, afterSingleAdds };
}

function questionCount(n: number): number {
  return Math.min(QUESTIONS_MOST, Math.max(QUESTIONS_FEWEST, Math.round(n / CUBES_PER_QUESTION)));
}

async function measure(
  folder: string,
  tenants: readonly Tenant[],
  signal: AbortSignal | undefined,
  report: Report,
): Promise<TenantFigures> {
  const path = join(folder, "store");
  const asked = tenants[Math.floor(tenants.length / 2)] as Tenant;
  const cubes = tenants.reduce((sum, tenant) => sum + tenant.cubes, 0);
  report(`taking in ${cubes} cubes of ${tenants.length} tenants`);
  const ingest = await inChild<IngestTask, IngestOutcome>(
    new URL("./search/ingestProcess.js", import.meta.url),
    { path, tenants },
    signal,
  );
  report(`took ${ingest.seconds.toFixed(1)} s; asking ${asked.name}`);
  const texts = textsOf(asked);
  const series = questionsAbout(texts, questionCount(cubes));
  const reader = await inChild<ReaderTask, ReaderOutcome>(
    new URL("./search/readerProcess.js", import.meta.url),
    { path, asked: [{ tenant: asked.name, series }], k: K, startedAt: Date.now() },
    signal,
  );
  report(`answered ${series.all.questions.length} questions of each kind; comparing with exact answers`);
  const scan = await ExactScan.over(texts);
  const recalls: number[] = [];
  const scans: number[] = [];
  for (const [index, question] of series.vector.questions.entries()) {
    throwIfAborted(signal);
    recalls.push(await scan.recall(question, reader.nearest[0]?.[index] ?? [], K));
    scans.push((await scan.nearest(question, K)).milliseconds);
  }
  const { all, ...channels } = reader.milliseconds;
  return {
    n: asked.cubes,
    ...latencyOf(all),
    byChannel: {
      text: latencyOf(channels.text),
      vector: latencyOf(channels.vector),
      exact: latencyOf(channels.exact),
      recency: latencyOf(channels.recency),
      graph: latencyOf(channels.graph),
    },
    recallAt10VsExact: Math.round(mean(recalls) * 10_000) / 10_000,
    rssMB: reader.rssMB,
    open: { firstSearchMs: Math.round(reader.firstSearchMs), openMs: Math.round(reader.openMs) },
    ingest: {
      seconds: hundredths(ingest.seconds),
      cubesPerSecond: Math.round(cubes / ingest.seconds),
      rssMB: ingest.rssMB,
    },
    baseline: {
      exactScanP50ms: middle(scans),
      likeScanP50ms: await likeScan(join(folder, "baseline.db"), tenants, asked, series.all.questions),
    },
  };
}

async function likeScan(
  file: string,
  tenants: readonly Tenant[],
  asked: Tenant,
  questions: readonly string[],
): Promise<number> {
  using rows = new SqliteTexts(file);
  for (const tenant of tenants) rows.insertAll(tenant.name, textsOf(tenant));
  const samples: number[] = [];
  for (const question of questions.slice(0, BASELINE_QUESTIONS)) {
    const words = contentWords(question.replace("What do we know about", ""));
    samples.push(await timed(() => rows.containing(asked.name, words, K)));
  }
  return middle(samples);
}

async function growth(
  folder: string,
  n: number,
  signal: AbortSignal | undefined,
  report: Report,
): Promise<SearchBenchResult["afterSingleAdds"]> {
  const cubes = Math.min(SINGLE_ADDS, Math.ceil(n * SINGLE_SHARE));
  const [tenant] = tenantsOf(cubes, 1) as [Tenant];
  report(`adding ${cubes} cubes one by one`);
  const { questions } = questionsAbout(textsOf(tenant), questionCount(n)).all;
  const { addMilliseconds, single, batch } = await inChild<SingleAddsTask, SingleAddsOutcome>(
    new URL("./search/singleAddsProcess.js", import.meta.url),
    { single: join(folder, "single"), batch: join(folder, "batch"), tenant, questions },
    signal,
  );
  const { p95ms } = latencyOf(single);
  const { p95ms: batchP95ms } = latencyOf(batch);
  return {
    n: cubes,
    p95ms,
    batchP95ms,
    ratio: hundredths(p95ms / batchP95ms),
    firstAddP50ms: middle(addMilliseconds.slice(0, EDGE)),
    lastAddP50ms: middle(addMilliseconds.slice(-EDGE)),
  };
}
