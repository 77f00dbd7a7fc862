import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { newCubeId } from "../../../memcube/index.js";
import type { Appetite, Job, NewJob, Outcome } from "../../../memos/store/jobLedger.js";
import { connect } from "../../../memos/store/sql/connection.js";
import { type SyncLedger, sqlLedger } from "../../../memos/store/sql/sqlLedger.js";
import { refused, temporaryFolder } from "../support.js";

const LEASE_MS = 1_000;
const folder = await temporaryFolder({ after });
let stores = 0;

function newLedger(): SyncLedger {
  const file = join(folder, `${++stores}.db`);
  const connection = connect({ file, readOnly: false, maxBytes: undefined }, undefined);
  const ledger = sqlLedger(connection);
  after(() => ledger.close());
  // As the ledger's thread does it: each call is one transaction.
  return new Proxy(ledger, {
    get: (target, name: keyof SyncLedger) => {
      const method = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => connection.db.transaction(() => method(...args));
    },
  });
}

function job(tenant: string, wanted: Partial<NewJob> = {}): NewJob {
  return {
    id: newCubeId(),
    scope: { tenant },
    kind: "test.work",
    input: {},
    cubes: [],
    priority: 0,
    runAt: 0,
    maxAttempts: 3,
    onceKey: null,
    ...wanted,
  };
}

function appetite(limit: number, wanted: Partial<Appetite> = {}): Appetite {
  return { kind: "test.work", limit, concurrency: 1_000, perTenant: 1_000, leaseMs: LEASE_MS, ...wanted };
}

const done = ({ id, attempts }: Job): Outcome => ({
  id,
  token: attempts,
  end: { as: "done", result: null, followUps: [] },
});

test("tenants take turns, whoever has more to do; a tenant's own jobs come by priority, then by age", () => {
  const ledger = newLedger();
  ledger.enqueue(
    Array.from({ length: 500 }, () => job("many")),
    0,
    1_000,
  );
  const mine = [job("few", { priority: 0 }), job("few", { priority: 5 }), job("few", { priority: 5 })];
  ledger.enqueue(mine, 0, 1_000);
  const taken = ledger.takeJobs([appetite(6)], "a", 1);
  const turns = taken.map(({ scope }) => scope.tenant);
  assert.deepEqual(
    turns.filter((tenant, index) => tenant === turns[index + 1]),
    [],
    "never twice the same",
  );
  assert.deepEqual(
    taken.filter(({ scope }) => scope.tenant === "few").map(({ id }) => id),
    [mine[1]?.id, mine[2]?.id, mine[0]?.id],
  );
});

test("no more run at once than a kind and a tenant may, in all processes together", () => {
  const ledger = newLedger();
  ledger.enqueue(
    [...Array.from({ length: 9 }, () => job("a")), ...Array.from({ length: 9 }, () => job("b"))],
    0,
    99,
  );
  const limits = { concurrency: 5, perTenant: 3 };
  const one = ledger.takeJobs([appetite(4, limits)], "one", 1);
  const other = ledger.takeJobs([appetite(4, limits)], "other", 1);
  assert.deepEqual([one.length, other.length], [4, 1]);
  const perTenant = ledger.takeJobs([appetite(99, { perTenant: 3 })], "third", 1);
  assert.deepEqual(
    ["a", "b"].map(
      (tenant) => [...one, ...other, ...perTenant].filter((one) => one.scope.tenant === tenant).length,
    ),
    [3, 3],
  );
});

test("a job whose worker is gone is taken over, and the worker cannot end it any more", () => {
  const ledger = newLedger();
  ledger.enqueue([job("a")], 0, 9);
  const [first] = ledger.takeJobs([appetite(1)], "gone", 1) as [Job];
  assert.deepEqual(ledger.takeJobs([appetite(1)], "other", LEASE_MS), []);
  const [second] = ledger.takeJobs([appetite(1)], "other", LEASE_MS + 1) as [Job];
  assert.deepEqual([second.id, second.attempts], [first.id, 2]);
  assert.deepEqual(ledger.settleJobs([done(first)], "gone", 2_000), [first.id]);
  assert.equal(ledger.job(first.id, { tenant: "a" }).state, "running");
  const beat = { id: first.id, token: 1, progress: 0, until: 9_000 };
  assert.deepEqual(ledger.heartbeat([beat], "gone"), [first.id], "and it is told so");
  assert.deepEqual(ledger.settleJobs([done(second)], "other", 2_000), []);
  assert.equal(ledger.job(first.id, { tenant: "a" }).state, "done");
});

