import { setTimeout as sleep } from "node:timers/promises";
import { hundredths, seededRandom } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { Expectation } from "./crash/expectation.js";
import { indexWritten } from "./crash/indexActivity.js";
import { indexDefects } from "./crash/indexRows.js";
import { expireLeases, readLedger } from "./crash/ledgerFile.js";
import { type KillPlan, killPlan } from "./crash/plan.js";
import { searchDefects } from "./crash/searchDefects.js";
import type { WriterOrder, WriterReply } from "./crash/writerProcess.js";
import { Child } from "./process/child.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

const WRITERS = 2;

/** Crashes that one store goes through before a new one takes its place: a full one is slow to verify. */
const CYCLES_PER_STORE = 20;

/** Cubes of earlier cycles that a writer may change. */
const OWNED = 60;

/** How long a cycle waits for the index to be written before it kills anyway. */
const INDEXING_WAIT_MS = 1_500;

const SCOPE = { tenant: "crash", user: "u" };

const SHOWN_PROBLEMS = 20;

export interface CrashBenchOptions {
  /** Times that all writers are killed and the store is opened again. */
  readonly cycles: number;
  /** Decides what is written and when is killed; 1 unless said otherwise. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface CrashBenchResult {
  readonly cycles: number;
  readonly stores: number;
  readonly writers: number;
  /** Cubes written, changed and forgotten that a writer had an answer for. */
  readonly acknowledged: number;
  /** Calls that had no answer when their writer died. */
  readonly underWay: number;
  /** Acknowledged, and not there as acknowledged. */
  readonly lost: number;
  /** There twice, or written twice under one idempotency key. */
  readonly duplicated: number;
  /** Calls of several cubes of which only a part is there. */
  readonly torn: number;
  /** Cubes that nobody wrote, and damage to the file, the version chains or the counts. */
  readonly broken: number;
  /** Cubes that search does not find, or finds although they are no more. */
  readonly misindexed: number;
  /** Calls that failed while nothing but other processes stood in their way. */
  readonly refused: number;
  readonly killedWhile: Record<KillPlan["moment"], number>;
  readonly secondsPerCycle: number;
  /** The first of everything that went wrong. */
  readonly problems: readonly string[];
}

/** What a run has found so far. */
class Findings {
  acknowledged = 0;
  underWay = 0;
  stores = 0;
  readonly killedWhile: Record<KillPlan["moment"], number> = { opening: 0, writing: 0, indexing: 0 };
  readonly counts = { lost: 0, duplicated: 0, torn: 0, broken: 0, misindexed: 0, refused: 0 };
  readonly problems: string[] = [];

  note(kind: keyof Findings["counts"], cycle: number, problems: readonly string[]): void {
    this.counts[kind] += problems.length;
    for (const problem of problems)
      if (this.problems.length < SHOWN_PROBLEMS) this.problems.push(`cycle ${cycle}, ${kind}: ${problem}`);
  }
}

/**
 * Kills processes that write into one store, over and over, and looks each time whether the store holds
 * what they were told it holds.
 */
export async function runCrashBench(options: CrashBenchOptions, report: Report): Promise<CrashBenchResult> {
  const { cycles, seed = 1, signal } = options;
  const findings = new Findings();
  const started = performance.now();
  const say = seldom(report);
  for (let from = 0; from < cycles; from += CYCLES_PER_STORE) {
    const to = Math.min(cycles, from + CYCLES_PER_STORE);
    findings.stores++;
    await withTemporaryFolder(async (path) => {
      const life = new StoreLife(path, seed, findings);
      try {
        for (let cycle = from; cycle < to; cycle++) {
          throwIfAborted(signal);
          await life.cycle(cycle);
          say(() => `${cycle + 1} of ${cycles} crashes, ${findings.acknowledged} acknowledged`);
        }
        await life.end(to - 1);
      } finally {
        await life.close();
      }
    });
  }
  return {
    cycles,
    stores: findings.stores,
    writers: WRITERS,
    acknowledged: findings.acknowledged,
    underWay: findings.underWay,
    ...findings.counts,
    killedWhile: findings.killedWhile,
    secondsPerCycle: hundredths((performance.now() - started) / 1000 / cycles),
    problems: findings.problems,
  };
}

/** One store with all the crashes that it goes through. */
class StoreLife {
  readonly #path: string;
  readonly #seed: number;
  readonly #findings: Findings;
  readonly #expectation = new Expectation();
  #next: Writer[];

  constructor(path: string, seed: number, findings: Findings) {
    this.#path = path;
    this.#seed = seed;
    this.#findings = findings;
    this.#next = this.#loadWriters();
  }

