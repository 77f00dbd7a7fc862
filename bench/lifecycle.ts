import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, type NewMemory } from "../memos/index.js";
import { type Latency, latencyOf, timed } from "./latency.js";
import { type Report, seldom } from "./progress.js";
import { questionsAbout } from "./search/questions.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticTexts } from "./text.js";

const SCOPE = { tenant: "acme", user: "ana" };

/** Cubes of the store in which the use is counted, and recalls of each kind, at most. */
const USED = 5_000;
const PAIRS = 400;

/** Recalls before anything has expired. */
const CALM = 200;

/**
 * What expires must be in before it does: so many times as long as the first tenth of as many took is allowed, at
 * first. A machine that became slower meanwhile is given the next.
 */
const INGEST_ALLOWANCES = [2, 8, 32];

/** Milliseconds for each of them until the index has settled and the calm has been measured. */
const SETTLING_MS = 0.3;

export interface LifecycleBenchResult {
  /** The same questions to two copies of a store in turns, one of which counts what is used. */
  readonly use: {
    readonly countedP50ms: number;
    readonly ratio: number;
    readonly baseline: { readonly uncountedP50ms: number };
  };
  /** Recalls while cubes that all expire at one instant are written down as expired. */
  readonly expiry: Latency & {
    readonly expired: number;
    readonly sweepSeconds: number;
    readonly recalls: number;
    /** Of the answers, those that held something that had expired. */
    readonly stale: number;
    /** The slow end against that of the baseline. */
    readonly ratio: number;
    /** Recalls of the same cubes beforehand. */
    readonly baseline: Latency;
  };
}

/** What counting uses adds to a recall, and what recalls feel of many cubes that expire at once. */
export function runLifecycleBench(
  { n, signal }: { readonly n: number; readonly signal?: AbortSignal },
  report: Report,
): Promise<LifecycleBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const use = await useOf(folder, n, signal);
    throwIfAborted(signal);
    for (const allowance of INGEST_ALLOWANCES) {
      const path = join(folder, `expiry-${allowance}`);
      const expiry = await expiryOf(path, n, allowance, signal, seldom(report));
      if (expiry !== undefined) return { use, expiry };
    }
    throw new Error("The memories were not taken in before they expired: try a smaller n.");
  });
}

async function useOf(folder: string, n: number, signal?: AbortSignal): Promise<LifecycleBenchResult["use"]> {
  const texts = syntheticTexts(Math.min(USED, n), 0);
  const path = join(folder, "counted");
  const first = await MemOS.open({ path });
  for await (const _ of first.addMany(texts, SCOPE));
  await first.close();
  const copy = join(folder, "uncounted");
  await cp(path, copy, { recursive: true });
  const counted = await MemOS.open({ path });
  const uncounted = await MemOS.open({ path: copy, trackUse: false });
  try {
    const { questions } = questionsAbout(texts, Math.min(PAIRS, n)).all;
    const times: { counted: number[]; uncounted: number[] } = { counted: [], uncounted: [] };
    for (const [at, question] of ["warm up", ...questions].entries()) {
      throwIfAborted(signal);
      const both = [
        ["counted", counted],
        ["uncounted", uncounted],
      ] as const;
      for (const [name, memos] of at % 2 === 0 ? both : [...both].reverse()) {
        const ms = await timed(() => memos.recall(question, SCOPE));
        if (at > 0) times[name].push(ms);
      }
    }
    const countedP50ms = latencyOf(times.counted).p50ms;
    const uncountedP50ms = latencyOf(times.uncounted).p50ms;
    return { countedP50ms, ratio: hundredths(countedP50ms / uncountedP50ms), baseline: { uncountedP50ms } };
  } finally {
    await counted.close();
    await uncounted.close();
  }
}

/** Nothing when the memories were not in before they expired. */
async function expiryOf(
  path: string,
  n: number,
  allowance: number,
  signal: AbortSignal | undefined,
  say: ReturnType<typeof seldom>,
): Promise<LifecycleBenchResult["expiry"] | undefined> {
  const kept = syntheticTexts(Math.ceil(n / 10), 0);
  const texts = syntheticTexts(n, kept.length);
  const memos = await MemOS.open({ path, upkeep: false });
  try {
    // The first write of a process takes longer than thousands of the others.
    await memos.add("The first write.", SCOPE);
    const tenthMs = await timed(async () => {
      for await (const _ of memos.addMany(kept, SCOPE));
    });
    const calmMs = 5_000 + n * SETTLING_MS;
    const instant = Math.ceil(Date.now() + 10 * tenthMs * allowance + calmMs);
    const expiresAt = new Date(instant).toISOString();
    const due = (function* (): Generator<NewMemory> {
      for (const text of texts) yield { text, governance: { expiresAt } };
    })();
    for await (const { added } of memos.addMany(due, SCOPE, signal === undefined ? {} : { signal }))
      say(() => `${added} of ${n} memories`);
    await memos.settled();
    const { questions } = questionsAbout([...kept, ...texts.slice(0, kept.length)], CALM).all;
    const isDue = new Set(texts);
    let at = 0;
    const recall = async (): Promise<{ ms: number; stale: boolean }> => {
      throwIfAborted(signal);
      const question = questions[at++ % questions.length] as string;
      const started = Date.now();
      let stale = false;
      const ms = await timed(async () => {
        const { text } = await memos.recall(question, SCOPE);
        stale =
          started > instant && text.split("\n").some((line) => isDue.has(line.split(" · ").at(-1) ?? ""));
      });
      return { ms, stale };
    };
    const before: number[] = [];
    for (let turn = 0; turn < CALM; turn++) before.push((await recall()).ms);
    if (Date.now() >= instant) return undefined;
    say(() => "waiting for the instant");
    await sleep(instant - Date.now() + 1, undefined, signal === undefined ? {} : { signal });
    const during: { ms: number; stale: boolean }[] = [];
    let swept: { expired: number } | undefined;
    const started = performance.now();
    let sweepSeconds = 0;
    const sweep = memos.lifecycle.sweep(signal).then((result) => {
      swept = result;
      sweepSeconds = hundredths((performance.now() - started) / 1_000);
    });
    while (swept === undefined) during.push(await recall());
    await sweep;
    const baseline = latencyOf(before);
    const latency = latencyOf(during.map(({ ms }) => ms));
    return {
      ...latency,
      expired: swept.expired,
      sweepSeconds,
      recalls: during.length,
      stale: during.filter(({ stale }) => stale).length,
      ratio: hundredths(latency.p95ms / baseline.p95ms),
      baseline,
    };
  } finally {
    await memos.close();
  }
}