test("a sign of life keeps a job", () => {
  const ledger = newLedger();
  ledger.enqueue([job("a")], 0, 9);
  const [mine] = ledger.takeJobs([appetite(1)], "slow", 1) as [Job];
  ledger.heartbeat([{ id: mine.id, token: 1, progress: 0.5, until: 5_000 }], "slow");
  assert.deepEqual(ledger.takeJobs([appetite(1)], "other", 4_000), []);
  assert.equal(ledger.job(mine.id, { tenant: "a" }).progress, 0.5);
});

test("a job whose workers die again and again is dead in the end, and can be replayed", () => {
  const ledger = newLedger();
  ledger.enqueue([job("a", { maxAttempts: 2 })], 0, 9);
  let now = 1;
  for (let death = 0; death < 2; death++, now += 2 * LEASE_MS)
    assert.equal(ledger.takeJobs([appetite(1)], `worker ${death}`, now).length, 1);
  assert.deepEqual(ledger.takeJobs([appetite(1)], "next", now), []);
  const [dead] = ledger.jobs({ tenant: "a" }, { states: ["dead"] }, null, 9) as [Job];
  assert.equal(dead.failure?.code, "LEASE_LOST");
  assert.deepEqual(ledger.unfinished({ tenant: "a" }, newCubeId()), { open: 0, dead: [dead.id] });
  assert.equal(ledger.replayJob(dead.id, { tenant: "a" }, now).state, "waiting");
  assert.throws(() => ledger.replayJob(dead.id, { tenant: "a" }, now), refused("CONFLICT"));
  assert.equal(ledger.takeJobs([appetite(1)], "next", now).length, 1);
});

test("the same key makes one job; other tenants see nothing of it", () => {
  const ledger = newLedger();
  const [first] = ledger.enqueue([job("a", { onceKey: "k" })], 0, 9) as [Job];
  const [second] = ledger.enqueue([job("a", { onceKey: "k" })], 0, 9) as [Job];
  assert.equal(second.id, first.id);
  assert.notEqual((ledger.enqueue([job("b", { onceKey: "k" })], 0, 9) as [Job])[0].id, first.id);
  assert.throws(() => ledger.job(first.id, { tenant: "b" }), refused("NOT_FOUND"));
  assert.throws(() => ledger.job(first.id, { tenant: "a", user: "x" }), refused("NOT_FOUND"));
  assert.throws(() => ledger.cancelJob(first.id, { tenant: "b" }, 1), refused("NOT_FOUND"));
  assert.equal(ledger.jobs({ tenant: "b" }, {}, null, 9).length, 1);
});

test("a tenant with too many jobs waits, others do not", () => {
  const ledger = newLedger();
  ledger.enqueue([job("a"), job("a")], 0, 2);
  assert.throws(() => ledger.enqueue([job("a")], 0, 2), refused("TOO_MANY_JOBS"));
  assert.equal(ledger.enqueue([job("b")], 0, 2).length, 1);
});

test("follow-ups come with the end of their job, or not at all", () => {
  const ledger = newLedger();
  ledger.enqueue([job("a")], 0, 9);
  const [first] = ledger.takeJobs([appetite(1)], "gone", 1) as [Job];
  const [again] = ledger.takeJobs([appetite(1)], "other", 2 * LEASE_MS) as [Job];
  const ends = (one: Job): Outcome => ({
    id: one.id,
    token: one.attempts,
    end: { as: "done", result: 7, followUps: [job("a")] },
  });
  ledger.settleJobs([ends(first)], "gone", 3_000);
  assert.equal(ledger.jobs({ tenant: "a" }, {}, null, 9).length, 1);
  ledger.settleJobs([ends(again)], "other", 3_000);
  assert.equal(ledger.jobs({ tenant: "a" }, {}, null, 9).length, 2);
});

test("a schedule makes up for missed runs by one, and a clock that is set back neither repeats nor stops it", () => {
  const ledger = newLedger();
  const HOUR = 3_600_000;
  const start = 10 * HOUR;
  ledger.saveSchedule({
    name: "s",
    scope: { tenant: "a" },
    kind: "test.work",
    input: {},
    everyMs: HOUR,
    nextAt: start,
  });
  const runs = (now: number) => {
    const taken = ledger.takeJobs([appetite(99)], "w", now);
    ledger.settleJobs(taken.map(done), "w", now);
    return taken.length;
  };
  assert.equal(runs(start - 1), 0);
  assert.equal(runs(start), 1);
  assert.equal(runs(start + 1), 0);
  assert.equal(runs(start + 5 * HOUR), 1, "five were missed");
  assert.equal(runs(start + 4 * HOUR), 0, "the clock was set back a little");
  assert.equal(runs(2 * HOUR), 0, "the clock was set back a lot");
  assert.equal(runs(3 * HOUR), 1, "and the schedule goes on by the new time");
});

