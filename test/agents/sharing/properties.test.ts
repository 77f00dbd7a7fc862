import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { endHandOver, handOver, handOvers, shareMemory, team } from "../../../agents/index.js";
import { isMemosError, type MemOS, type Scope } from "../../../memos/index.js";
import { mayTouch } from "../../memos/governance/oracle.js";
import { allOf, openMemos } from "../../memos/support.js";
import { agent } from "./support.js";

/** One store for all runs: each has two tenants of its own. */
const { memos } = await openMemos({ after });

const AGENTS = ["ana", "bo", "cy"] as const;
const TEAMS = ["red", "blue"] as const;
const who = fc.constantFrom(...AGENTS);
const where = fc.constantFrom(...TEAMS);
const side = fc.constantFrom("here", "there");

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("join" as const),
      side,
      who,
      team: where,
      may: fc.constantFrom("read" as const, "write" as const),
    }),
    fc.record({ do: fc.constant("leave" as const), side, who, team: where }),
    fc.record({ do: fc.constant("handOver" as const), side, who, to: who, at: fc.nat(9) }),
    fc.record({ do: fc.constant("write" as const), side, who, team: where, own: fc.boolean() }),
    fc.record({ do: fc.constant("handOver" as const), side, who, to: who, at: fc.nat(9) }),
    fc.record({ do: fc.constant("end" as const), side, who, by: who, at: fc.nat(9) }),
    fc.record({ do: fc.constant("revoke" as const), side, at: fc.nat(99) }),
  ),
  { minLength: 4, maxLength: 14 },
);
type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number];

/** What the system refuses is no fault of a sequence: the reader's view afterwards is what counts. */
const REFUSALS = ["FORBIDDEN", "NOT_FOUND", "INVALID_INPUT", "CONFLICT"] as const;

async function take(step: Step, tenant: string): Promise<void> {
  if (step.do === "revoke") {
    const grants = (await memos.governance.grants({ tenant })).filter(
      ({ revokedAt }) => revokedAt === undefined,
    );
    const one = grants[step.at % Math.max(1, grants.length)];
    if (one !== undefined) await memos.governance.revoke(one.id, tenant);
    return;
  }
  const view = memos.as(agent(step.who, tenant));
  const own = { tenant, agent: step.who };
  switch (step.do) {
    case "join":
      await team(memos, { tenant, name: step.team }).join(step.who, { may: step.may });
      return;
    case "leave":
      await team(memos, { tenant, name: step.team }).leave(step.who);
      return;
    case "write": {
      const { space } = team(memos, { tenant, name: step.team });
      if (step.own) await view.add("The walrus is mine.", own);
      else await shareMemory(view, "The walrus is everybody's.", space);
      return;
    }
    case "handOver": {
      // Anything of the tenant may be named, also what is not the agent's.
      const all = await allOf(memos, { tenant });
      const cubes = all.slice(-step.at - 1).map(({ id }) => id);
      if (cubes.length === 0) return;
      const receipt = await handOver(view, { tenant, from: step.who, to: step.to, cubes });
      handed += receipt.handed.length;
      return;
    }
    case "end": {
      const list = (await handOvers(memos, tenant, step.who)).handOvers;
      const one = list[step.at % Math.max(1, list.length)];
      const by = memos.as(agent(step.by, tenant));
      if (one !== undefined) await endHandOver(by, { tenant, from: step.who, id: one.id });
    }
  }
}

async function readableIn(view: MemOS, scope: Scope): Promise<string[]> {
  try {
    return (await allOf(view, scope)).map(({ id }) => id);
  } catch (error) {
    if (isMemosError(error, "FORBIDDEN")) return [];
    throw error;
  }
}

/** Everything that each agent of a tenant reads, held against its grants by the oracle of governance. */
async function check(tenant: string): Promise<void> {
  const [all, grants] = [await allOf(memos, { tenant }), await memos.governance.grants({ tenant })];
  const scopes = new Map(all.map(({ scope }) => [JSON.stringify(scope), scope]));
  for (const name of AGENTS) {
    const mine = grants.filter(({ principal }) => principal.kind === "agent" && principal.id === name);
    const view = memos.as(agent(name, tenant));
    for (const scope of scopes.values()) {
      const read = new Set(await readableIn(view, scope));
      const inside = all.filter((cube) => JSON.stringify(cube.scope) === JSON.stringify(scope));
      for (const cube of inside)
        assert.equal(
          read.has(cube.id),
          mayTouch(mine, "read", scope, cube, Date.now()),
          `${name} ${cube.id}`,
        );
    }
  }
  // A copy is in the space of a hand-over and says what its original in the same agent's space does.
  for (const { scope, provenance } of all)
    for (const { cube: source } of provenance.sources) {
      const original = all.find(({ id }) => id === source);
      if (original !== undefined) assert.equal(original.scope.agent, scope.agent);
    }
}

let run = 0;
let handed = 0;

test("whatever joins, leaves, writes, hand-overs and revocations there are, nobody reads what no grant covers", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      run++;
      const tenants = { here: `here${run}`, there: `there${run}` } as const;
      for (const tenant of Object.values(tenants))
        for (const name of AGENTS) {
          await team(memos, { tenant, name: "red" }).join(name, { may: "write" });
          await memos.as(agent(name, tenant)).add(`The first walrus of ${name}.`, { tenant, agent: name });
        }
      for (const step of sequence) {
        const tenant = tenants[step.side as keyof typeof tenants];
        try {
          await take(step, tenant);
        } catch (error) {
          if (!REFUSALS.some((code) => isMemosError(error, code))) throw error;
        }
      }
      for (const tenant of Object.values(tenants)) await check(tenant);
      // An agent of one tenant is nobody in the other, whatever its name is.
      for (const name of AGENTS)
        for (const scope of [{ tenant: tenants.there }, { tenant: tenants.there, app: "red" }])
          assert.deepEqual(await readableIn(memos.as(agent(name, tenants.here)), scope), []);
    }),
    { numRuns: 100 },
  );
  assert.ok(handed > 50, `the sequences hand over something: ${handed}`);
});