  /** Processes that have everything loaded and wait for an order. */
  #loadWriters(): Writer[] {
    return Array.from({ length: WRITERS }, () => new Writer());
  }

  async cycle(cycle: number): Promise<void> {
    const writers = this.#next;
    const random = seededRandom(this.#seed * 7_919 + cycle);
    const acknowledgedBefore = this.#expectation.acknowledged;
    for (const [number, writer] of writers.entries())
      writer.start(
        {
          path: this.#path,
          scope: SCOPE,
          cycle,
          writer: number,
          seed: Math.floor(random() * 2 ** 32),
          ...this.#expectation.next(number, OWNED, random),
        },
        (reply) => this.#heard(reply, cycle),
      );
    await this.#crash(writers, killPlan(this.#seed, cycle, WRITERS));
    // They load while this process verifies.
    this.#next = this.#loadWriters();
    this.#findings.underWay += this.#expectation.underWay;
    this.#findings.acknowledged += this.#expectation.acknowledged - acknowledgedBefore;
    await this.#verify(cycle, "touched");
    expireLeases(this.#path);
  }

  #heard(reply: WriterReply, cycle: number): void {
    if (reply.kind === "began") this.#expectation.began(reply.operation);
    else if (reply.kind === "acknowledged") this.#expectation.acknowledge(reply);
    else if (reply.kind === "refused")
      this.#findings.note("refused", cycle, [`${reply.key}: ${reply.error}`]);
    else if (reply.kind === "unfound")
      this.#findings.note("misindexed", cycle, [`${reply.word}: not found when it was acknowledged`]);
  }

  async #crash(writers: readonly Writer[], plan: KillPlan): Promise<void> {
    let { moment } = plan;
    if (moment !== "opening") await Promise.all(writers.map((writer) => writer.opened));
    if (moment === "indexing" && !(await indexWritten(this.#path, INDEXING_WAIT_MS))) moment = "writing";
    this.#findings.killedWhile[moment]++;
    await sleep(plan.delayMs);
    const first = writers[plan.first] as Writer;
    if (plan.staggerMs > 0) {
      await first.kill();
      await sleep(plan.staggerMs);
    }
    await Promise.all(writers.map((writer) => writer.kill()));
  }

  /** Opens the store again and compares it with what was acknowledged. */
  async #verify(cycle: number, which: "all" | "touched"): Promise<void> {
    const { damage } = this.#expectation;
    const memos = await MemOS.open({ path: this.#path });
    try {
      if (which === "all") await memos.settled();
      const ledger = await readLedger(this.#path);
      this.#expectation.settle(ledger.cubes);
      for (const kind of ["lost", "duplicated", "torn"] as const)
        this.#findings.note(kind, cycle, damage[kind].splice(0));
      this.#findings.note("broken", cycle, [...damage.unknown.splice(0), ...ledger.defects]);
      this.#findings.note("misindexed", cycle, [
        ...(await indexDefects(this.#path, ledger)),
        ...(await searchDefects(memos, SCOPE, this.#expectation.words(which))),
      ]);
      if (which === "all") this.#findings.note("broken", cycle, await this.#checkUp(memos));
    } finally {
      await memos.close();
    }
  }

  async #checkUp(memos: MemOS): Promise<string[]> {
    const { live } = this.#expectation.words("all");
    const { cubes } = await memos.stats({ tenant: SCOPE.tenant });
    const listed = new Set<string>();
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await memos.list(SCOPE, { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id } of page.cubes) listed.add(id);
      cursor = page.cursor;
    }
    const failed = (await memos.check()).filter(({ ok }) => !ok);
    return [
      ...failed.map(({ name, detail }) => `${name}: ${detail}`),
      ...(cubes === live.length ? [] : [`the store counts ${cubes} cubes, ${live.length} should be there`]),
      ...(listed.size === live.length ? [] : [`${listed.size} cubes are listed, not ${live.length}`]),
    ];
  }

  /** Looks at everything once more, when the index has taken in what waits. */
  end(cycle: number): Promise<void> {
    return this.#verify(cycle, "all");
  }

  async close(): Promise<void> {
    await Promise.all(this.#next.map((writer) => writer.kill()));
  }
}

/** A process that writes until it is killed. */
class Writer {
  /** Resolves when its store is open, or when it is dead. */
  readonly opened: Promise<void>;
  readonly #child: Child<WriterOrder, WriterReply>;
  #onReply: (reply: WriterReply) => void = () => undefined;
  #onOpened: () => void = () => undefined;

  constructor() {
    this.#child = new Child(new URL("./crash/writerProcess.js", import.meta.url), (reply) => {
      if (reply.kind === "opened") this.#onOpened();
      else this.#onReply(reply);
    });
    const opened = new Promise<void>((resolve) => {
      this.#onOpened = resolve;
    });
    this.opened = Promise.race([opened, this.#child.ended.then(() => undefined)]);
  }

  start(order: WriterOrder, onReply: (reply: WriterReply) => void): void {
    this.#onReply = onReply;
    this.#child.send(order);
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }
}
