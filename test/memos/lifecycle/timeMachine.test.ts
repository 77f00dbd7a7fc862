import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import type { MemCube, Scope } from "../../../memos/index.js";
import { oneOf, seeded } from "../../memcube/lifeModel.js";
import {
  allOf,
  flush,
  found,
  inBothTiers,
  openMemos,
  openStore,
  refused,
  remember,
  textIn,
  UNKNOWN_ID,
} from "../support.js";

/** `TIME_HISTORIES=1000` runs the long proof. */
const HISTORIES = Number(process.env["TIME_HISTORIES"] ?? 25);
const STEPS = 14;
const ASKED = 4;
const MINUTE = 60_000;
const START = Date.parse("2031-01-01T00:00:00.000Z");
const iso = (at: number) => new Date(at).toISOString();

mock.timers.enable({ apis: ["Date"], now: START });
after(() => mock.timers.reset());
const { memos, path } = await openMemos({ after }, { trackUse: false, upkeep: false });
const store = await openStore({ after }, path);
let clock = START;
const pass = (milliseconds = MINUTE) => {
  clock += milliseconds;
  mock.timers.setTime(clock);
  return clock;
};
let tenants = 0;
const newScope = (): Scope => ({ tenant: `time ${++tenants}`, user: "ana" });

/** What the record keeps of a cube at a time. */
interface Known {
  text: string;
  title: string | undefined;
  state: string;
  expiresAt: number | undefined;
  /** What an expired one was before. */
  before?: string;
}

type Record = Map<string, Known>;

const copyOf = (record: Record): Record => new Map([...record].map(([id, known]) => [id, { ...known }]));

const PLACES = ["Lisbon", "Porto", "Zürich", "Oslo"];