test("taking stays a search in an index beside ten thousand dead letters", () => {
  const ledger = newLedger();
  const dead = Array.from({ length: 10_000 }, () => job("a", { maxAttempts: 1 }));
  ledger.enqueue(dead, 0, 20_000);
  const anybody = { concurrency: 20_000, perTenant: 20_000 };
  for (let now = 1; ledger.takeJobs([appetite(1_000, anybody)], "w", now).length > 0; now += 2 * LEASE_MS);
  const page = ledger.jobs({ tenant: "a" }, { states: ["dead"] }, null, 50);
  assert.equal(page.length, 50);
  const last = page.at(-1) as Job;
  assert.ok(ledger.jobs({ tenant: "a" }, { states: ["dead"] }, last.id, 50).every(({ id }) => id < last.id));
  assert.equal(
    ledger.unfinished({ tenant: "a" }, newCubeId()).dead.length,
    100,
    "a barrier names some of them",
  );
  ledger.enqueue([job("a")], 0, 20_000);
  assert.equal(ledger.takeJobs([appetite(9)], "w", 1).length, 1);
});

/** What a job may be by the words of the interface, beside the ledger. */
interface Known {
  state: "waiting" | "running" | "done" | "dead";
  attempts: number;
  holder: string;
  until: number;
}

test("any interleaving of workers that take, live, end, fail and die leaves every job where a small model has it", () => {
  const step = fc.record({
    what: fc.constantFrom("take", "beat", "done", "dead", "wait"),
    who: fc.constantFrom("x", "y", "z"),
    pick: fc.nat(),
  });
  const ledger = newLedger();
  let tenants = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const tenant = `tenant ${++tenants}`;
      const kind = `test.k${tenants}`;
      const jobs = ledger.enqueue(
        Array.from({ length: 5 }, () => job(tenant, { kind })),
        0,
        9,
      );
      const known = new Map<string, Known>(
        jobs.map(({ id }) => [id, { state: "waiting", attempts: 0, holder: "", until: 0 }]),
      );
      /** What each worker believes to hold, also after it has lost it. */
      const beliefs = new Map<string, Job[]>();
      let now = 1;
      const take = (who: string) => {
        for (const one of known.values())
          if (one.state === "running" && one.until <= now) one.state = one.attempts < 3 ? "waiting" : "dead";
        const taken = ledger.takeJobs([appetite(2, { kind })], who, now);
        const waiting = [...known.values()].filter(({ state }) => state === "waiting").length;
        assert.equal(taken.length, Math.min(2, waiting));
        for (const one of taken) {
          const mine = known.get(one.id) as Known;
          assert.equal(mine.state, "waiting");
          Object.assign(mine, {
            state: "running",
            attempts: mine.attempts + 1,
            holder: who,
            until: now + LEASE_MS,
          });
          assert.equal(one.attempts, mine.attempts);
        }
        beliefs.set(who, [...(beliefs.get(who) ?? []), ...taken]);
      };
      for (const { what, who, pick } of steps) {
        now += 1;
        const held = beliefs.get(who) ?? [];
        const one = held[pick % Math.max(1, held.length)];
        if (what === "wait") now += LEASE_MS;
        else if (what === "take") take(who);
        else if (one !== undefined) {
          const mine = known.get(one.id) as Known;
          const holds = mine.state === "running" && mine.holder === who && mine.attempts === one.attempts;
          if (what === "beat") {
            const until = now + LEASE_MS;
            const lost = ledger.heartbeat([{ id: one.id, token: one.attempts, progress: 0, until }], who);
            assert.deepEqual(lost, holds ? [] : [one.id]);
            if (holds) mine.until = until;
          } else {
            const failure = { code: "INTERNAL", message: "no" } as const;
            const end = what === "done" ? done(one).end : ({ as: "dead", failure } as const);
            const lost = ledger.settleJobs([{ id: one.id, token: one.attempts, end }], who, now);
            assert.deepEqual(lost, holds ? [] : [one.id]);
            if (holds) mine.state = what;
          }
        }
        for (const [id, { state }] of known) assert.equal(ledger.job(id, { tenant }).state, state);
      }
    }),
    { numRuns: 150 },
  );
});
