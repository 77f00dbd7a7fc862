import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { latencyOf } from "./latency.js";
import { runClient, Seen } from "./load/client.js";
import { LoadedServer } from "./load/server.js";
import type { Report } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

const USER = "ana";
/** What an agent rests between two operations, on average: its model is thinking. 200 of them ask 40 times a second. */
const PAUSE_MS = 5_000;
/** The single client and the clients that do not pause are watched for a part of the whole. */
const SHARE = 1 / 6;
/** Ids looked up in one read at the end. */
const PAGE = 500;

export interface LoadBenchOptions {
  readonly clients: number;
  readonly seconds: number;
  /** Memories that are there before. */
  readonly memories: number;
  readonly signal?: AbortSignal;
}

interface Phase {
  readonly operationsPerSecond: number;
  readonly errors: number;
  readonly addP50ms: number;
  readonly addP95ms: number;
  readonly searchP50ms: number;
  readonly searchP95ms: number;
  /** How long the event loop of the server kept work waiting. */
  readonly lagP99ms: number;
  readonly lagMaxMs: number;
}

export interface LoadBenchResult {
  readonly clients: number;
  readonly pauseMs: number;
  /** All clients, each with a pause between its operations. */
  readonly many: Phase;
  /** p95 of search of all clients against that of one. */
  readonly ratio: number;
  readonly acknowledged: number;
  /** Acknowledged, and not there afterwards. */
  readonly lost: number;
  /** All clients without any pause: what the server can do. */
  readonly saturated: Phase;
  /** One client alone, without any pause, before. */
  readonly baseline: Phase;
}

/** Many clients that add and search over HTTP at the same time, beside one alone. */
export function runLoadBench(options: LoadBenchOptions, report: Report): Promise<LoadBenchResult> {
  return withTemporaryFolder((folder) => measure(join(folder, "store"), options, report));
}

async function measure(
  path: string,
  { clients, seconds, memories, signal }: LoadBenchOptions,
  report: Report,
): Promise<LoadBenchResult> {
  const server = new LoadedServer();
  const stop = () => void server.release();
  signal?.addEventListener("abort", stop);
  try {
    report(`taking in ${memories} memories`);
    const address = await server.open(path, memories, USER);
    const acknowledged: string[] = [];
    let seed = memories;
    const phase = async (count: number, pauseMs: number, lasting: number): Promise<Phase> => {
      report(`${count} clients, ${pauseMs} ms between their operations, for ${Math.round(lasting)} s`);
      const seen = new Seen();
      await server.lag();
      const started = performance.now();
      const time = AbortSignal.timeout(lasting * 1_000);
      const until = signal === undefined ? time : AbortSignal.any([time, signal]);
      setMaxListeners(count + 1, until);
      await Promise.all(
        Array.from({ length: count }, () =>
          runClient({ address, user: USER, seed: ++seed, pauseMs, until }, seen),
        ),
      );
      throwIfAborted(signal);
      const took = (performance.now() - started) / 1_000;
      const lag = await server.lag();
      for (const error of new Set(seen.errors)) report(`failed: ${error}`);
      acknowledged.push(...seen.acknowledged);
      return phaseOf(seen, took, lag);
    };
    // What is loaded and compiled at first use is not what is measured.
    await phase(1, 0, 2);
    const baseline = await phase(1, 0, seconds * SHARE);
    const many = await phase(clients, PAUSE_MS, seconds);
    const saturated = await phase(clients, 0, seconds * SHARE);
    await server.close();
    report(`looking for ${acknowledged.length} acknowledged memories`);
    return {
      clients,
      pauseMs: PAUSE_MS,
      many,
      ratio: hundredths(many.searchP95ms / baseline.searchP95ms),
      acknowledged: acknowledged.length,
      lost: await countLost(path, acknowledged),
      saturated,
      baseline,
    };
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await server.release();
  }
}

function phaseOf(seen: Seen, seconds: number, lag: { p99ms: number; maxMs: number }): Phase {
  const add = latencyOf(seen.addMs);
  const search = latencyOf(seen.searchMs);
  return {
    operationsPerSecond: Math.round((seen.addMs.length + seen.searchMs.length) / seconds),
    errors: seen.errors.length,
    addP50ms: add.p50ms,
    addP95ms: add.p95ms,
    searchP50ms: search.p50ms,
    searchP95ms: search.p95ms,
    lagP99ms: hundredths(lag.p99ms),
    lagMaxMs: hundredths(lag.maxMs),
  };
}

/** What a process that comes afterwards does not find of what was acknowledged. */
async function countLost(path: string, ids: readonly string[]): Promise<number> {
  const memos = await MemOS.open({ path });
  try {
    const there = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await memos.list(
        { tenant: "local", user: USER },
        { limit: PAGE, ...(cursor && { cursor }) },
      );
      for (const { id } of page.cubes) there.add(id);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return ids.filter((id) => !there.has(id)).length;
  } finally {
    await memos.close();
  }
}
