import { join } from "node:path";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { SqliteTexts } from "./baseline/sqliteTexts.js";
import { latencyOf, middle, timed } from "./latency.js";
import { PeakMemory } from "./memory.js";
import { type Report, seldom } from "./progress.js";
import { bytesOf, withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticTexts } from "./text.js";

/** Texts of which it is looked up that they can be found, single and in batch each. */
const SAMPLE = 50;

/** Share of the adds that counts as the beginning, and as the end. */
const EDGE = 0.1;

/** Rows of one transaction of the baseline of batches: as many as one of `addMany`. */
const BASELINE_BATCH = 512;

const SINGLE = { tenant: "single" };
const BATCH = { tenant: "batch" };

export interface IngestBenchOptions {
  /** Cubes added one by one, and as many again in one stream. */
  readonly n: number;
  readonly signal?: AbortSignal;
}

export interface IngestBenchResult {
  readonly n: number;
  /** One `add` awaited after the other: on disk and searchable when it resolves. */
  readonly addP50ms: number;
  readonly addP95ms: number;
  /** The middle of the first and of the last tenth: an add is no slower in a full store. */
  readonly addFirstP50ms: number;
  readonly addLastP50ms: number;
  readonly addsPerSecond: number;
  /** `addMany` with text and vectors until the last cube is on disk and searchable. */
  readonly batchPerSecond: number;
  /** The same until the work on the index that it caused is done as well. */
  readonly batchSettledPerSecond: number;
  /** Everything in the folder of the store. */
  readonly bytesPerCube: number;
  readonly bytesByPart: { readonly text: number; readonly ledger: number; readonly index: number };
  /** The most that the process had resident. */
  readonly rssMB: number;
  /** Looked for directly after its add, or after the stream: every one must be found. */
  readonly searchable: { readonly sampled: number; readonly found: number };
  /** `addP50ms` against `baseline.sqliteInsertP50ms`, and `batchPerSecond` against `baseline.batchPerSecond`. */
  readonly ratio: { readonly add: number; readonly batch: number };
  /** The same texts into one SQLite table, as durably, in the same run. */
  readonly baseline: {
    readonly sqliteInsertP50ms: number;
    readonly sqliteInsertP95ms: number;
    readonly batchPerSecond: number;
  };
}

/** Measures how fast memories are taken in, one by one and in a stream, in a store that is deleted afterwards. */
export async function runIngestBench(
  options: IngestBenchOptions,
  report: Report,
): Promise<IngestBenchResult> {
  return withTemporaryFolder((folder) => measure(folder, options, report));
}

async function measure(
  folder: string,
  { n, signal }: IngestBenchOptions,
  report: Report,
): Promise<IngestBenchResult> {
  const singles = syntheticTexts(n, 0);
  const stream = syntheticTexts(n, n);
  const path = join(folder, "store");
  using memory = new PeakMemory();
  using baseline = new SqliteTexts(join(folder, "baseline.db"));
  const memos = await MemOS.open({ path });
  try {
    const one = await oneByOne(memos, baseline, singles, signal, seldom(report));
    await memos.settled();
    report(`${n} adds, one after the other: ${middle(one.add)} ms each (p50)`);
    const many = await inStream(memos, stream, signal, seldom(report));
    report(`${n} cubes in one stream: ${(many.milliseconds / 1000).toFixed(1)} s`);
    const batchBaseline = await timed(() => {
      for (let start = 0; start < n; start += BASELINE_BATCH)
        baseline.insertAll(BATCH.tenant, stream.slice(start, start + BASELINE_BATCH));
    });
    await memos.close();

    const edge = Math.ceil(n * EDGE);
    const perSecond = (milliseconds: number) => Math.round((n * 1000) / milliseconds);
    const perCube = async (name: string) => Math.round((await bytesOf(join(path, name))) / (2 * n));
    const { p50ms: addP50ms, p95ms: addP95ms } = latencyOf(one.add);
    const { p50ms: sqliteInsertP50ms, p95ms: sqliteInsertP95ms } = latencyOf(one.insert);
    const texts = [...singles, ...stream].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return {
      n,
      addP50ms,
      addP95ms,
      addFirstP50ms: middle(one.add.slice(0, edge)),
      addLastP50ms: middle(one.add.slice(-edge)),
      addsPerSecond: perSecond(one.add.reduce((sum, milliseconds) => sum + milliseconds, 0)),
      batchPerSecond: perSecond(many.milliseconds),
      batchSettledPerSecond: perSecond(many.settledMilliseconds),
      bytesPerCube: await perCube("."),
      bytesByPart: {
        text: Math.round(texts / (2 * n)),
        ledger: await perCube("ledger.db"),
        index: await perCube("index"),
      },
      rssMB: memory.megabytes,
      searchable: { sampled: one.sampled + many.sampled, found: one.found + many.found },
      ratio: {
        add: hundredths(addP50ms / sqliteInsertP50ms),
        batch: hundredths(perSecond(many.milliseconds) / perSecond(batchBaseline)),
      },
      baseline: { sqliteInsertP50ms, sqliteInsertP95ms, batchPerSecond: perSecond(batchBaseline) },
    };
  } finally {
    await memos.close();
  }
}

/** Adds and baseline inserts in turn, so that a busy disk slows both. */
async function oneByOne(
  memos: MemOS,
  baseline: SqliteTexts,
  texts: readonly string[],
  signal: AbortSignal | undefined,
  progress: (line: () => string) => void,
) {
  const every = Math.max(1, Math.floor(texts.length / SAMPLE));
  const add: number[] = [];
  const insert: number[] = [];
  let sampled = 0;
  let found = 0;
  for (const [index, text] of texts.entries()) {
    throwIfAborted(signal);
    let id = "";
    add.push(
      await timed(async () => {
        id = (await memos.add(text, SINGLE)).written[0]?.id ?? "";
      }),
    );
    insert.push(await timed(() => baseline.insert(SINGLE.tenant, text)));
    // The first look opens the tenant's index, so all later adds pay for keeping it up to date.
    if (index % every === 0) {
      sampled++;
      if (await finds(memos, text, SINGLE, id)) found++;
    }
    progress(() => `adding one by one: ${index + 1} of ${texts.length}`);
  }
  return { add, insert, sampled, found };
}

async function inStream(
  memos: MemOS,
  texts: readonly string[],
  signal: AbortSignal | undefined,
  progress: (line: () => string) => void,
) {
  const ids: string[] = [];
  const started = performance.now();
  for await (const { written } of memos.addMany(texts, BATCH, signal === undefined ? {} : { signal })) {
    for (const { id } of written) ids.push(id);
    progress(() => `adding in one stream: ${ids.length} of ${texts.length}`);
  }
  const milliseconds = performance.now() - started;
  const every = Math.max(1, Math.floor(texts.length / SAMPLE));
  let sampled = 0;
  let found = 0;
  const looking = performance.now();
  for (let index = 0; index < texts.length; index += every) {
    sampled++;
    if (await finds(memos, texts[index] as string, BATCH, ids[index] ?? "")) found++;
  }
  const looked = performance.now() - looking;
  await memos.settled();
  const settledMilliseconds = performance.now() - started - looked;
  return { milliseconds, settledMilliseconds, sampled, found };
}

/** Whether a search for what a cube says has that cube as its answer. */
async function finds(memos: MemOS, text: string, scope: { tenant: string }, id: string): Promise<boolean> {
  const { hits } = await memos.search(text, scope, { k: 1 });
  return hits[0]?.cube.id === id;
}
