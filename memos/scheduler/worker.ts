import type * as z from "zod";
import { isMemosError, type Scope } from "../../memcube/index.js";
import type { Job, JobFailure, JobLedger, NewJob, Outcome } from "../store/jobLedger.js";
import { JOB_BYTES, MOST_ATTEMPTS } from "./operations.js";

/** How long a taken job may go without a sign of life before another worker takes it over. */
export const LEASE_MS = 30_000;

/** How often it is looked whether another process has left work; work of this process is seen at once. */
export const POLL_MS = 500;

/** Jobs taken in one transaction at most. */
const TAKEN_AT_ONCE = 64;

/** The first pause after a failure; each further one is twice as long. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Characters of a failure that are kept. */
const FAILURE_CHARACTERS = 500;

/** What a handler works with. */
export interface JobContext {
  readonly id: string;
  readonly scope: Scope;
  readonly attempt: number;
  /**
   * The same at every attempt: given to `add` as its key, the effect of a job that is done twice happens once.
   */
  readonly idempotencyKey: string;
  /** Aborted when the worker shuts down, the job is cancelled, or its lease is lost. */
  readonly signal: AbortSignal;
  /** From 0 to 1; goes to the ledger with the next sign of life. */
  progress(share: number): void;
  /** A job that is made if, and only if, this one is done: in the same transaction. */
  followUp(job: NewJob): void;
}

export interface HandlerOptions<Input extends z.ZodType> {
  readonly input: Input;
  /** Running at once, in all processes. */
  readonly concurrency?: number;
  /** Running at once of one tenant, in all processes. */
  readonly perTenant?: number;
  /** How long a taken job may go without a sign of life before another worker takes it over; 30 s by default. */
  readonly leaseMs?: number;
}

interface Handler {
  readonly concurrency: number;
  readonly perTenant: number;
  readonly leaseMs: number;
  readonly run: (input: unknown, context: JobContext) => Promise<unknown>;
}

interface Held {
  readonly job: Job;
  readonly stop: AbortController;
  progress: number;
}

export interface WorkerHost {
  readonly ledger: JobLedger;
  readonly holder: string;
  now(): number;
  onError(error: unknown): void;
  /** Something has ended: whoever waits for it may look again. */
  onSettled(): void;
}

/**
 * Runs jobs of the ledger: takes what is ready under a lease, gives signs of life while it works, and ends it with
 * a fence, so that a worker that was taken for dead cannot end what another has begun. Effects happen once when
 * handlers use `idempotencyKey`.
 */
export class Worker {
  readonly #host: WorkerHost;
  readonly #handlers = new Map<string, Handler>();
  readonly #held = new Map<string, Held>();
  readonly #runs = new Set<Promise<void>>();
  readonly #outcomes: Outcome[] = [];
  #settling: Promise<void> = Promise.resolve();
  #pumping: Promise<void> | undefined;
  #again = false;
  #poll: NodeJS.Timeout | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #draining = false;

  constructor(host: WorkerHost) {
    this.#host = host;
  }

