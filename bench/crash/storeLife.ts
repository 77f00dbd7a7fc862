import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../eval/metrics/index.js";
import { MemOS } from "../../memos/index.js";
import { Expectation } from "./expectation.js";
import type { Findings } from "./findings.js";
import { indexWritten } from "./indexActivity.js";
import { indexDefects } from "./indexRows.js";
import { expireLeases, readLedger } from "./ledgerFile.js";
import { type KillPlan, killPlan } from "./plan.js";
import { searchDefects } from "./searchDefects.js";
import { Writer } from "./writer.js";
import type { WriterReply } from "./writerProcess.js";

export const WRITERS = 2;

/** Cubes of earlier cycles that a writer may change. */
const OWNED = 60;

/** A stream after which a writer writes the index, and how long a cycle waits for that before it kills anyway. */
const INDEXING_STREAM = 1_100;
const INDEXING_WAIT_MS = 4_000;

/** Memories that are looked for by search after each crash; the end of a store's life looks for all. */
const LOOKED_FOR = 500;

const SCOPE = { tenant: "crash", user: "u" };

/** One store, two processes that write into it, and all the crashes that it goes through. */
export class StoreLife {
  readonly #folder: string;
  readonly #path: string;
  readonly #seed: number;
  readonly #findings: Findings;
  readonly #expectation = new Expectation();
  #next: Writer[];

  constructor(folder: string, seed: number, findings: Findings) {
    this.#folder = folder;
    this.#path = join(folder, "store");
    this.#seed = seed;
    this.#findings = findings;
    this.#next = this.#loadWriters();
  }

  /** Processes that have everything loaded and wait for an order. */
  #loadWriters(): Writer[] {
    return Array.from({ length: WRITERS }, () => new Writer(this.#folder));
  }

  async cycle(cycle: number): Promise<void> {
    const writers = this.#next;
    const random = seededRandom(this.#seed * 7_919 + cycle);
    const plan = killPlan(this.#seed, cycle, WRITERS);
    const acknowledgedBefore = this.#expectation.acknowledged;
    for (const [number, writer] of writers.entries())
      writer.start(
        {
          path: this.#path,
          scope: SCOPE,
          cycle,
          writer: number,
          seed: Math.floor(random() * 2 ** 32),
          stream: plan.moment === "indexing" && number === 0 ? INDEXING_STREAM : 0,
          ...this.#expectation.next(number, OWNED, random),
        },
        (reply) => this.#heard(reply, cycle),
      );
    await this.#crash(writers, plan);
    // They load while this process verifies.
    this.#next = this.#loadWriters();
    this.#findings.underWay += this.#expectation.underWay;
    this.#findings.acknowledged += this.#expectation.acknowledged - acknowledgedBefore;
    if (plan.indexFirst) expireLeases(this.#path);
    await this.#verify(cycle, "touched", plan.indexFirst);
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
  async #verify(cycle: number, which: "all" | "touched", indexFirst: boolean): Promise<void> {
    try {
      const memos = await MemOS.open({ path: this.#path });
      try {
        if (indexFirst) await memos.settled();
        await this.#compare(memos, cycle, which);
      } finally {
        await memos.close();
      }
    } catch (error) {
      this.#findings.note("broken", cycle, [`the store fails: ${error}`]);
    }
  }

  async #compare(memos: MemOS, cycle: number, which: "all" | "touched"): Promise<void> {
    const { damage } = this.#expectation;
    const ledger = await readLedger(this.#path);
    this.#expectation.settle(ledger.cubes);
    for (const kind of ["lost", "duplicated", "torn"] as const)
      this.#findings.note(kind, cycle, damage[kind].splice(0));
    this.#findings.note("broken", cycle, [...damage.unknown.splice(0), ...ledger.defects]);
    this.#findings.note("misindexed", cycle, [
      ...(await indexDefects(this.#path, ledger)),
      ...(await searchDefects(memos, SCOPE, this.#words(which))),
    ]);
    if (which === "all") this.#findings.note("broken", cycle, await this.#checkUp(memos));
  }

  /** What is looked for: everything, or what the cycle has touched as far as it can be looked for in a moment. */
  #words(which: "all" | "touched"): { live: string[]; gone: string[] } {
    const { live, gone } = this.#expectation.words(which);
    const every = which === "all" ? 1 : Math.ceil(live.length / LOOKED_FOR);
    return { live: live.filter((_, index) => index % every === 0), gone };
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
    return this.#verify(cycle, "all", true);
  }

  async close(): Promise<void> {
    await Promise.all(this.#next.map((writer) => writer.kill()));
  }
}
