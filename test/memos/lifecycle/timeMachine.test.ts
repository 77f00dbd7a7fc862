import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { seededRandom } from "../../../eval/metrics/index.js";
import { type CubeState, isMemosError, RECALLED_STATES, textOf } from "../../../memcube/index.js";
import type { MemOS, Scope } from "../../../memos/index.js";
import { found, inBothTiers, openMemos, openStore, refused, remember, UNKNOWN_ID } from "../support.js";

const HISTORIES = 1_000;
const MINUTE = 60_000;

let clock = Date.parse("2026-01-01T00:00:00.000Z");
mock.timers.enable({ apis: ["Date"], now: clock });
after(() => mock.timers.reset());
const { memos, path } = await openMemos({ after }, { trackUse: false });
const store = await openStore({ after }, path);

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

const scopeOf = (name: string): Scope => ({ tenant: name });

test("a scope goes back to a time: changed is as it was, added is archived, and the call can be repeated", async () => {
  const scope = scopeOf("back");
  const changed = await remember(memos, "The walrus is grey.", scope);
  const aside = await remember(memos, "The walrus sings.", scope);
  const before = tick();
  tick();
  await memos.update(changed, { text: "The walrus is pink." }, scope);
  await memos.lifecycle.archive(aside, scope);
  const added = await remember(memos, "The walrus sleeps.", scope);
  tick();
  const receipt = await memos.time.rollbackScope(before, scope);
  assert.equal(receipt.written.length, 3);
  assert.deepEqual(receipt.skipped, []);
  await inBothTiers(store, async () => {
    assert.deepEqual((await found(memos, "walrus", scope)).sort(), [
      "The walrus is grey.",
      "The walrus sings.",
    ]);
  });
  assert.equal((await memos.get(added, scope)).state, "archived");
  const { versions, intact } = await memos.history(changed, scope);
  assert.deepEqual(
    versions.map(({ operation }) => operation),
    ["add", "update", "rollback"],
  );
  assert.equal(intact, true);
  tick();
  assert.deepEqual((await memos.time.rollbackScope(before, scope)).written, [], "nothing is left to do");
});

test("what cannot go back is left as it is and named", async () => {
  const scope = scopeOf("stays");
  const id = await remember(memos, "The walrus is grey.", scope);
  const before = tick();
  tick();
  await memos.update(id, { text: "The walrus is pink." }, scope);
  await memos.lifecycle.freeze(id, scope);
  const { written, skipped } = await memos.time.rollbackScope(before, scope);
  assert.deepEqual([written, skipped.map((one) => one.id)], [[], [id]]);
  await assert.rejects(memos.time.rollback(id, before, scope), refused("INVALID_TRANSITION"));
  await assert.rejects(memos.time.rollback(id, "2020-01-01", scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.time.rollback(UNKNOWN_ID, before, scope), refused("NOT_FOUND"));
});

test("a diff tells what was added, changed, removed from recall and returned to it", async () => {
  const scope = scopeOf("diff");
  const [changed, removed, returned] = [
    await remember(memos, "The walrus is grey.", scope),
    await remember(memos, "The walrus sings.", scope),
    await remember(memos, "The walrus sleeps.", scope),
  ];
  await memos.lifecycle.archive(returned, scope);
  const from = tick();
  tick();
  await memos.update(changed, { tags: ["colour"] }, scope);
  await memos.lifecycle.archive(removed, scope);
  await memos.lifecycle.activate(returned, scope);
  const added = await remember(memos, "The walrus eats.", scope);
  const to = tick();
  const { differences } = await memos.time.diff(from, to, scope);
  assert.deepEqual(
    differences.map(({ id, change }) => [id, change]),
    [
      [changed, "changed"],
      [removed, "removed"],
      [returned, "returned"],
      [added, "added"],
    ],
  );
  const first = await memos.time.diff(from, to, scope, { limit: 3 });
  const second = await memos.time.diff(from, to, scope, { limit: 3, cursor: first.cursor });
  assert.deepEqual([...first.differences, ...second.differences], differences);
  assert.equal(second.cursor, undefined);
  await assert.rejects(memos.time.diff(to, from, scope), refused("INVALID_INPUT"));
});

test("a snapshot is a name for a time, of one tenant", async () => {
  const scope = scopeOf("named");
  const id = await remember(memos, "The walrus is grey.", scope);
  const named = await memos.time.snapshot("before", scope);
  tick();
  await memos.update(id, { text: "The walrus is pink." }, scope);
  await assert.rejects(memos.time.snapshot("before", scope), refused("CONFLICT"));
  await assert.rejects(memos.time.snapshot("later", scope, "2199-01-01"), refused("INVALID_INPUT"));
  await assert.rejects(
    memos.time.rollback(id, { snapshot: "before" }, scopeOf("other")),
    refused("NOT_FOUND"),
  );
  assert.deepEqual(await memos.time.snapshots(scope), [named]);
  tick();
  await memos.time.rollback(id, { snapshot: "before" }, scope);
  assert.equal(textOf(await memos.get(id, scope)), "The walrus is grey.");
  await memos.time.dropSnapshot("before", scope);
  assert.deepEqual(await memos.time.snapshots(scope), []);
});

async function factsOf(memos: MemOS, scope: Scope, without?: string[]): Promise<string[]> {
  const { hits } = await memos.search(
    "Where does Ana live?",
    scope,
    without === undefined ? {} : { without },
  );
  return hits.flatMap(({ superseded }) => superseded?.value ?? []);
}

test("without a cube, and what was derived from it, memory is as if it had never been", async () => {
  const scope = scopeOf("counterfactual");
  await memos.add("Ana lives in Porto.", scope);
  tick();
  const moved = await remember(memos, "Ana lives in Lisbon.", scope);
  const note = await remember(
    memos,
    {
      text: "Ana's town is by the sea.",
      origin: "inferred",
      sources: [{ cube: moved, sha256: "a".repeat(64) }],
    },
    scope,
  );
  await inBothTiers(store, async () => {
    assert.deepEqual(await factsOf(memos, scope), ["Lisbon"]);
    assert.deepEqual(await factsOf(memos, scope, [moved]), []);
    const { hits } = await memos.search("Ana", scope, { without: [moved] });
    assert.deepEqual(
      hits.map(({ cube }) => textOf(cube)),
      ["Ana lives in Porto."],
    );
    assert.equal((await memos.recall("Ana", scope, { without: [moved] })).items.length, 1);
    assert.equal((await memos.list(scope, { without: [note] })).cubes.length, 2);
  });
  assert.ok(
    isMemosError(await memos.search("Ana", scope, { without: [] }).catch((error) => error), "INVALID_INPUT"),
  );
});
