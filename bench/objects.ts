import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hundredths } from "../eval/metrics/index.js";
import { MemosError } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, type ObjectOptions } from "../memos/index.js";
import { StaticEmbedder } from "../memos/inference/index.js";
import { SILENT } from "../memos/logger.js";
import { Store } from "../memos/store/store.js";
import { latencyOf, timed } from "./latency.js";
import { indexedRows, ledgerRows } from "./objects/indexedRows.js";
import { S3Server } from "./objects/s3Server.js";
import { BATCH, type ObjectsOrder, type ObjectsReply } from "./objects/writerProcess.js";
import { Child } from "./process/child.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText } from "./text.js";

const WRITERS = 2;
const SCOPE = { tenant: "shared" };

/** Between two attempts to flush while another process has the lease. */
const LEASE_PAUSE_MS = 250;

/** Texts that are looked for at the end. */
const SAMPLE = 200;

export interface ObjectsBenchOptions {
  /** Rows of all writers together. */
  readonly n: number;
  /** A bucket to use in the place of a stand-in in this process. */
  readonly objects?: ObjectOptions | undefined;
  readonly signal?: AbortSignal;
}

export interface PlaceResult {
  /** Acknowledged. */
  readonly rows: number;
  /** Acknowledged, and not in the index when everything was flushed. */
  readonly lost: number;
  /** In the index more than once. */
  readonly duplicated: number;
  /** Times that a writer was killed in the middle. */
  readonly kills: number;
  /** Texts that are looked for, and that are the first to be found. */
  readonly searched: { readonly sampled: number; readonly found: number };
  /** Whether the index that a rebuild makes has the same rows. */
  readonly rebuiltSame: boolean;
  /** From the start of the writers until the last row is in the index. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly searchP50ms: number;
}

export interface ObjectsBenchResult extends PlaceResult {
  /** Requests that the stand-in was asked, and what it holds at the end; 0 with a bucket of somebody else's. */
  readonly requests: number;
  readonly bucketMB: number;
  /** `seconds` against `baseline.folder.seconds`. */
  readonly ratio: number;
  /** The same with the index on disk, in the same run. */
  readonly baseline: { readonly folder: PlaceResult };
}

/**
 * Two processes write into one ledger with the index in a bucket, one of them is killed in the middle and goes on;
 * then every row is looked for.
 */
export async function runObjectsBench(
  options: ObjectsBenchOptions,
  report: Report,
): Promise<ObjectsBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const onDisk = await measure(join(folder, "disk"), undefined, options, (line) =>
      report(`on disk: ${line}`),
    );
    const server = options.objects === undefined ? await standIn(join(folder, "bucket")) : undefined;
    try {
      const objects = server === undefined ? ofItsOwn(options.objects as ObjectOptions) : server.options;
      const inBucket = await measure(join(folder, "store"), objects, options, (line) =>
        report(`in a bucket: ${line}`),
      );
      return {
        ...inBucket,
        requests: server?.s3.requests ?? 0,
        bucketMB: Math.round((server?.s3.objects.bytes ?? 0) / 1e6),
        ratio: hundredths(inBucket.seconds / onDisk.seconds),
        baseline: { folder: onDisk },
      };
    } finally {
      await server?.s3.stop();
    }
  });
}

async function standIn(folder: string): Promise<{ readonly s3: S3Server; readonly options: ObjectOptions }> {
  const credentials = { accessKeyId: "bench", secretAccessKey: randomUUID() };
  const s3 = await S3Server.start({ folder, bucket: "bench", credentials });
  return { s3, options: { url: "s3://bench", endpoint: s3.endpoint, ...credentials } };
}

/** A store of its own in the bucket that was given. */
function ofItsOwn(objects: ObjectOptions): ObjectOptions {
  return { ...objects, url: `${objects.url.replace(/\/$/, "")}/bench-${randomUUID()}` };
}

