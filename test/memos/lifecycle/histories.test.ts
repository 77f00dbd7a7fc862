import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { seededRandom } from "../../../eval/metrics/index.js";
import { type CubeState, RECALLED_STATES, textOf } from "../../../memcube/index.js";
import type { Scope } from "../../../memos/index.js";
import { found, openMemos, remember } from "../support.js";

const HISTORIES = 1_000;
const MINUTE = 60_000;

let clock = Date.parse("2026-01-01T00:00:00.000Z");
mock.timers.enable({ apis: ["Date"], now: clock });
after(() => mock.timers.reset());
const { memos } = await openMemos({ after }, { trackUse: false, upkeep: false });

function tick(minutes = 1): string {
  clock += minutes * MINUTE;
  mock.timers.setTime(clock);
  return new Date(clock).toISOString();
}

interface Record {
  readonly text: string;
  readonly state: CubeState;
}

type Known = Map<string, Record>;

/** One random life of a scope: what was there after each step, written down beside it. */
async function history(scope: Scope, random: () => number): Promise<{ at: string; known: Known }[]> {
  const known: Known = new Map();
  const moments: { at: string; known: Known }[] = [];
  const pick = (states: readonly CubeState[]) => {
    const ids = [...known].filter(([, { state }]) => states.includes(state)).map(([id]) => id);
    return ids[Math.floor(random() * ids.length)];
  };
  const now = (id: string, change: Partial<Record>) =>
    known.set(id, { ...(known.get(id) as Record), ...change });
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      const text = `walrus ${Math.floor(random() * 1e9)}`;
      known.set(await remember(memos, text, scope), { text, state: "active" });
    },
    async () => {
      const id = pick(["active", "archived"]);
      const text = `walrus ${Math.floor(random() * 1e9)}`;
      if (id !== undefined) await memos.update(id, { text }, scope).then(() => now(id, { text }));
    },
    async () => {
      const id = pick(["active"]);
      if (id !== undefined)
        await memos.lifecycle.archive(id, scope).then(() => now(id, { state: "archived" }));
    },
    async () => {
      const id = pick(["archived"]);
      if (id !== undefined)
        await memos.lifecycle.activate(id, scope).then(() => now(id, { state: "active" }));
    },
    async () => {
      const id = pick(["active"]);
      if (id !== undefined) await memos.lifecycle.freeze(id, scope).then(() => now(id, { state: "frozen" }));
    },
    async () => {
      const [one, other] = [pick(["active"]), pick(["active"])];
      if (one === undefined || other === undefined || one === other) return;
      const text = `walrus ${Math.floor(random() * 1e9)}`;
      const merged = await memos.lifecycle.merge([one, other], scope, { text });
      known.set(merged.written[0]?.id as string, { text, state: "active" });
      now(one, { state: "merged" });
      now(other, { state: "merged" });
    },
    async () => {
      const id = pick(["active", "frozen", "archived"]);
      if (id === undefined) return;
      await memos.lifecycle.govern(id, { expiresAt: new Date(clock + MINUTE / 2) }, scope);
      moments.push({ at: new Date(clock).toISOString(), known: new Map(known) });
      tick();
      await memos.lifecycle.sweep();
      now(id, { state: "expired" });
    },
  ];
  for (let step = 3 + Math.floor(random() * 6); step > 0; step--) {
    // More is added than anything else, so that there is something to live.
    await (random() < 0.4 ? steps[0] : steps[Math.floor(random() * steps.length)])?.();
    moments.push({ at: new Date(clock).toISOString(), known: new Map(known) });
    tick();
  }
  return moments;
}

function recalled(known: Known): string[] {
  return [...known.values()]
    .filter(({ state }) => RECALLED_STATES.includes(state))
    .map(({ text }) => text)
    .sort();
}

async function answers(scope: Scope, asOf: string): Promise<string[][]> {
  const [listed, searched, compiled] = await Promise.all([
    memos.list(scope, { asOf, limit: 100 }),
    found(memos, "walrus", scope, { asOf, k: 100 }),
    memos.recall("walrus", scope, { asOf, budget: 8_000 }),
  ]);
  const texts = await Promise.all(
    compiled.items.map(async ({ id }) => textOf(await memos.get(id, scope, { asOf })) ?? ""),
  );
  return [listed.cubes.map((cube) => textOf(cube) ?? "").sort(), searched.sort(), texts.sort()];
}

test(`at any time of ${HISTORIES} random histories, every read answers what was recorded then`, async () => {
  const random = seededRandom(11);
  for (let number = 0; number < HISTORIES; number++) {
    const scope = { tenant: `tenant ${number % 7}`, user: `user ${number}` };
    const moments = await history(scope, random);
    const { at, known } = moments[Math.floor(random() * moments.length)] as (typeof moments)[number];
    const expected = recalled(known);
    for (const texts of await answers(scope, at)) assert.deepEqual(texts, expected, `history ${number}`);
    for (const [id, { text, state }] of known) {
      const cube = await memos.get(id, scope, { asOf: at });
      assert.deepEqual([textOf(cube), cube.state], [text, state], `history ${number}`);
    }
  }
});
