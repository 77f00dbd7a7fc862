import { randomUUID } from "node:crypto";
import type * as z from "zod";
import { MemosError, newCubeId, type Scope, scopeSchema } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { parse } from "../parse.js";
import type { Job, JobLedger, NewJob } from "../store/jobLedger.js";
import {
  type BarrierOptions,
  type BarrierResult,
  barrierOptionsSchema,
  type EnqueueOptions,
  type EventOptions,
  enqueueOptionsSchema,
  eventOptionsSchema,
  type JobList,
  type JobListOptions,
  type JobView,
  jobIdSchema,
  jobJsonSchema,
  jobKindSchema,
  jobListOptionsSchema,
  type MemosEvent,
  type ScheduleView,
  scheduleSchema,
  WAITING_JOBS,
} from "./operations.js";
import { type HandlerOptions, type JobContext, POLL_MS, Worker } from "./worker.js";

/** Events read at once. */
const EVENT_PAGE = 500;

/** Days for which jobs that have ended are kept; dead ones stay until they are replayed or dropped. */
export const ENDED_DAYS = 7;

const DAY = 86_400_000;

export interface JobsHost {
  /** Throws when the store is closed or may only be read. */
  writable(): void;
  /** Background work that is not in jobs and that a barrier waits for as well. */
  settled(): Promise<void>;
  onError(error: unknown): void;
}

/**
 * Durable work: jobs are in the ledger, so that several processes share them and a crash loses none. A job is done
 * at least once, and its effect once (`JobContext.idempotencyKey`).
 */
export class Jobs {
  readonly #ledger: JobLedger;
  readonly #host: JobsHost;
  readonly #worker: Worker;
  readonly #watchers = new Set<() => void>();