  handle<Input extends z.ZodType>(
    kind: string,
    options: HandlerOptions<Input>,
    handler: (input: z.output<Input>, context: JobContext) => Promise<unknown>,
  ): void {
    const { input, concurrency = 8, perTenant = concurrency, leaseMs = LEASE_MS } = options;
    this.#handlers.set(kind, {
      concurrency,
      perTenant,
      leaseMs,
      run: async (given, context) => handler(input.parse(given), context),
    });
    this.wake();
  }

  /** There may be work. */
  wake(): void {
    if (this.#draining || this.#handlers.size === 0) return;
    this.#poll ??= setInterval(() => void this.#look(), POLL_MS).unref();
    this.#again = true;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #look(): Promise<void> {
    if (this.#pumping !== undefined) return;
    try {
      if (await this.#host.ledger.jobsReady([...this.#handlers.keys()], this.#host.now())) this.wake();
    } catch (error) {
      this.#host.onError(error);
    }
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#draining) {
        this.#again = false;
        const appetites = [...this.#handlers].flatMap(([kind, { concurrency, perTenant, leaseMs }]) => {
          const mine = [...this.#held.values()].filter(({ job }) => job.kind === kind).length;
          const limit = Math.min(concurrency - mine, TAKEN_AT_ONCE);
          return limit > 0 ? [{ kind, limit, concurrency, perTenant, leaseMs }] : [];
        });
        if (appetites.length === 0) return;
        const { ledger, holder } = this.#host;
        const jobs = await ledger.takeJobs(appetites, holder, this.#host.now());
        for (const job of jobs) {
          const run = this.#run(job).finally(() => this.#runs.delete(run));
          this.#runs.add(run);
        }
        const shortest = Math.min(...[...this.#handlers.values()].map(({ leaseMs }) => leaseMs));
        if (jobs.length > 0) this.#pulse ??= setInterval(() => void this.#beat(), shortest / 3).unref();
      }
    } catch (error) {
      this.#host.onError(error);
    }
  }

  async #run(job: Job): Promise<void> {
    const held: Held = { job, stop: new AbortController(), progress: 0 };
    this.#held.set(job.id, held);
    const end = await this.#attempt(held);
    // Lost: whoever holds it now will end it.
    if (this.#held.get(job.id) !== held) return;
    this.#outcomes.push({ id: job.id, token: job.attempts, end });
    await this.#settle();
  }

  async #attempt(held: Held): Promise<Outcome["end"]> {
    const { job, stop } = held;
    const followUps: NewJob[] = [];
    try {
      const handler = this.#handlers.get(job.kind) as Handler;
      const result = await handler.run(job.input, {
        id: job.id,
        scope: job.scope,
        attempt: job.attempts,
        idempotencyKey: `job ${job.id}`,
        signal: stop.signal,
        progress: (share) => {
          held.progress = Math.min(1, Math.max(0, share));
        },
        followUp: (next) => followUps.push(next),
      });
      const kept = result === undefined ? null : result;
      if (Buffer.byteLength(JSON.stringify(kept) ?? "") > JOB_BYTES)
        return {
          as: "dead",
          failure: { code: "TOO_LARGE", message: `A result has at most ${JOB_BYTES} bytes.` },
        };
      return { as: "done", result: kept, followUps };
    } catch (error) {
      if (this.#draining && stop.signal.aborted) return { as: "released" };
      const failure = failureOf(error);
      const last = job.attempts >= Math.min(job.maxAttempts, MOST_ATTEMPTS) || !worthRepeating(error);
      return last
        ? { as: "dead", failure }
        : { as: "retry", at: this.#host.now() + pauseAfter(job.attempts, job.id), failure };
    }
  }

  /** Outcomes that come together are committed together. */
  #settle(): Promise<void> {
    this.#settling = this.#settling.then(async () => {
      const outcomes = this.#outcomes.splice(0);
      if (outcomes.length === 0) return;
      try {
        await this.#host.ledger.settleJobs(outcomes, this.#host.holder, this.#host.now());
      } catch (error) {
        // The leases run out, and the jobs are done again.
        this.#host.onError(error);
      }
      for (const { id } of outcomes) this.#held.delete(id);
      if (this.#held.size === 0) {
        clearInterval(this.#pulse);
        this.#pulse = undefined;
      }
      this.#host.onSettled();
      this.wake();
    });
    return this.#settling;
  }

  async #beat(): Promise<void> {
    const { ledger, holder } = this.#host;
    const jobs = [...this.#held.values()].map(({ job, progress }) => ({
      id: job.id,
      token: job.attempts,
      progress,
      until: this.#host.now() + (this.#handlers.get(job.kind) as Handler).leaseMs,
    }));
    try {
      for (const id of await ledger.heartbeat(jobs, holder)) {
        const lost = this.#held.get(id);
        this.#held.delete(id);
        lost?.stop.abort();
      }
    } catch (error) {
      this.#host.onError(error);
    }
  }

  /** Stops a job that is being worked on here. */
  stop(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.stop.abort();
  }

  /** Nothing is taken any more. What runs is finished, or given back when it heeds its signal. */
  async drain(): Promise<void> {
    this.#draining = true;
    clearInterval(this.#poll);
    await this.#pumping;
    for (const { stop } of this.#held.values()) stop.abort();
    await Promise.all(this.#runs);
    clearInterval(this.#pulse);
  }
}

/** Exponential, and different for each job, so that what failed together is not tried together. */
export function pauseAfter(attempts: number, id: string): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  const share = Number.parseInt(id.slice(-4), 16) / 0xffff;
  return Math.round(pause * (0.75 + share / 2));
}

function worthRepeating(error: unknown): boolean {
  return !isMemosError(error) || !["INVALID_INPUT", "NOT_FOUND", "FORBIDDEN"].includes(error.code);
}

function failureOf(error: unknown): JobFailure {
  if (isMemosError(error)) return { code: error.code, message: error.message.slice(0, FAILURE_CHARACTERS) };
  // What an unknown error says may quote what it was working on.
  const name = error instanceof Error ? error.name : typeof error;
  return { code: "INTERNAL", message: `The handler failed with ${name}.` };
}