test("answers as of a time are what was recorded at that time, through random histories", async () => {
  const random = seeded(23);
  for (let history = 0; history < HISTORIES; history++) {
    const scope = newScope();
    const now: Record = new Map();
    const forgotten = new Set<string>();
    const past: { at: number; record: Record }[] = [];
    const done: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      pass();
      done.push(await randomStep(step));
      past.push({ at: clock, record: copyOf(now) });
    }
    pass();
    if (history % 2 === 1) await flush(store);
    for (let asked = 0; asked < ASKED; asked++) {
      const { at, record } = oneOf(past, random);
      await answersEqual(at + Math.floor(random() * (MINUTE - 1)), record);
    }

    async function randomStep(step: number): Promise<string> {
      const alive = [...now.keys()].filter((id) => !forgotten.has(id));
      const place = oneOf(PLACES, random);
      if (alive.length < 3 || random() < 0.2) {
        const text = `Ana Ferreira lives in ${place}. Walrus ${history} number ${step}.`;
        const expiresAt = random() < 0.3 ? clock + 5 * MINUTE + 1 : undefined;
        const governance = expiresAt === undefined ? {} : { governance: { expiresAt: iso(expiresAt) } };
        const id = await remember(memos, { text, ...governance }, scope);
        now.set(id, { text, title: undefined, state: "active", expiresAt });
        return `add ${id}`;
      }
      const id = oneOf(alive, random);
      const known = now.get(id) as Known;
      const { state } = known;
      const choice = oneOf(["text", "title", "state", "state", "merge", "sweep", "forget"], random);
      if (choice === "text" && (state === "active" || state === "archived")) {
        known.text = `Ana Ferreira lives in ${place}. Walrus ${history} changed at ${step}.`;
        await memos.update(id, { text: known.text }, scope);
      } else if (choice === "title" && (state === "active" || state === "archived")) {
        known.title = `Title ${step}`;
        await memos.update(id, { title: known.title }, scope);
      } else if (choice === "forget" && random() < 0.3) {
        await memos.forget(id, scope);
        forgotten.add(id);
      } else if (choice === "sweep") {
        await memos.lifecycle.sweep();
        for (const [key, one] of now)
          if (
            one.expiresAt !== undefined &&
            one.expiresAt <= clock &&
            one.state !== "expired" &&
            !forgotten.has(key)
          )
            Object.assign(one, { before: one.state, state: "expired" });
      } else if (choice === "merge") {
        const pair = alive.filter((one) => now.get(one)?.state === "active").slice(0, 2);
        const ended = pair.some((one) => (now.get(one)?.expiresAt ?? Infinity) <= clock);
        if (pair.length < 2 || ended) return "nothing";
        const text = `Walrus ${history} merged at ${step}.`;
        try {
          const { written } = await memos.lifecycle.merge(pair, scope, { text });
          const ends = pair.flatMap((one) => now.get(one)?.expiresAt ?? []);
          const made = await memos.get(written[0]?.id ?? "", scope);
          now.set(made.id, {
            text,
            title: made.attributes.title,
            state: "active",
            expiresAt: ends.length === 0 ? undefined : Math.min(...ends),
          });
          for (const one of pair) (now.get(one) as Known).state = "merged";
        } catch (error) {
          refused("CONFLICT")(error);
          return "merge of parent and child refused";
        }
      } else if (state === "active") {
        const next = oneOf(["archive", "freeze"] as const, random);
        await memos.lifecycle[next](id, scope);
        known.state = next === "archive" ? "archived" : "frozen";
      } else if (state === "archived") {
        await memos.lifecycle.activate(id, scope);
        known.state = "active";
      } else if (state === "frozen") {
        await memos.lifecycle.thaw(id, scope);
        known.state = "active";
      } else if (state === "expired") {
        await memos.lifecycle.govern(id, { expiresAt: null }, scope);
        known.expiresAt = undefined;
        known.state = known.before as string;
      }
      return `${choice} ${id}`;
    }

    async function answersEqual(at: number, record: Record) {
      const asOf = iso(at);
      const where = `history ${history} as of ${asOf}: ${done.join("; ")}`;
      for (const [id] of now) {
        const known = record.get(id);
        if (known === undefined || forgotten.has(id)) {
          await assert.rejects(memos.get(id, scope, { asOf }), refused("NOT_FOUND"), where);
          continue;
        }
        const cube = await memos.get(id, scope, { asOf });
        assert.deepEqual(
          [textIn(cube), cube.attributes.title, cube.state, cube.governance.expiresAt],
          [
            known.text,
            known.title,
            known.state,
            known.expiresAt === undefined ? undefined : iso(known.expiresAt),
          ],
          where,
        );
      }
      const there = (states: readonly string[]) =>
        [...record].filter(
          ([id, { state, expiresAt }]) =>
            !forgotten.has(id) && states.includes(state) && (expiresAt ?? Infinity) > at,
        );
      const recalled = there(["active", "frozen"]);
      const ids = (all: readonly [string, Known][]) => all.map(([id]) => id).sort();
      const { cubes } = await memos.list(scope, { asOf, limit: 100 });
      assert.deepEqual(cubes.map(({ id }) => id).sort(), ids(recalled), `list, ${where}`);
      for (const archived of [false, true]) {
        const { hits } = await memos.search("walrus", scope, {
          asOf,
          archived,
          k: 100,
          channels: ["text", "graph"],
        });
        const seen = hits.flatMap(({ cube, duplicates }) => [cube.id, ...duplicates]).sort();
        const expected = archived ? there(["active", "frozen", "archived"]) : recalled;
        assert.deepEqual(seen, ids(expected), `search, archived ${archived}, ${where}`);
      }
      const { items } = await memos.recall("walrus", scope, { asOf, budget: 10_000, k: 100 });
      assert.deepEqual(items.map(({ id }) => id).sort(), ids(recalled), `recall, ${where}`);
      const stating = recalled.filter(([, { text }]) => text.startsWith("Ana Ferreira lives in "));
      const { history: facts } = await memos.graph.fact("Ana Ferreira", "lives in", scope, { asOf });
      const said = stating.map(([id, { text }]) => `${id} ${/lives in (\S+)\./u.exec(text)?.[1]}`).sort();
      assert.deepEqual(facts.map(({ cube, object }) => `${cube} ${object}`).sort(), said, `facts, ${where}`);
    }
  }
});

