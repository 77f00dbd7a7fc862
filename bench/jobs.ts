import { join } from "node:path";
import * as z from "zod";
import { hundredths, seededRandom } from "../eval/metrics/index.js";
import { textOf } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, type Scope } from "../memos/index.js";
import { SqliteTexts } from "./baseline/sqliteTexts.js";
import { KIND } from "./jobs/workerProcess.js";
import { keepKilling } from "./nodes/mortal.js";
import { startWorker } from "./nodes/worker.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

/** Jobs of one enqueue. */
const BATCH = 500;

/** A worker lives for this long, more or less, before it is killed. */
const LIFE_MS = { least: 500, more: 2_000 };

/** Inserts that the baseline is measured with. */
const BASELINE_INSERTS = 2_000;

const SCOPES: readonly Scope[] = Array.from({ length: 10 }, (_, number) => ({ tenant: `tenant ${number}` }));

export interface JobsBenchOptions {
  readonly n: number;
  readonly workers: number;
  readonly signal?: AbortSignal;
}

export interface JobsBenchResult {
  readonly jobs: number;
  readonly workers: number;
  /** Workers that were killed in the middle of their work. */
  readonly kills: number;
  /** Of the effects of the jobs: not there, there more than once. */
  readonly lost: number;
  readonly repeated: number;
  readonly dead: number;
  /** Small jobs of one process, from the first enqueue to the last end, nobody killed. */
  readonly jobsPerSecond: number;
  /** `jobsPerSecond` against `baseline.insertsPerSecond`. */
  readonly ratio: number;
  /** Durable inserts of one row each into one SQLite table, in the same run. */
  readonly baseline: { readonly insertsPerSecond: number };
}

/** Measures whether every job has its effect once, whoever is killed, and how many are done in a second. */
export function runJobsBench(options: JobsBenchOptions, report: Report): Promise<JobsBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const { n, workers, signal } = options;
    const effects = await killed(join(folder, "killed"), options, seldom(report));
    throwIfAborted(signal);
    const jobsPerSecond = await speed(join(folder, "speed"), n);
    const insertsPerSecond = baseline(join(folder, "baseline.db"));
    return {
      jobs: n,
      workers,
      ...effects,
      jobsPerSecond,
      ratio: hundredths(jobsPerSecond / insertsPerSecond),
      baseline: { insertsPerSecond },
    };
  });
}

async function enqueue(memos: MemOS, n: number): Promise<void> {
  for (let first = 0; first < n; first += BATCH) {
    const scope = SCOPES[(first / BATCH) % SCOPES.length] as Scope;
    await memos.jobs.enqueueAll(
      Array.from({ length: Math.min(BATCH, n - first) }, (_, index) => ({
        kind: KIND,
        input: { number: first + index },
        // A worker that is killed uses an attempt up, through no fault of the job.
        options: { attempts: 100 },
      })),
      scope,
    );
  }
}

async function killed(
  path: string,
  { n, workers, signal }: JobsBenchOptions,
  say: ReturnType<typeof seldom>,
): Promise<Pick<JobsBenchResult, "kills" | "lost" | "repeated" | "dead">> {
  const random = seededRandom(n);
  const memos = await MemOS.open({ path });
  let kills = 0;
  let finished = false;
  try {
    await enqueue(memos, n);
    const over = new AbortController();
    const live = async () => {
      kills += await keepKilling(() => startWorker(path), LIFE_MS, random, {
        peace: over.signal,
        end: over.signal,
      });
    };
    const working = Promise.all(Array.from({ length: workers }, live));
    let dead = 0;
    while (!finished) {
      throwIfAborted(signal);
      const results = await Promise.all(SCOPES.map((scope) => memos.jobs.barrier(scope, { timeoutMs: 500 })));
      const open = results.reduce((sum, result) => sum + result.open, 0);
      dead = results.reduce((sum, result) => sum + result.dead.length, 0);
      say(() => `${n - open} of ${n} jobs`);
      finished = open === 0;
    }
    over.abort();
    await working;
    const seen = new Map<string, number>();
    for (const scope of SCOPES)
      for await (const { cube } of memos.export(scope)) {
        const text = textOf(cube) ?? "";
        seen.set(text, (seen.get(text) ?? 0) + 1);
      }
    return {
      kills,
      lost: n - seen.size,
      repeated: [...seen.values()].filter((times) => times > 1).length,
      dead,
    };
  } finally {
    finished = true;
    await memos.close();
  }
}

async function speed(path: string, n: number): Promise<number> {
  const memos = await MemOS.open({ path });
  try {
    let ended = 0;
    const all = new Promise<void>((resolve) =>
      memos.jobs.handle(
        KIND,
        { input: z.strictObject({ number: z.int() }), concurrency: 256 },
        async () => void (++ended === n && resolve()),
      ),
    );
    const started = performance.now();
    await enqueue(memos, n);
    await all;
    await Promise.all(SCOPES.map((scope) => memos.jobs.barrier(scope)));
    return Math.round(n / ((performance.now() - started) / 1000));
  } finally {
    await memos.close();
  }
}

function baseline(file: string): number {
  using texts = new SqliteTexts(file);
  const started = performance.now();
  for (let index = 0; index < BASELINE_INSERTS; index++) texts.insert("tenant", `row ${index}`);
  return Math.round(BASELINE_INSERTS / ((performance.now() - started) / 1000));
}
