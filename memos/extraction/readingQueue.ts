import { unlessAborted } from "../aborted.js";
import type { Warning } from "../operations.js";
import type { AwaitingModel } from "../store/graphLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { Reader, ReadingResult } from "./reader.js";

/** One process reads at a time: two would pay twice. */
const LEASE = "derive";
const LEASE_MS = 120_000;

/** How long after a failure it is tried again, twice as long after each further one, and the longest. */
const RETRY_MS = 30_000;
const RETRY_MS_AT_MOST = 3_600_000;

/** Memories in a row that were not answered about, one by one, until the model is taken to be down. */
const SILENT_MEMORIES = 2;

/** What reading a few memories came to, for the receipt of whoever waited. */
export type Derived = Omit<ReadingResult, "unanswered">;

/** Somebody who waits for memories: those that were not read so far, and what became of the others. */
interface Waiter {
  readonly unread: Set<string>;
  llmCalls: number;
  llmTokens: number;
  readonly warnings: Warning[];
}

/** Whether memories still wait that this process is to read again. */
type Outcome = "done" | "later";

export interface ReadingQueueHost {
  readonly ledger: Pick<Ledger, "awaitingModel" | "modelDone" | "lease" | "release">;
  readonly reader: Reader;
  readonly holder: string;
  onError(error: unknown): void;
}

/**
 * What was written and waits to be read: taken in order, a few of one owner together, when the reader says that
 * they are due. The queue is in the ledger, in the transaction of the write, so a crash passes nothing over, and a
 * model that is down costs no memory.
 */
export class ReadingQueue {
  readonly #host: ReadingQueueHost;
  readonly #closed = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #running: Promise<Outcome> = Promise.resolve("done");
  /** The run that is to follow, until it begins. */
  #queued: Promise<Outcome> | undefined;
  #hurried = false;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS;
  #due: NodeJS.Timeout | undefined;

  constructor(host: ReadingQueueHost) {
    this.#host = host;
  }

  /** In the background, again after a while when there was no answer. Never rejects. */
  async catchUp(): Promise<Outcome> {
    // Whoever comes before a run has begun is served by it: a model that is down is not asked for each of them.
    this.#queued ??= this.#running
      .then(() => {
        this.#queued = undefined;
        return this.#run();
      })
      .catch((error): Outcome => {
        if (!this.#closed.signal.aborted) this.#host.onError(error);
        return "later";
      });
    this.#running = this.#queued;
    const outcome = await this.#queued;
    if (outcome === "later") this.#retryLater();
    return outcome;
  }

  /** Reads what waits now, whether it is due or not. */
  async hurry(): Promise<void> {
    this.#hurried = true;
    await this.catchUp();
  }

  /**
   * Waits until these cubes, which are in the ledger, were read: they are kept whatever becomes of it, so it never
   * rejects. Whichever run reads them, the receipt is about these and no others. An abort ends the waiting, not
   * the work.
   */
  async derived(cubes: readonly string[], signal: AbortSignal | undefined): Promise<Derived> {
    const waiter: Waiter = { unread: new Set(cubes), llmCalls: 0, llmTokens: 0, warnings: [] };
    this.#waiters.add(waiter);
    const reading = this.#running.then((outcome) => (waiter.unread.size > 0 ? this.catchUp() : outcome));
    const waiting =
      signal?.aborted === true ? Promise.reject(signal.reason) : unlessAborted(reading, signal, "");
    const outcome = await waiting.catch((): Outcome => "later");
    this.#waiters.delete(waiter);
    const { unread, llmCalls, llmTokens, warnings } = waiter;
    if (outcome === "later" && unread.size > 0)
      warnings.push({
        code: "NOT_DERIVED_YET",
        message: `The model is asked about ${unread.size} memories later. They are stored and found without it.`,
      });
    return { llmCalls, llmTokens, warnings };
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#closed.signal.aborted) return;
    this.#retry = setTimeout(() => void this.catchUp(), this.#retryMs).unref();
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_AT_MOST);
  }

  async #run(): Promise<Outcome> {
    if (this.#closed.signal.aborted) return "later";
    const { ledger, reader, holder } = this.#host;
    const hurried = this.#hurried;
    this.#hurried = false;
    // What another process has not seen before it stops is nobody's, unless it is looked for again.
    if (!(await ledger.lease(LEASE, holder, LEASE_MS))) return "later";
    // Memories that were not answered about although they were read alone: they hold up no others.
    const passed = new Map<number, string>();
    // Memories that are not due yet.
    const early = new Set<number>();
    let next = Number.POSITIVE_INFINITY;
    let silent = 0;
    let alone = 0;
    try {
      for (;;) {
        if (this.#closed.signal.aborted) return "later";
        const waiting = await ledger.awaitingModel(alone > 0 ? 1 : reader.batch, [
          ...passed.keys(),
          ...early,
        ]);
        if (waiting.length === 0) return passed.size === 0 ? "done" : "later";
        const due = hurried ? 0 : this.#dueAt(waiting);
        if (due > Date.now()) {
          next = Math.min(next, due);
          for (const { key } of waiting) early.add(key);
          continue;
        }
        await ledger.lease(LEASE, holder, LEASE_MS);
        const { signal } = this.#closed;
        const cubes = waiting.map(({ cube }) => cube);
        const writers = new Map(
          waiting.flatMap(({ cube, writer }) => (writer === undefined ? [] : [[cube.id, writer] as const])),
        );
        const result = await reader.read({ cubes, writers, without: [...passed.values()], signal });
        this.#report(waiting, result);
        const read = waiting.filter(({ cube }) => !result.unanswered.has(cube.id));
        await ledger.modelDone(read.map(({ key, digest }) => ({ key, digest })));
        if (result.unanswered.size === 0) {
          silent = 0;
          alone = Math.max(0, alone - 1);
          this.#retryMs = RETRY_MS;
        } else if (waiting.length > 1) alone = waiting.length;
        else {
          for (const { key, cube } of waiting) passed.set(key, cube.id);
          alone = Math.max(0, alone - 1);
          if (++silent === SILENT_MEMORIES) return "later";
        }
      }
    } finally {
      await ledger.release(LEASE, holder);
      this.#wakeAt(next);
    }
  }

  /** Whoever waits is not kept waiting. */
  #dueAt(waiting: readonly AwaitingModel[]): number {
    const cubes = waiting.map(({ cube }) => cube);
    const awaited = [...this.#waiters].some(({ unread }) => cubes.some(({ id }) => unread.has(id)));
    return awaited ? 0 : (this.#host.reader.dueAt?.(cubes) ?? 0);
  }

  #wakeAt(instant: number): void {
    clearTimeout(this.#due);
    if (this.#closed.signal.aborted || instant === Number.POSITIVE_INFINITY) return;
    this.#due = setTimeout(() => void this.catchUp(), Math.max(0, instant - Date.now())).unref();
  }

  #report(read: readonly AwaitingModel[], result: ReadingResult): void {
    for (const waiter of this.#waiters) {
      if (read.filter(({ cube }) => waiter.unread.delete(cube.id)).length === 0) continue;
      waiter.llmCalls += result.llmCalls;
      waiter.llmTokens += result.llmTokens;
      waiter.warnings.push(...result.warnings);
    }
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    clearTimeout(this.#due);
    this.#closed.abort();
    await this.settled();
  }
}
