import assert from "node:assert/strict";
import { after, test } from "node:test";
import { collect, flush, found, inBothTiers, openMemos, openStore } from "../support.js";

/** More rows than one question to the table asks for. */
const CROWD = 200;

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
const crowd = (text: (n: number) => string) => Array.from({ length: CROWD }, (_, n) => text(n));
const FAINT = "a walrus, among many other animals and things that this much longer text is about";

for (const tier of ["delta", "base"])
  test(`better rows that were forgotten do not crowd out what is left, in the ${tier}`, async () => {
    const scope = { tenant: `forgotten in the ${tier}` };
    const added = await collect(memos.addMany([...crowd((n) => `walrus walrus ${n}`), FAINT], scope));
    assert.equal((await found(memos, "walrus", scope, { k: 1_000 })).length, CROWD + 1);
    if (tier === "base") await flush(store);
    const ids = added.flatMap(({ written }) => written.map(({ id }) => id));
    for (const id of ids.slice(0, CROWD)) await memos.forget(id, scope);
    assert.deepEqual(await found(memos, "walrus", scope), [FAINT]);
  });

test("better rows that have expired do not crowd out what has not", async () => {
  const scope = { tenant: "expired" };
  const expiresAt = "2020-01-01T00:00:00.000Z";
  const expired = crowd((n) => `walrus walrus ${n}`).map((text) => ({ text, governance: { expiresAt } }));
  await collect(memos.addMany([...expired, FAINT], scope));
  await flush(store);
  assert.deepEqual(await found(memos, "walrus", scope), [FAINT]);
});

test("repetitions take one place, however many there are", async () => {
  const scope = { tenant: "repeated" };
  await collect(memos.addMany([...crowd(() => "walrus walrus"), FAINT], scope));
  const texts = ["walrus walrus", FAINT];
  assert.deepEqual(await found(memos, "walrus", scope, { k: 5 }), texts);
  await flush(store);
  assert.deepEqual(await found(memos, "walrus", scope, { k: 5 }), texts);
});

test("better rows that a filter leaves out do not crowd out what it allows", async () => {
  const scope = { tenant: "filtered" };
  // More allowed rows than a list of keys may name, and none of the best ones among them.
  const out = Array.from({ length: 1_500 }, (_, n) => ({ text: `walrus walrus ${n}`, tags: ["out"] }));
  const within = Array.from({ length: 2_100 }, (_, n) => ({ text: `nothing ${n}`, tags: ["in"] }));
  await collect(memos.addMany([...out, ...within, { text: FAINT, tags: ["in"] }], scope));
  await flush(store);
  const where = { field: "tags", op: "contains" as const, value: "in" };
  assert.deepEqual(await found(memos, "walrus", scope, { where }), [FAINT]);
});

test("better rows of others do not crowd out one's own", async () => {
  const tenant = "shared";
  await collect(
    memos.addMany(
      crowd((n) => `walrus walrus ${n}`),
      { tenant, user: "ben" },
    ),
  );
  await memos.add(FAINT, { tenant, user: "ana" });
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "walrus", { tenant, user: "ana" }), [FAINT]);
  });
});

test("a question has the same answer before and after rows are moved into the base", async () => {
  const scope = { tenant: "moved" };
  const said = (n: number) => `walrus ${Array.from({ length: n }, (_, word) => `w${n}x${word}`).join(" ")}`;
  const halves = [1, 2].map((from) => Array.from({ length: 150 }, (_, n) => said(2 * n + from)));
  await collect(memos.addMany(halves[0] ?? [], scope));
  await flush(store);
  await collect(memos.addMany(halves[1] ?? [], scope));
  const answer = async () => {
    const { hits, receipt } = await memos.search("walrus", scope, { k: 50, explain: true });
    const ranked = hits.map(({ cube, explanation }) => [cube.id, Object.keys(explanation?.channels ?? {})]);
    return { ranked, candidates: receipt.candidates };
  };
  const before = await answer();
  await flush(store);
  assert.deepEqual(await answer(), before);
});
