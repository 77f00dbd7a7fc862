import { MemosError, newCubeId, type Scope } from "../../../memcube/index.js";
import {
  type Appetite,
  DELIVERY,
  type Job,
  type JobFailure,
  type JobState,
  type NewJob,
  type Outcome,
  type Schedule,
} from "../jobLedger.js";
import type { Connection } from "./connection.js";
import type { SqlDatabase } from "./database.js";
import type { EventLog } from "./eventLog.js";
import { columns, scopeFrom } from "./jobScope.js";

const SCOPED = `tenant = @tenant AND (@user IS NULL OR user = @user) AND (@agent IS NULL OR agent = @agent)
  AND (@app IS NULL OR app = @app) AND (@session IS NULL OR session = @session)`;

/** Dead jobs that a barrier names. */
const NAMED_DEAD = 100;

/** No lease ends later than this from now. */
export const LONGEST_LEASE_MS = 600_000;

/** Attempts of a job that a schedule makes. */
const SCHEDULED_ATTEMPTS = 5;

/** A day of growing pauses: then the delivery is dead until it is replayed. */
const DELIVERY_ATTEMPTS = 24;

interface JobRow {
  readonly id: string;
  readonly tenant: string;
  readonly user: string | null;
  readonly agent: string | null;
  readonly app: string | null;
  readonly session: string | null;
  readonly kind: string;
  readonly input: string;
  readonly state: JobState;
  readonly priority: number;
  readonly run_at: number;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly progress: number;
  readonly result: string | null;
  readonly error_code: string | null;
  readonly error: string | null;
  readonly created_at: number;
  readonly finished_at: number | null;
}

/**
 * Jobs in the ledger, as plain prepared statements. `lanes` has a row for each kind and tenant with jobs that are
 * ready: what is asked in turn, so that a tenant with ten thousand jobs does not stand in the way of one with one.
 */
export class Jobs {
  readonly #events: EventLog;
  readonly #db: SqlDatabase;
  readonly #statements;

