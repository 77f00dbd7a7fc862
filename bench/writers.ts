import { join } from "node:path";
import { hundredths } from "../eval/metrics/index.js";
import { MemosError } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { latencyOf } from "./latency.js";
import { Child } from "./process/child.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText } from "./text.js";
import type { WriterOrder, WriterReply } from "./writers/writerProcess.js";

const PROCESSES = 2;
const SCOPE = { tenant: "shared" };

/** Cubes of which it is looked up that a later process finds them. */
const SAMPLE = 50;

export interface WritersBenchOptions {
  /** Adds of each process. */
  readonly n: number;
  readonly signal?: AbortSignal;
}

export interface WritersBenchResult {
  readonly processes: number;
  /** Acknowledged, of all processes together. */
  readonly adds: number;
  readonly errors: number;
  /** What the ledger counts afterwards. */
  readonly cubes: number;
  readonly addP50ms: number;
  readonly addP95ms: number;
  readonly addsPerSecond: number;
  readonly searchable: { readonly sampled: number; readonly found: number };
  /** `addP50ms` against `baseline.sqliteInsertP50ms`. */
  readonly ratio: number;
  /** The same processes inserting the same texts into one SQLite table afterwards, as durably. */
  readonly baseline: { readonly sqliteInsertP50ms: number; readonly sqliteInsertP95ms: number };
}

/** Measures single adds of two processes that write into one store at the same time. */
export async function runWritersBench(
  options: WritersBenchOptions,
  report: Report,
): Promise<WritersBenchResult> {
  return withTemporaryFolder((folder) => measure(folder, options, report));
}

async function measure(
  folder: string,
  { n, signal }: WritersBenchOptions,
  report: Report,
): Promise<WritersBenchResult> {
  const path = join(folder, "store");
  const say = seldom(report);
  const added = new Map<number, number>();
  const progress = () => {
    const total = [...added.values()].reduce((sum, count) => sum + count, 0);
    return `${PROCESSES} processes: ${total} of ${PROCESSES * n} adds`;
  };
  const writers = Array.from(
    { length: PROCESSES },
    (_, number) =>
      new Writer((count) => {
        added.set(number, count);
        say(progress);
      }),
  );
  const stop = () => {
    for (const writer of writers) void writer.release();
  };
  signal?.addEventListener("abort", stop);
  try {
    await Promise.all(
      writers.map((writer, number) =>
        writer.ask({
          kind: "open",
          path,
          scope: SCOPE,
          baseline: join(folder, "baseline.db"),
          firstText: number * n,
        }),
      ),
    );
    const started = performance.now();
    const adds = await Promise.all(writers.map((writer) => writer.ask({ kind: "add", n })));
    const seconds = (performance.now() - started) / 1000;
    const inserts = await Promise.all(writers.map((writer) => writer.ask({ kind: "insert", n })));
    const errors = adds.flatMap((answer) => answer.errors);
    for (const error of new Set(errors)) report(`an add failed: ${error}`);
    const add = latencyOf(adds.flatMap((answer) => answer.milliseconds));
    const insert = latencyOf(inserts.flatMap((answer) => answer.milliseconds));
    return {
      processes: PROCESSES,
      adds: PROCESSES * n - errors.length,
      errors: errors.length,
      ...(await lookUp(path, n)),
      addP50ms: add.p50ms,
      addP95ms: add.p95ms,
      addsPerSecond: Math.round((PROCESSES * n) / seconds),
      ratio: hundredths(add.p50ms / insert.p50ms),
      baseline: { sqliteInsertP50ms: insert.p50ms, sqliteInsertP95ms: insert.p95ms },
    };
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(writers.map((writer) => writer.release()));
  }
}

/** One of the processes, asked one thing after the other. */
class Writer {
  readonly #child: Child<WriterOrder, WriterReply>;
  #answer: (reply: Extract<WriterReply, { kind: "done" }>) => void = () => undefined;

  constructor(onProgress: (added: number) => void) {
    this.#child = new Child(new URL("./writers/writerProcess.js", import.meta.url), (reply) => {
      if (reply.kind === "progress") onProgress(reply.added);
      else this.#answer(reply);
    });
  }

  ask(order: WriterOrder): Promise<Extract<WriterReply, { kind: "done" }>> {
    const answer = new Promise<Extract<WriterReply, { kind: "done" }>>((resolve) => {
      this.#answer = resolve;
    });
    const gone = this.#child.ended.then(() => {
      throw new MemosError("INTERNAL", "A writing process ended before its work was done.");
    });
    this.#child.send(order);
    return Promise.race([answer, gone]);
  }

  release(): Promise<void> {
    return this.#child.release();
  }
}

/** What a process that comes afterwards sees. */
async function lookUp(path: string, n: number): Promise<Pick<WritersBenchResult, "cubes" | "searchable">> {
  const memos = await MemOS.open({ path });
  try {
    const { cubes } = await memos.stats(SCOPE);
    const every = Math.max(1, Math.floor((PROCESSES * n) / SAMPLE));
    let sampled = 0;
    let found = 0;
    for (let seed = 0; seed < PROCESSES * n; seed += every) {
      const text = syntheticText(seed);
      const { hits } = await memos.search(text, SCOPE, { k: 1 });
      sampled++;
      const payload = hits[0]?.cube.payload;
      if (payload?.kind === "plaintext" && payload.text === text) found++;
    }
    return { cubes, searchable: { sampled, found } };
  } finally {
    await memos.close();
  }
}
