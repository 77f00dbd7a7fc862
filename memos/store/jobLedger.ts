import type { ErrorCode, Scope } from "../../memcube/index.js";

/** The kind of job that tells a webhook; made by the ledger when something happens. */
export const DELIVERY = "webhook.deliver";

/** `delayed` waits for its time, `waiting` for a worker; `dead` has failed for good and can be replayed. */
export type JobState = "waiting" | "delayed" | "running" | "done" | "dead" | "cancelled";

export interface NewJob {
  readonly id: string;
  readonly scope: Scope;
  readonly kind: string;
  readonly input: unknown;
  /** Cubes that the job is about, so that forgetting them takes the job along. */
  readonly cubes: readonly string[];
  readonly priority: number;
  readonly runAt: number;
  readonly maxAttempts: number;
  /** A second job of the tenant and kind with the same key is not made. */
  readonly onceKey: string | null;
}

export interface JobFailure {
  readonly code: ErrorCode | "LEASE_LOST";
  readonly message: string;
}

export interface Job {
  readonly id: string;
  readonly scope: Scope;
  readonly kind: string;
  readonly input: unknown;
  readonly state: JobState;
  readonly priority: number;
  readonly runAt: number;
  /** Times that it was taken; also the fencing token of the one who holds it. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: number;
  readonly result: unknown;
  readonly failure: JobFailure | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** A worker's wish: so many jobs of this kind, as long as no more than `concurrency` run in all processes. */
export interface Appetite {
  readonly kind: string;
  readonly limit: number;
  readonly concurrency: number;
  /** Running at once of one tenant, in all processes. */
  readonly perTenant: number;
  /** How long a taken job may go without a sign of life. */
  readonly leaseMs: number;
}

/** How a job ended that a worker held. */
export interface Outcome {
  readonly id: string;
  /** `attempts` of the job when it was taken. */
  readonly token: number;
  readonly end:
    | { readonly as: "done"; readonly result: unknown; readonly followUps: readonly NewJob[] }
    | { readonly as: "retry"; readonly at: number; readonly failure: JobFailure }
    | { readonly as: "dead"; readonly failure: JobFailure }
    /** Given back unharmed: the attempt does not count. */
    | { readonly as: "released" };
}

export interface Schedule {
  readonly name: string;
  readonly scope: Scope;
  readonly kind: string;
  readonly input: unknown;
  readonly everyMs: number;
  readonly nextAt: number;
}

/** Something that happened; it carries ids and small numbers, never content. */
export interface Occurrence {
  readonly kind: string;
  readonly scope: Scope;
  /** The cube or job it happened to. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  readonly at: number;
}

export interface RecordedEvent extends Occurrence {
  readonly sequence: number;
}

export interface Webhook {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  /** Kinds of events; a trailing `*` stands for any end. */
  readonly kinds: readonly string[];
  readonly createdAt: number;
}

/** The ledger's part that holds work to be done and what has happened. */
export interface JobLedger {
  /** @returns the jobs as they are stored: for a used key the one that is there. @throws TOO_MANY_JOBS. */
  enqueue(jobs: readonly NewJob[], now: number, waitingAtMost: number): Promise<Job[]>;
  /** Takes ready jobs under a lease. Tenants take turns; a tenant's jobs come by priority, then by age. */
  takeJobs(appetites: readonly Appetite[], holder: string, now: number): Promise<Job[]>;
  /** Extends leases; the ids that the holder has lost. */
  heartbeat(
    jobs: readonly { id: string; token: number; progress: number; until: number }[],
    holder: string,
  ): Promise<string[]>;
  /** Ends jobs; the ids whose lease had been lost, which were left as they are. */
  settleJobs(outcomes: readonly Outcome[], holder: string, now: number): Promise<string[]>;
  /** Whether a take could find something: cheap, on the reading connection. */
  jobsReady(kinds: readonly string[], now: number): Promise<boolean>;
  job(id: string, scope: Scope): Promise<Job>;
  jobs(
    scope: Scope,
    filter: { states?: readonly JobState[]; kind?: string },
    before: string | null,
    limit: number,
  ): Promise<Job[]>;
  /** @throws MemosError NOT_FOUND, CONFLICT for a job that has ended. */
  cancelJob(id: string, scope: Scope, now: number): Promise<Job>;
  /** A dead or cancelled job waits again, with all its attempts. */
  replayJob(id: string, scope: Scope, now: number): Promise<Job>;
  /** Jobs of a scope, made up to an id, that have not ended; and those that died, with a limit. */
  unfinished(scope: Scope, upTo: string): Promise<{ open: number; dead: string[] }>;
  /** Removes jobs that ended before a time. */
  dropEndedJobs(before: number, limit: number): Promise<number>;
  saveSchedule(schedule: Schedule): Promise<void>;
  schedules(): Promise<Schedule[]>;
  dropSchedule(name: string, tenant: string): Promise<void>;

  events(scope: Scope, after: number, limit: number): Promise<RecordedEvent[]>;
  /** How many jobs there are in each state, over all tenants. */
  jobStates(): Promise<Partial<Record<Job["state"], number>>>;
  lastEvent(): Promise<number>;

  saveWebhook(webhook: Webhook & { secret: string }): Promise<void>;
  webhooks(tenant: string): Promise<Webhook[]>;
  /** What a webhook is to be told next; undefined when it is not there any more. */
  delivery(
    id: string,
    tenant: string,
    limit: number,
  ): Promise<{ webhook: Webhook; secret: string; events: RecordedEvent[]; through: number } | undefined>;
  /** Events up to `through` have been told. */
  delivered(id: string, tenant: string, through: number, now: number): Promise<void>;
  dropWebhook(id: string, tenant: string): Promise<void>;
}