async function measure(
  path: string,
  objects: ObjectOptions | undefined,
  { n, signal }: ObjectsBenchOptions,
  report: Report,
): Promise<PlaceResult> {
  const batches = Math.ceil(n / WRITERS / BATCH);
  const acknowledged = new Map<number, readonly string[]>();
  const say = seldom(report);
  const note = (batch: number, ids: readonly string[]) => {
    acknowledged.set(batch, ids);
    say(() => `${acknowledged.size * BATCH} of ${WRITERS * batches * BATCH} rows acknowledged`);
  };
  const place = { path, scope: SCOPE, ...(objects === undefined ? {} : { objects }) };
  const started = performance.now();
  const writers = Array.from({ length: WRITERS }, (_, number) =>
    write({ ...place, next: number * batches, end: (number + 1) * batches }, number === 0, note, signal),
  );
  const kills = (await Promise.all(writers)).reduce((sum, killed) => sum + killed, 0);
  throwIfAborted(signal);
  report("all is acknowledged; flushing what waits");
  await flushEverything(path, objects);
  const memos = await MemOS.open(place);
  try {
    const seconds = (performance.now() - started) / 1_000;
    report("all is in the index; looking for each row");
    const ids = [...acknowledged.values()].flat();
    const before = ledgerRows(path, SCOPE.tenant);
    const index = await indexedRows(path, objects, before.partition);
    const lost = ids.filter((id) => !index.times.has(before.keys.get(id) ?? -1)).length;
    const { milliseconds, found } = await searched(memos, WRITERS * batches * BATCH);
    report("rebuilding the index, to compare");
    await memos.rebuild(signal === undefined ? {} : { signal });
    const rebuilt = await indexedRows(path, objects, ledgerRows(path, SCOPE.tenant).partition);
    return {
      rows: ids.length,
      lost,
      duplicated: [...index.times.values()].filter((times) => times > 1).length,
      kills,
      searched: { sampled: milliseconds.length, found },
      rebuiltSame: rebuilt.digest === index.digest,
      seconds: hundredths(seconds),
      rowsPerSecond: Math.round(ids.length / seconds),
      searchP50ms: latencyOf(milliseconds).p50ms,
    };
  } finally {
    await memos.close();
  }
}

/** Has a process write; one that is to be killed is killed when half is acknowledged, and another goes on. @returns the kills. */
async function write(
  order: ObjectsOrder,
  mortal: boolean,
  note: (batch: number, ids: readonly string[]) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const half = order.next + Math.ceil((order.end - order.next) / 2);
  let next = order.next;
  let done = false;
  const child = new Child<object, ObjectsReply>(
    new URL("./objects/writerProcess.js", import.meta.url),
    (reply) => {
      if (reply.kind === "done") {
        done = true;
        return;
      }
      next = reply.batch + 1;
      note(reply.batch, reply.ids);
      if (mortal && next === half) void child.kill();
    },
  );
  const stop = () => void child.kill();
  signal?.addEventListener("abort", stop);
  child.send(order);
  await child.ended;
  signal?.removeEventListener("abort", stop);
  if (done || signal?.aborted === true) return 0;
  if (!mortal) throw new MemosError("INTERNAL", "A writing process ended before its work was done.");
  return 1 + (await write({ ...order, next }, false, note, signal));
}

/** Puts everything that waits into the index; the lease of a writer that was killed has to run out first. */
async function flushEverything(path: string, objects: ObjectOptions | undefined): Promise<void> {
  const { fingerprint } = await StaticEmbedder.load();
  const store = await Store.open({
    path,
    readOnly: false,
    maxLedgerBytes: undefined,
    embedder: fingerprint,
    logger: SILENT,
    objects,
  });
  try {
    for (;;) {
      await store.flusher.flushAll();
      if ((await store.ledger.backlog()).length === 0) return;
      await wait(LEASE_PAUSE_MS);
    }
  } finally {
    await store.close();
  }
}

async function searched(memos: MemOS, rows: number): Promise<{ milliseconds: number[]; found: number }> {
  const milliseconds: number[] = [];
  let found = 0;
  const every = Math.max(1, Math.floor(rows / SAMPLE));
  for (let seed = 0; seed < rows; seed += every) {
    const text = syntheticText(seed);
    let first: string | undefined;
    milliseconds.push(
      await timed(async () => {
        const { hits } = await memos.search(text, SCOPE, { k: 1 });
        const payload = hits[0]?.cube.payload;
        first = payload?.kind === "plaintext" ? payload.text : undefined;
      }),
    );
    if (first === text) found++;
  }
  return { milliseconds, found };
}