  constructor(ledger: JobLedger, host: JobsHost) {
    this.#ledger = ledger;
    this.#host = host;
    this.#worker = new Worker({
      ledger,
      holder: randomUUID(),
      now: () => Date.now(),
      onError: (error) => host.onError(error),
      onSettled: () => this.notify(),
    });
  }

  /** Says how jobs of a kind are done; this process begins with those that wait. */
  handle<Input extends z.ZodType>(
    kind: string,
    options: HandlerOptions<Input>,
    handler: (input: z.output<Input>, context: JobContext) => Promise<unknown>,
  ): void {
    this.#host.writable();
    this.#worker.handle(parse(jobKindSchema, kind), options, handler);
  }

  /**
   * Leaves work to be done. Durable when it resolves.
   *
   * @param input JSON of at most `JOB_BYTES`: ids and settings, never content.
   * @throws MemosError INVALID_INPUT, TOO_MANY_JOBS when `WAITING_JOBS` of the tenant wait already.
   */
  async enqueue(kind: string, input: unknown, scope: Scope, options: EnqueueOptions = {}): Promise<JobView> {
    const [job] = await this.enqueueAll([{ kind, input, options }], scope);
    return job as JobView;
  }

  /** The same for many, in one transaction. */
  async enqueueAll(
    wanted: readonly { kind: string; input: unknown; options?: EnqueueOptions }[],
    scope: Scope,
  ): Promise<JobView[]> {
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const now = Date.now();
    const jobs = wanted.map(({ kind, input, options }) => newJob(kind, input, owner, options ?? {}, now));
    const stored = await this.#ledger.enqueue(jobs, now, WAITING_JOBS);
    this.#worker.wake();
    this.notify();
    return stored.map(view);
  }

  /** @throws MemosError NOT_FOUND, also for a job of another scope. */
  async get(id: string, scope: Scope): Promise<JobView> {
    return view(await this.#ledger.job(parse(jobIdSchema, id), parse(scopeSchema, scope)));
  }

  /** Jobs of a scope, the newest first, a page at a time. */
  async list(scope: Scope, options: JobListOptions = {}): Promise<JobList> {
    const owner = parse(scopeSchema, scope);
    const { states, kind, limit, cursor } = parse(jobListOptionsSchema, options);
    const filter = { ...(states === undefined ? {} : { states }), ...(kind === undefined ? {} : { kind }) };
    const found = await this.#ledger.jobs(owner, filter, cursor ?? null, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      jobs: page.map(view),
      ...(found.length > limit && last !== undefined ? { cursor: last.id } : {}),
    };
  }

  /** Calls a job off. One that is running is told so; what it has done stays done. */
  async cancel(id: string, scope: Scope): Promise<JobView> {
    this.#host.writable();
    const job = await this.#ledger.cancelJob(parse(jobIdSchema, id), parse(scopeSchema, scope), Date.now());
    this.#worker.stop(job.id);
    this.notify();
    return view(job);
  }

  /** A dead or cancelled job is tried again, with all its attempts. */
  async replay(id: string, scope: Scope): Promise<JobView> {
    this.#host.writable();
    const job = await this.#ledger.replayJob(parse(jobIdSchema, id), parse(scopeSchema, scope), Date.now());
    this.#worker.wake();
    return view(job);
  }

  /** Makes a job every so often, the first now unless said otherwise. Runs that were missed are made up for by one. */
  async schedule(
    schedule: { name: string; kind: string; input: unknown; everyMs: number; nextAt?: string },
    scope: Scope,
  ): Promise<ScheduleView> {
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const wanted = parse(scheduleSchema, {
      ...schedule,
      nextAt: schedule.nextAt ?? new Date().toISOString(),
    });
    await this.#ledger.saveSchedule({ ...wanted, scope: owner, nextAt: Date.parse(wanted.nextAt) });
    this.#worker.wake();
    return wanted;
  }

  async schedules(scope: Scope): Promise<ScheduleView[]> {
    const { tenant } = parse(scopeSchema, scope);
    const all = await this.#ledger.schedules();
    return all
      .filter((schedule) => schedule.scope.tenant === tenant)
      .map(({ name, kind, input, everyMs, nextAt }) => ({
        name,
        kind,
        input: input as ScheduleView["input"],
        everyMs,
        nextAt: new Date(nextAt).toISOString(),
      }));
  }

  async unschedule(name: string, scope: Scope): Promise<void> {
    this.#host.writable();
    const { tenant } = parse(scopeSchema, scope);
    await this.#ledger.dropSchedule(parse(scheduleSchema.shape.name, name), tenant);
  }

  /**
   * Waits until the work of a scope that is there now has ended: its jobs, and what follows from writes (vectors,
   * graph, model). Jobs that have failed for good do not hold it up; they are named.
   */
  async barrier(scope: Scope, options: BarrierOptions = {}): Promise<BarrierResult> {
    const started = performance.now();
    const owner = parse(scopeSchema, scope);
    const { timeoutMs, signal } = parse(barrierOptionsSchema, options);
    const upTo = newCubeId();
    const deadline = started + timeoutMs;
    await Promise.race([this.#host.settled(), this.#pause(timeoutMs, signal)]);
    for (;;) {
      throwIfAborted(signal);
      const { open, dead } = await this.#ledger.unfinished(owner, upTo);
      const now = performance.now();
      if (open === 0 || now >= deadline)
        return { reached: open === 0, open, dead, milliseconds: now - started };
      await this.#change(Math.min(POLL_MS, deadline - now), signal);
    }
  }

  /** The number of the last event so far: `events` after it are those from now on, however late they are asked for. */
  async lastEvent(scope: Scope): Promise<number> {
    parse(scopeSchema, scope);
    return this.#ledger.lastEvent();
  }

  /** What happens in a scope, in order: from now on, or from after an event. Ends when the signal is aborted. */
  async *events(scope: Scope, options: EventOptions = {}): AsyncGenerator<MemosEvent, void, undefined> {
    const owner = parse(scopeSchema, scope);
    const { after, kinds, follow, signal } = parse(eventOptionsSchema, options);
    let last = after ?? (await this.#ledger.lastEvent());
    while (signal?.aborted !== true) {
      const page = await this.#ledger.events(owner, last, EVENT_PAGE);
      for (const { scope: where, at, ...event } of page) {
        last = event.sequence;
        const wanted = kinds?.some((kind) =>
          kind.endsWith("*") ? event.kind.startsWith(kind.slice(0, -1)) : kind === event.kind,
        );
        if (wanted !== false) yield { ...event, scope: where, at: new Date(at).toISOString() };
      }
      if (page.length === EVENT_PAGE) continue;
      if (!follow) return;
      await this.#change(POLL_MS, signal).catch(() => undefined);
    }
  }

  /** Something was committed in this process: whoever waits for it looks again. */
  notify(): void {
    for (const wake of [...this.#watchers]) wake();
  }

  /** There may be work that a commit has left. */
  wake(): void {
    this.#worker.wake();
    this.notify();
  }

  /** Resolves at the next change here, or after a while, since another process may have changed something. */
  #change(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(wake);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const wake = () => end(resolve);
      const abort = () => end(() => reject(new MemosError("ABORTED", "The caller cancelled the operation.")));
      const timer = setTimeout(wake, milliseconds);
      this.#watchers.add(wake);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    });
  }

  async #pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) await this.#change(left, signal);
  }

  /** Removes jobs that have ended long ago. */
  async tidy(): Promise<number> {
    const before = Date.now() - ENDED_DAYS * DAY;
    for (let dropped = 0; ; ) {
      const now = await this.#ledger.dropEndedJobs(before, EVENT_PAGE);
      dropped += now;
      if (now < EVENT_PAGE) return dropped;
    }
  }

  /** Takes no more; finishes or gives back what runs. */
  drain(): Promise<void> {
    return this.#worker.drain();
  }
}

/** A validated job, ready to be stored. */
export function newJob(
  kind: string,
  input: unknown,
  scope: Scope,
  options: EnqueueOptions,
  now: number,
): NewJob {
  const { cubes, priority, runAt, attempts, once } = parse(enqueueOptionsSchema, options);
  return {
    id: newCubeId(),
    scope,
    kind: parse(jobKindSchema, kind),
    input: parse(jobJsonSchema, input),
    cubes,
    priority,
    runAt: runAt === undefined ? now : Date.parse(runAt),
    maxAttempts: attempts,
    onceKey: once ?? null,
  };
}

function view({ runAt, createdAt, finishedAt, input, result, ...job }: Job): JobView {
  return {
    ...job,
    input: input as JobView["input"],
    result: result as JobView["result"],
    runAt: new Date(runAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}
