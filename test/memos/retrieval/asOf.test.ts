import assert from "node:assert/strict";
import { after, beforeEach, mock, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { flush, found, inBothTiers, openMemos, openStore, refused, remember, textIn } from "../support.js";

const DAY = 86_400_000;
/** Each test has a year of its own: the clock of a store never goes back. */
let newYear = Date.parse("2026-01-01T00:00:00.000Z");
const day = (n: number) => new Date(newYear + n * DAY).toISOString();

mock.timers.enable({ apis: ["Date"], now: newYear });
after(() => mock.timers.reset());
const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);

let tests = 0;
let scope: Scope;
const at = (n: number) => mock.timers.setTime(Date.parse(day(n)));
beforeEach(() => {
  scope = { tenant: `tenant ${++tests}` };
  newYear += 365 * DAY;
  at(0);
});

test("what was recorded later is not known yet", async () => {
  await memos.add("The walrus is grey.", scope);
  at(2);
  await memos.add("The walrus sings.", scope);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "walrus", scope, { asOf: day(1) }), ["The walrus is grey."]);
    assert.deepEqual(await found(memos, "walrus", scope, { asOf: day(-1) }), []);
    assert.equal((await found(memos, "walrus", scope, { asOf: day(3) })).length, 2);
    const { cubes } = await memos.list(scope, { asOf: day(1) });
    assert.deepEqual(cubes.map(textIn), ["The walrus is grey."]);
    const { text } = await memos.recall("walrus", scope, { asOf: day(1) });
    assert.ok(text.includes("grey") && !text.includes("sings"));
  });
});

test("a text that has changed since is found as it was, by the words it had then", async () => {
  const id = await remember(memos, { text: "The walrus is grey.", type: "semantic", title: "Colour" }, scope);
  at(2);
  await memos.update(id, { text: "The pelican is white.", type: "episodic", title: "Bird" }, scope);
  await inBothTiers(store, async () => {
    const asOf = day(1);
    assert.deepEqual(await found(memos, "walrus", scope, { asOf }), ["The walrus is grey."]);
    assert.deepEqual(await found(memos, "pelican", scope, { asOf }), []);
    assert.deepEqual(await found(memos, '"walrus is"', scope, { asOf, channels: ["exact"] }), [
      "The walrus is grey.",
    ]);
    const cube = await memos.get(id, scope, { asOf });
    assert.deepEqual(
      [textIn(cube), cube.version, cube.attributes.title],
      ["The walrus is grey.", 1, "Colour"],
    );
    assert.deepEqual(await found(memos, "walrus", scope, { asOf, types: ["semantic"] }), [
      "The walrus is grey.",
    ]);
    assert.deepEqual(await found(memos, "walrus", scope, { asOf, types: ["episodic"] }), []);
    assert.deepEqual(await found(memos, "walrus", scope), []);
    assert.deepEqual(await found(memos, "pelican", scope), ["The pelican is white."]);
  });
});

test("of many versions the one of that time is read, to the millisecond", async () => {
  const id = await remember(memos, "version 1", scope);
  for (const n of [2, 3, 4]) {
    at(n);
    await memos.update(id, { text: `version ${n}` }, scope);
  }
  for (const n of [2, 3, 4]) {
    assert.equal(textIn(await memos.get(id, scope, { asOf: day(n) })), `version ${n}`);
    const before = new Date(Date.parse(day(n)) - 1).toISOString();
    assert.equal(textIn(await memos.get(id, scope, { asOf: before })), `version ${n - 1}`);
  }
  await assert.rejects(memos.get(id, scope, { asOf: day(-1) }), refused("NOT_FOUND"));
});

test("what is stated not to have been valid then is left out", async () => {
  await memos.add(
    [
      { text: "Ana lives in Porto.", validTo: day(10) },
      { text: "Ana lives in Lisbon.", validFrom: day(10) },
    ],
    scope,
  );
  await inBothTiers(store, async () => {
    for (const [asOf, city] of [
      [day(5), "Porto"],
      [day(10), "Lisbon"],
      [new Date(Date.parse(day(10)) - 1).toISOString(), "Porto"],
      [day(20), "Lisbon"],
    ] as const)
      assert.deepEqual(await found(memos, "Ana", scope, { asOf }), [`Ana lives in ${city}.`]);
    assert.equal((await found(memos, "Ana", scope)).length, 2, "without asOf both are known");
  });
});

test("a validity that was stated later does not change what was known", async () => {
  const id = await remember(memos, "Ana lives in Porto.", scope);
  at(2);
  await memos.update(id, { validTo: day(-5) }, scope);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "Porto", scope, { asOf: day(1) }), ["Ana lives in Porto."]);
    assert.deepEqual(await found(memos, "Porto", scope, { asOf: day(3) }), []);
  });
});

test("what is forgotten stays hidden at every time", async () => {
  const id = await remember(memos, "The walrus is grey.", scope);
  at(1);
  await memos.update(id, { text: "The walrus is pink." }, scope);
  at(2);
  await memos.forget(id, scope);
  await inBothTiers(store, async () => {
    for (const asOf of [day(0), day(1), day(2), day(3)]) {
      assert.deepEqual(await found(memos, "walrus", scope, { asOf }), []);
      assert.deepEqual((await memos.list(scope, { asOf })).cubes, []);
      await assert.rejects(memos.get(id, scope, { asOf }), refused("NOT_FOUND"));
    }
  });
});

for (const tier of ["delta", "base"] as const)
  test(`what has expired by now is not found, listed or recalled in the ${tier}, and what expires later is`, async () => {
    const expiring = (text: string, n: number) => ({ text, governance: { expiresAt: day(n) } });
    await memos.add(
      [expiring("The walrus is grey.", 1), expiring("The walrus is pink.", 5), "The walrus is blue."],
      scope,
    );
    if (tier === "base") await flush(store);
    at(0.5);
    assert.equal((await found(memos, "walrus", scope)).length, 3);
    at(1);
    assert.deepEqual((await found(memos, "walrus", scope)).sort(), [
      "The walrus is blue.",
      "The walrus is pink.",
    ]);
    at(6);
    assert.deepEqual(await found(memos, "walrus", scope), ["The walrus is blue."]);
    assert.deepEqual((await memos.list(scope)).cubes.map(textIn), ["The walrus is blue."]);
    assert.equal((await memos.recall("walrus", scope)).items.length, 1);
    assert.deepEqual(await found(memos, "latest", scope, { channels: ["recency"] }), ["The walrus is blue."]);
    assert.equal(
      (await found(memos, "walrus", scope, { asOf: day(0) })).length,
      3,
      "nothing had expired yet",
    );
    assert.equal((await found(memos, "walrus", scope, { asOf: day(1) })).length, 2);
  });