  constructor({ db }: Connection, events: EventLog) {
    this.#db = db;
    this.#events = events;
    events.onDue(({ id, tenant }, at) => {
      this.#insert(
        {
          id: newCubeId(),
          scope: { tenant },
          kind: DELIVERY,
          input: { webhook: id },
          cubes: [],
          priority: 0,
          runAt: at,
          maxAttempts: DELIVERY_ATTEMPTS,
          onceKey: null,
        },
        at,
      );
    });
    this.#statements = {
      insert: db.prepare(`INSERT INTO jobs (id, tenant, user, agent, app, session, kind, input, cubes, state,
          priority, run_at, attempts, max_attempts, progress, once_key, created_at)
        VALUES (@id, @tenant, @user, @agent, @app, @session, @kind, @input, @cubes, @state,
          @priority, @runAt, 0, @maxAttempts, 0, @onceKey, @now)`),
      once: db.prepare("SELECT * FROM jobs WHERE tenant = ? AND kind = ? AND once_key = ?"),
      byId: db.prepare("SELECT * FROM jobs WHERE id = ?"),
      open: db.prepare("SELECT count(*) AS n FROM jobs WHERE tenant = ? AND state IN ('waiting', 'delayed')"),
      addLane: db.prepare("INSERT INTO lanes (kind, tenant, served) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
      lastServed: db.prepare("SELECT coalesce(max(served), 0) AS served FROM lanes"),
      lanes: db.prepare("SELECT tenant FROM lanes WHERE kind = ? ORDER BY served, tenant LIMIT ?"),
      serve: db.prepare("UPDATE lanes SET served = ? WHERE kind = ? AND tenant = ?"),
      dropLane: db.prepare("DELETE FROM lanes WHERE kind = ? AND tenant = ?"),
      next: db.prepare(`SELECT * FROM jobs WHERE state = 'waiting' AND kind = ? AND tenant = ?
        ORDER BY priority DESC, run_at, id LIMIT 1`),
      running: db.prepare("SELECT count(*) AS n FROM jobs WHERE state = 'running' AND kind = ?"),
      runningOf: db.prepare(
        "SELECT count(*) AS n FROM jobs WHERE state = 'running' AND kind = ? AND tenant = ?",
      ),
      take: db.prepare(`UPDATE jobs SET state = 'running', attempts = attempts + 1, holder = @holder,
        lease_until = @until, progress = 0 WHERE id = @id`),
      due: db.prepare(
        "SELECT id, kind, tenant FROM jobs WHERE state = 'delayed' AND run_at <= ? ORDER BY run_at, id LIMIT 1000",
      ),
      lost: db.prepare(
        "SELECT * FROM jobs WHERE state = 'running' AND lease_until <= ? ORDER BY lease_until, id LIMIT 1000",
      ),
      farLease: db.prepare(
        "UPDATE jobs SET lease_until = @until WHERE state = 'running' AND lease_until > @until",
      ),
      wait: db.prepare("UPDATE jobs SET state = 'waiting', holder = NULL, lease_until = NULL WHERE id = ?"),
      release: db.prepare(`UPDATE jobs SET state = 'waiting', holder = NULL, lease_until = NULL,
        attempts = attempts - 1 WHERE id = ?`),
      delay: db.prepare(`UPDATE jobs SET state = 'delayed', holder = NULL, lease_until = NULL, run_at = @at,
        error_code = @code, error = @message WHERE id = @id`),
      end: db.prepare(`UPDATE jobs SET state = @state, holder = NULL, lease_until = NULL, finished_at = @now,
        result = @result, error_code = @code, error = @message, progress = @progress WHERE id = @id`),
      extend: db.prepare(`UPDATE jobs SET lease_until = @until, progress = @progress
        WHERE id = @id AND state = 'running' AND holder = @holder AND attempts = @token`),
      readyLane: db.prepare("SELECT 1 FROM lanes WHERE kind IN (SELECT value FROM json_each(?)) LIMIT 1"),
      states: db.prepare("SELECT state, count(*) AS n FROM jobs GROUP BY state"),
      readyDue: db.prepare("SELECT 1 FROM jobs WHERE state = 'delayed' AND run_at <= ? LIMIT 1"),
      readyLost: db.prepare("SELECT 1 FROM jobs WHERE state = 'running' AND lease_until <= ? LIMIT 1"),
      readySchedule: db.prepare(
        "SELECT 1 FROM schedules WHERE next_at <= @now OR next_at > @now + 2 * every_ms LIMIT 1",
      ),
      replay: db.prepare(`UPDATE jobs SET state = 'waiting', attempts = 0, run_at = @now, finished_at = NULL,
        error_code = NULL, error = NULL, result = NULL, progress = 0 WHERE id = @id`),
      openIn: db.prepare(`SELECT count(*) AS n FROM jobs WHERE ${SCOPED} AND id <= @upTo
        AND state IN ('waiting', 'delayed', 'running')`),
      deadIn: db.prepare(`SELECT id FROM jobs WHERE ${SCOPED} AND id <= @upTo AND state = 'dead'
        ORDER BY id DESC LIMIT ${NAMED_DEAD}`),
      dropEnded: db.prepare(`DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
        WHERE state IN ('done', 'cancelled') AND finished_at < ? LIMIT ?)`),
      saveSchedule:
        db.prepare(`INSERT INTO schedules (name, tenant, user, agent, app, session, kind, input, every_ms, next_at)
        VALUES (@name, @tenant, @user, @agent, @app, @session, @kind, @input, @everyMs, @nextAt)
        ON CONFLICT (tenant, name) DO UPDATE SET user = excluded.user, agent = excluded.agent, app = excluded.app,
          session = excluded.session, kind = excluded.kind, input = excluded.input, every_ms = excluded.every_ms,
          next_at = CASE WHEN schedules.next_at < excluded.next_at THEN schedules.next_at ELSE excluded.next_at END`),
      schedules: db.prepare("SELECT * FROM schedules ORDER BY tenant, name"),
      dueSchedules: db.prepare(
        "SELECT * FROM schedules WHERE next_at <= @now OR next_at > @now + 2 * every_ms",
      ),
      moveSchedule: db.prepare("UPDATE schedules SET next_at = ? WHERE tenant = ? AND name = ?"),
      dropSchedule: db.prepare("DELETE FROM schedules WHERE tenant = ? AND name = ?"),
    };
  }

  /** A time of this machine on the clock of the database. */
  #at(time: number): number {
    return time + this.#db.ahead;
  }

  enqueue(jobs: readonly NewJob[], now: number, waitingAtMost: number): Job[] {
    const open = new Map<string, number>();
    return jobs.map((job) => {
      const { tenant } = job.scope;
      if (job.onceKey !== null) {
        const known = this.#statements.once.get(tenant, job.kind, job.onceKey) as JobRow | undefined;
        if (known !== undefined) return jobFrom(known);
      }
      const count = open.get(tenant) ?? (this.#statements.open.get(tenant) as { n: number }).n;
      if (count >= waitingAtMost)
        throw new MemosError("TOO_MANY_JOBS", `Tenant ${tenant} has ${waitingAtMost} jobs waiting already.`);
      open.set(tenant, count + 1);
      return this.#insert({ ...job, runAt: this.#at(job.runAt) }, this.#at(now));
    });
  }

  #insert(job: NewJob, now: number): Job {
    const ready = job.runAt <= now;
    this.#statements.insert.run({
      id: job.id,
      ...columns(job.scope),
      kind: job.kind,
      input: JSON.stringify(job.input),
      cubes: JSON.stringify(job.cubes),
      state: ready ? "waiting" : "delayed",
      priority: job.priority,
      runAt: job.runAt,
      maxAttempts: job.maxAttempts,
      onceKey: job.onceKey,
      now,
    });
    if (ready) this.#openLane(job.kind, job.scope.tenant);
    return this.#happened("job.enqueued", this.#statements.byId.get(job.id) as unknown as JobRow, now);
  }

  /** A tenant that comes newly is served after those that wait, and is not owed the time it was away. */
  #openLane(kind: string, tenant: string): void {
    const { served } = this.#statements.lastServed.get() as { served: number };
    this.#statements.addLane.run(kind, tenant, served);
  }

  takeJobs(appetites: readonly Appetite[], holder: string, time: number): Job[] {
    const now = this.#at(time);
    this.#enqueueScheduled(now);
    // A clock that was set back must not leave a lease standing for hours.
    this.#statements.farLease.run({ until: now + LONGEST_LEASE_MS });
    for (const row of this.#statements.due.all(now) as { id: string; kind: string; tenant: string }[]) {
      this.#statements.wait.run(row.id);
      this.#openLane(row.kind, row.tenant);
    }
    for (const row of this.#statements.lost.all(now) as unknown as JobRow[]) this.#takeAway(row, now);
    return appetites.flatMap((appetite) => this.#takeKind(appetite, holder, now));
  }

  /** The holder of a job is gone: another may try, unless that was the last attempt. */
  #takeAway(row: JobRow, now: number): void {
    if (row.attempts < row.max_attempts) {
      this.#statements.wait.run(row.id);
      this.#openLane(row.kind, row.tenant);
      return;
    }
    const failure = { code: "LEASE_LOST", message: "The worker that held the job is gone." } as const;
    this.#end(row, "dead", now, { failure });
  }

  #takeKind({ kind, limit, concurrency, perTenant, leaseMs }: Appetite, holder: string, now: number): Job[] {
    const until = now + leaseMs;
    const { n: running } = this.#statements.running.get(kind) as { n: number };
    let free = Math.min(limit, concurrency - running);
    const taken: Job[] = [];
    const working = new Map<string, number>();
    while (free > 0) {
      // Tenants that may have no more are among those with running jobs: so many are passed over at most.
      const asked = free + running + taken.length;
      const lanes = this.#statements.lanes.all(kind, asked) as { tenant: string }[];
      const before = free;
      for (const { tenant } of lanes) {
        if (free === 0) break;
        const busy = working.get(tenant) ?? (this.#statements.runningOf.get(kind, tenant) as { n: number }).n;
        working.set(tenant, busy);
        if (busy >= perTenant) continue;
        const next = this.#statements.next.get(kind, tenant) as JobRow | undefined;
        if (next === undefined) {
          this.#statements.dropLane.run(kind, tenant);
          continue;
        }
        this.#statements.take.run({ id: next.id, holder, until });
        const { served } = this.#statements.lastServed.get() as { served: number };
        this.#statements.serve.run(served + 1, kind, tenant);
        const row = { ...next, state: "running" as const, attempts: next.attempts + 1 };
        working.set(tenant, busy + 1);
        taken.push(this.#happened("job.started", row, now));
        free--;
      }
      if (free === before) break;
    }
    return taken;
  }

  heartbeat(
    jobs: readonly { id: string; token: number; progress: number; until: number }[],
    holder: string,
  ): string[] {
    return jobs
      .filter(({ id, token, progress, until }) => {
        const { changes } = this.#statements.extend.run({
          ...{ id, token, progress, holder },
          until: this.#at(until),
        });
        return changes === 0;
      })
      .map(({ id }) => id);
  }

  settleJobs(outcomes: readonly Outcome[], holder: string, time: number): string[] {
    const now = this.#at(time);
    const lost: string[] = [];
    for (const { id, token, end } of outcomes) {
      const row = this.#statements.byId.get(id) as (JobRow & { holder: string | null }) | undefined;
      // A worker that was taken for dead must not end what another has begun.
      if (row?.state !== "running" || row.holder !== holder || row.attempts !== token) {
        lost.push(id);
        continue;
      }
      switch (end.as) {
        case "done":
          for (const job of end.followUps) this.#insert({ ...job, runAt: this.#at(job.runAt) }, now);
          this.#end(row, "done", now, { result: end.result });
          break;
        case "dead":
          this.#end(row, "dead", now, { failure: end.failure });
          break;
        case "retry":
          this.#statements.delay.run({ id, at: this.#at(end.at), ...end.failure });
          this.#happened("job.retried", row, now);
          break;
        case "released":
          this.#statements.release.run(id);
          this.#openLane(row.kind, row.tenant);
      }
    }
    return lost;
  }

  #end(
    row: JobRow,
    state: "done" | "dead" | "cancelled",
    now: number,
    { result, failure }: { result?: unknown; failure?: JobFailure },
  ): void {
    this.#statements.end.run({
      id: row.id,
      state,
      now,
      result: result === undefined ? null : JSON.stringify(result),
      code: failure?.code ?? null,
      message: failure?.message ?? null,
      progress: state === "done" ? 1 : row.progress,
    });
    this.#happened(`job.${state}`, row, now);
  }

  #happened(kind: string, row: JobRow, at: number): Job {
    const job = jobFrom(row);
    // A delivery that told of deliveries would never end, and what the system does for itself is in no tenant.
    if (job.kind === DELIVERY || job.scope.tenant === "") return job;
    const detail = { job: job.kind, attempts: job.attempts };
    this.#events.append([{ kind, scope: job.scope, subject: job.id, detail, at }]);
    return job;
  }

  jobsReady(kinds: readonly string[], time: number): boolean {
    const now = this.#at(time);
    const { readyLane, readyDue, readyLost, readySchedule } = this.#statements;
    return (
      readyLane.get(JSON.stringify(kinds)) !== undefined ||
      readyDue.get(now) !== undefined ||
      readyLost.get(now) !== undefined ||
      readySchedule.get({ now }) !== undefined
    );
  }

  #row(id: string, scope: Scope): JobRow {
    const row = this.#statements.byId.get(id) as unknown as JobRow | undefined;
    const parts = ["user", "agent", "app", "session"] as const;
    const visible =
      row !== undefined &&
      row.tenant === scope.tenant &&
      parts.every((part) => scope[part] === undefined || scope[part] === row[part]);
    if (!visible) throw new MemosError("NOT_FOUND", `There is no job ${id} in this scope.`);
    return row;
  }

  job(id: string, scope: Scope): Job {
    return jobFrom(this.#row(id, scope));
  }

  jobs(
    scope: Scope,
    { states, kind }: { states?: readonly JobState[]; kind?: string },
    before: string | null,
    limit: number,
  ): Job[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM jobs WHERE ${SCOPED} AND (@kind IS NULL OR kind = @kind) AND (@before IS NULL OR id < @before)
         AND (@states IS NULL OR state IN (SELECT value FROM json_each(@states))) ORDER BY id DESC LIMIT @limit`,
      )
      .all({
        ...columns(scope),
        kind: kind ?? null,
        before,
        limit,
        states: states === undefined ? null : JSON.stringify(states),
      });
    return (rows as unknown as JobRow[]).map(jobFrom);
  }

  cancelJob(id: string, scope: Scope, now: number): Job {
    const row = this.#row(id, scope);
    if (row.state === "done" || row.state === "dead" || row.state === "cancelled")
      throw new MemosError("CONFLICT", `Job ${id} has ended: it is ${row.state}.`);
    this.#end(row, "cancelled", now, {});
    return this.job(id, scope);
  }

  replayJob(id: string, scope: Scope, now: number): Job {
    const row = this.#row(id, scope);
    if (row.state !== "dead" && row.state !== "cancelled")
      throw new MemosError(
        "CONFLICT",
        `Job ${id} is ${row.state}: only dead and cancelled jobs are replayed.`,
      );
    this.#statements.replay.run({ id, now });
    this.#openLane(row.kind, row.tenant);
    return this.#happened("job.enqueued", this.#row(id, scope), now);
  }

  unfinished(scope: Scope, upTo: string): { open: number; dead: string[] } {
    const asked = { ...columns(scope), upTo };
    const { n } = this.#statements.openIn.get(asked) as { n: number };
    return { open: n, dead: (this.#statements.deadIn.all(asked) as { id: string }[]).map(({ id }) => id) };
  }

  dropEndedJobs(before: number, limit: number): number {
    return this.#statements.dropEnded.run(before, limit).changes;
  }

  saveSchedule({ name, scope, kind, input, everyMs, nextAt }: Schedule): void {
    const row = { name, ...columns(scope), kind, input: JSON.stringify(input), everyMs, nextAt };
    this.#statements.saveSchedule.run(row);
  }

  jobStates(): Partial<Record<JobState, number>> {
    const rows = this.#statements.states.all() as { state: JobState; n: number }[];
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  schedules(): Schedule[] {
    return (this.#statements.schedules.all() as unknown as ScheduleRow[]).map(scheduleFrom);
  }

  dropSchedule(name: string, tenant: string): void {
    if (this.#statements.dropSchedule.run(tenant, name).changes === 0)
      throw new MemosError("NOT_FOUND", `There is no schedule \`${name}\`.`);
  }

  /** Runs that were missed are made up for by one; a clock that was set back does not stop a schedule for good. */
  #enqueueScheduled(now: number): void {
    const due = this.#statements.dueSchedules.all({ now }) as unknown as (ScheduleRow & { job_id: string })[];
    for (const row of due) {
      const schedule = scheduleFrom(row);
      if (schedule.nextAt <= now) {
        const missed = Math.floor((now - schedule.nextAt) / schedule.everyMs);
        this.#statements.moveSchedule.run(
          schedule.nextAt + (missed + 1) * schedule.everyMs,
          schedule.scope.tenant,
          schedule.name,
        );
        const onceKey = `schedule ${schedule.name} ${schedule.nextAt}`;
        const { tenant } = schedule.scope;
        if (this.#statements.once.get(tenant, schedule.kind, onceKey) !== undefined) continue;
        this.#insert(
          {
            id: newCubeId(),
            scope: schedule.scope,
            kind: schedule.kind,
            input: schedule.input,
            cubes: [],
            priority: 0,
            runAt: now,
            maxAttempts: SCHEDULED_ATTEMPTS,
            onceKey,
          },
          now,
        );
      } else this.#statements.moveSchedule.run(now + schedule.everyMs, schedule.scope.tenant, schedule.name);
    }
  }
}

interface ScheduleRow
  extends Pick<JobRow, "tenant" | "user" | "agent" | "app" | "session" | "kind" | "input"> {
  readonly name: string;
  readonly every_ms: number;
  readonly next_at: number;
}

function scheduleFrom(row: ScheduleRow): Schedule {
  return {
    name: row.name,
    scope: scopeFrom(row),
    kind: row.kind,
    input: JSON.parse(row.input),
    everyMs: row.every_ms,
    nextAt: row.next_at,
  };
}

function jobFrom(row: JobRow): Job {
  return {
    id: row.id,
    scope: scopeFrom(row),
    kind: row.kind,
    input: JSON.parse(row.input),
    state: row.state,
    priority: row.priority,
    runAt: row.run_at,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    progress: row.progress,
    result: row.result === null ? null : JSON.parse(row.result),
    failure:
      row.error_code === null
        ? null
        : { code: row.error_code as JobFailure["code"], message: row.error ?? "" },
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