test("a diff names what was added, changed, taken away and brought back between two times", async () => {
  const scope = newScope();
  const kept = await remember(memos, "The walrus is grey.", scope);
  const changed = await remember(memos, "The walrus sings.", scope);
  const removed = await remember(memos, "The walrus sleeps.", scope);
  const returned = await remember(memos, "The walrus swims.", scope);
  await memos.lifecycle.archive(returned, scope);
  const from = iso(pass());
  pass();
  await memos.update(changed, { text: "The walrus hums." }, scope);
  await memos.lifecycle.archive(removed, scope);
  await memos.lifecycle.activate(returned, scope);
  const added = await remember(memos, "The walrus dives.", scope);
  const to = iso(pass());
  pass();
  await memos.update(kept, { text: "The walrus is white." }, scope);
  const { differences } = await memos.time.diff(from, to, scope);
  assert.deepEqual(
    differences.map(({ id, change, before }) => [id, change, before && textIn(before)]),
    [
      [changed, "changed", "The walrus sings."],
      [removed, "removed", "The walrus sleeps."],
      [returned, "returned", "The walrus swims."],
      [added, "added", undefined],
    ],
  );
  const pages: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await memos.time.diff(from, to, scope, {
      limit: 1,
      ...(cursor === undefined ? {} : { cursor }),
    });
    pages.push(...page.differences.map(({ id }) => id));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  assert.deepEqual(
    pages,
    differences.map(({ id }) => id),
  );
  await assert.rejects(memos.time.diff(to, from, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.time.diff(from, to, scope, { cursor: "!" }), refused("INVALID_INPUT"));
});

test("a rollback brings back text, attributes and state as a new version, and none before the cube was", async () => {
  const scope = newScope();
  const before = iso(clock - 1);
  const id = await remember(memos, { text: "The walrus is grey.", title: "Colour", tags: ["sea"] }, scope);
  const then = await memos.get(id, scope);
  const at = iso(pass());
  pass();
  await memos.update(id, { text: "The pelican is white.", title: null, tags: [] }, scope);
  await memos.lifecycle.archive(id, scope);
  const receipt = await memos.time.rollback(id, at, scope, { actor: "ana", cause: "a mistake" });
  assert.deepEqual([receipt.operation, receipt.written[0]?.version], ["rollback", 4]);
  const now = await memos.get(id, scope);
  const comparable = ({ version: _, ...cube }: MemCube) => cube;
  assert.deepEqual(comparable(now), comparable(then));
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "walrus", scope), ["The walrus is grey."]);
    assert.deepEqual(await found(memos, "pelican", scope), []);
  });
  const { versions, intact } = await memos.history(id, scope);
  assert.ok(intact);
  assert.deepEqual([versions[3]?.actor, versions[3]?.cause], ["ana", "a mistake"]);
  // Once there, there is nothing left to do.
  assert.deepEqual((await memos.time.rollback(id, at, scope)).written, []);
  await assert.rejects(memos.time.rollback(id, before, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.time.rollback(UNKNOWN_ID, at, scope), refused("NOT_FOUND"));
});

test("what a rollback cannot do is refused: frozen, read-only, ended, merged into what is gone", async () => {
  const scope = newScope();
  const [one, other] = [
    await remember(memos, "The walrus is grey.", scope),
    await remember(memos, "The walrus sings.", scope),
  ];
  const short = await remember(
    memos,
    { text: "The walrus waits.", governance: { expiresAt: iso(clock + 5 * MINUTE) } },
    scope,
  );
  const start = iso(pass());
  pass();
  const { written } = await memos.lifecycle.merge([one, other], scope);
  const merged = iso(pass());
  pass();
  await memos.lifecycle.unmerge(written[0]?.id ?? "", scope);
  await assert.rejects(memos.time.rollback(one, merged, scope), refused("INVALID_TRANSITION"));
  pass(10 * MINUTE);
  await memos.lifecycle.sweep();
  await assert.rejects(memos.time.rollback(short, start, scope), refused("CONFLICT"));
  await memos.update(one, { text: "The walrus is white." }, scope);
  await memos.lifecycle.freeze(one, scope);
  await assert.rejects(memos.time.rollback(one, start, scope), refused("INVALID_TRANSITION"));
  await memos.update(other, { text: "The walrus hums." }, scope);
  await memos.lifecycle.govern(other, { readonly: true }, scope);
  await assert.rejects(memos.time.rollback(other, start, scope), refused("CONFLICT"));
  await memos.lifecycle.govern(other, { readonly: false, retention: "legal-hold" }, scope);
  await memos.time.rollback(other, start, scope);
  assert.equal(
    (await memos.get(other, scope)).governance.retention,
    "legal-hold",
    "a hold is not rolled back",
  );
});

