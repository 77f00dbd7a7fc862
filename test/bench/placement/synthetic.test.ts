import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  CUBES_OF_A_TENANT,
  ownersOf,
  populationOf,
  TENANT_EXPONENT,
} from "../../../bench/placement/population.js";
import {
  BURST,
  BURST_ADDS,
  CORE_SHARE,
  DAY,
  DIURNAL_SWING,
  type Operation,
  rateAt,
  syntheticTrace,
  TURN_GAP_MS,
  TURNS,
} from "../../../bench/placement/synthetic.js";
import { mean } from "../../../eval/metrics/index.js";

const seeds = fc.nat(1_000_000);
const owner = (agent: boolean) => ({ tenant: 0, cubes: 1_000, agent, sessionsPerDay: 1 });
const people = Array.from({ length: 200 }, () => owner(false));
const agents = Array.from({ length: 100 }, () => owner(true));

/** A share or mean is taken as right within five standard errors: by chance once in a million. */
function near(actual: number, expected: number, error: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 5 * error, `${what}: ${actual}, not ${expected}`);
}

test("a history is in the order of time, and the same for the same seed alone", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const history = [...syntheticTrace([...people.slice(0, 20), ...agents.slice(0, 5)], 3, seed)];
      assert.ok(history.every(({ at }, place) => place === 0 || at >= (history[place - 1] as Operation).at));
      assert.deepEqual(
        [...syntheticTrace([...people.slice(0, 20), ...agents.slice(0, 5)], 3, seed)],
        history,
      );
      assert.notDeepEqual(
        [...syntheticTrace([...people.slice(0, 20), ...agents.slice(0, 5)], 3, seed + 1)],
        history,
      );
    }),
    { numRuns: 20 },
  );
});

test("sessions come as often as owners have them, with so many turns and gaps", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const days = 4;
      const history = [...syntheticTrace(people, days, seed)];
      const sessions = history.filter(({ first }) => first).length;
      near(sessions, people.length * days, Math.sqrt(people.length * days), "sessions");
      near(history.length / sessions, TURNS, TURNS / Math.sqrt(sessions), "turns");
      const last = new Map<number, number>();
      const gaps = history.flatMap(({ owner: who, at, first }) => {
        const before = last.get(who);
        last.set(who, at);
        return first || before === undefined ? [] : [at - before];
      });
      // Sessions of one owner may overlap, which cuts some gaps short.
      near(mean(gaps), TURN_GAP_MS, (1.5 * TURN_GAP_MS) / Math.sqrt(gaps.length), "gaps");
      const core = history.filter((one) => one.core).length / history.length;
      near(core, CORE_SHARE, Math.sqrt(CORE_SHARE / history.length), "core");
    }),
    { numRuns: 20 },
  );
});

test("the busiest hours have as many more sessions than the quiet ones as the curve says", () => {
  const busy = (hour: number) => rateAt(hour) > 1;
  const share = 0.5 + DIURNAL_SWING / Math.PI;
  fc.assert(
    fc.property(seeds, (seed) => {
      const firsts = [...syntheticTrace(people, 4, seed)].filter(({ first }) => first);
      const inBusy = firsts.filter(({ at }) => busy(((at % DAY) / DAY) * 24)).length;
      near(inBusy / firsts.length, share, 0.5 / Math.sqrt(firsts.length), "busy half");
    }),
    { numRuns: 20 },
  );
});

test("agents write in bursts and never chat", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const history = [...syntheticTrace(agents, 2, seed)];
      assert.ok(history.every(({ kind }) => kind !== "chat"));
      const adds = history.filter(({ kind }) => kind === "add").length;
      near(adds / history.length, BURST_ADDS, 0.5 / Math.sqrt(history.length), "adds");
      const bursts = history.filter(({ first }) => first).length;
      near(history.length / bursts, BURST, BURST / Math.sqrt(bursts), "operations of a burst");
    }),
    { numRuns: 20 },
  );
});

test("tenants have the cubes that there are, by Zipf's law", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (count) => {
      const cubes = count * CUBES_OF_A_TENANT;
      const { tenants } = populationOf(cubes);
      assert.equal(tenants.length, count);
      near(
        tenants.reduce((sum, size) => sum + size, 0),
        cubes,
        count,
        "cubes",
      );
      const [first = 0, second = 0] = tenants;
      if (count > 1) near(first / second, 2 ** TENANT_EXPONENT, 0.001, "first to second");
      const owners = ownersOf(0, first, 1);
      assert.deepEqual(ownersOf(0, first, 1), owners);
      near(owners.reduce((sum, one) => sum + one.cubes, 0) / first, 1, 0.2, "cubes of owners");
    }),
  );
});