test("a rollback of a scope that was cut short goes on with the same call, and names what it left", async () => {
  const scope = newScope();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await remember(memos, `The walrus is number ${n}.`, scope));
  const at = iso(pass());
  const recorded = (await allOf(memos, scope)).map(textIn);
  pass();
  for (const id of ids) await memos.update(id, { text: `The pelican took ${id}.` }, scope);
  const late = await remember(memos, "The walrus came late.", scope);
  const frozen = ids[4] as string;
  await memos.lifecycle.freeze(frozen, scope);
  const elsewhere = await remember(memos, "The walrus is elsewhere.", { ...scope, user: "ben" });
  pass();
  const stop = new AbortController();
  await memos.time.rollback(ids[0] as string, at, scope);
  stop.abort();
  await assert.rejects(memos.time.rollbackScope(at, scope, { signal: stop.signal }), refused("ABORTED"));
  const receipt = await memos.time.rollbackScope(at, scope);
  assert.deepEqual(
    receipt.written.map(({ id }) => id),
    [...ids.slice(1, 4), late],
  );
  assert.deepEqual(
    receipt.skipped.map(({ id }) => id),
    [frozen],
  );
  const again = await memos.time.rollbackScope(at, scope);
  assert.deepEqual([again.written.length, again.skipped.length], [0, 1]);
  await memos.lifecycle.thaw(frozen, scope);
  await memos.time.rollbackScope(at, scope);
  assert.deepEqual((await allOf(memos, scope)).map(textIn), recorded);
  assert.equal((await memos.get(late, scope)).state, "archived");
  assert.equal((await memos.get(elsewhere, { ...scope, user: "ben" })).state, "active");
});

test("a snapshot is a name for a time that has been", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  const named = await memos.time.snapshot("before", scope);
  pass();
  await memos.update(id, { text: "The walrus is white." }, scope);
  assert.equal(await memos.time.instant({ snapshot: "before" }, scope), named.at);
  await memos.time.rollback(id, { snapshot: "before" }, scope);
  assert.equal(textIn(await memos.get(id, scope)), "The walrus is grey.");
  await assert.rejects(memos.time.snapshot("before", scope), refused("CONFLICT"));
  await assert.rejects(memos.time.snapshot("later", scope, iso(clock + MINUTE)), refused("INVALID_INPUT"));
  await assert.rejects(
    memos.time.instant({ snapshot: "before" }, { tenant: "another" }),
    refused("NOT_FOUND"),
  );
  await memos.time.dropSnapshot("before", scope);
  await assert.rejects(memos.time.dropSnapshot("before", scope), refused("NOT_FOUND"));
  assert.deepEqual(await memos.time.snapshots(scope), []);
});

test("without some cubes, nothing that was derived from them is there either, as in a store that never had them", async () => {
  const scope = newScope();
  const never = newScope();
  const texts = ["The walrus is grey.", "The walrus sings at night.", "The walrus eats clams."];
  const ids: string[] = [];
  for (const text of texts) ids.push(await remember(memos, text, scope));
  const source = ids[0] as string;
  const { written } = await memos.lifecycle.merge([source, ids[1] as string], scope, {
    text: "The walrus sings and is grey.",
  });
  const derived = written[0]?.id ?? "";
  await memos.add(texts[2] as string, never);
  await inBothTiers(store, async () => {
    const without = [source];
    const there = await found(memos, "walrus", scope);
    assert.ok(there.includes("The walrus sings and is grey."));
    assert.deepEqual(await found(memos, "walrus", scope, { without }), await found(memos, "walrus", never));
    const { items, text } = await memos.recall("walrus", scope, { without });
    assert.deepEqual(
      items.map(({ id }) => id),
      [ids[2]],
    );
    assert.ok(!text.includes("grey"));
    const { cubes } = await memos.list(scope, { without });
    assert.ok(!cubes.some(({ id }) => id === derived));
    // It is a view: nothing has changed.
    assert.deepEqual(await found(memos, "walrus", scope), there);
  });
});
