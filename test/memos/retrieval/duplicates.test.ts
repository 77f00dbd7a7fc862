import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { allOf, collect, found, inBothTiers, openMemos, openStore, remember, textIn } from "../support.js";

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
let tests = 0;
let scope: Scope;
beforeEach(() => {
  scope = { tenant: `tenant ${++tests}`, user: "ana" };
});

test("what is said again is kept, linked to the first, and takes one place in the ranking", async () => {
  const first = await remember(memos, "The gate code is 4711.", scope);
  const again = await memos.add(
    ["the gate code is 4711", "  The  gate code is 4711!\n", "“The gate code is 4711.”"],
    scope,
  );
  for (const { duplicateOf } of again.written) assert.equal(duplicateOf, first);
  await memos.add("The gate is green.", scope);
  assert.equal((await allOf(memos, scope)).length, 5);
  await inBothTiers(store, async () => {
    const { hits } = await memos.search("gate code", scope);
    assert.deepEqual(hits.map(({ duplicates }) => duplicates.length).sort(), [0, 3]);
    const [hit] = hits;
    assert.ok(hit);
    assert.deepEqual(
      [hit.cube.id, ...hit.duplicates].sort(),
      [first, ...again.written.map(({ id }) => id)].sort(),
    );
  });
});

test("equal memories that race have one first", async () => {
  const receipts = await Promise.all([0, 1, 2, 3].map(() => memos.add("The gate code is 4711.", scope)));
  const written = receipts.flatMap((receipt) => receipt.written);
  const firsts = written.filter(({ duplicateOf }) => duplicateOf === undefined);
  assert.equal(firsts.length, 1);
  for (const { duplicateOf } of written)
    if (duplicateOf !== undefined) assert.equal(duplicateOf, firsts[0]?.id);
});

const DIFFERENT: readonly (readonly [string, string])[] = [
  ["The meeting is on 5 May.", "The meeting is on 6 May."],
  ["The balance is 5 euro.", "The balance is -5 euro."],
  ["The price is 3.5.", "The price is 35."],
  ["It costs 10 €.", "It costs 10 $."],
  ["Ana likes Ben.", "Ben likes Ana."],
  ["I owe you ten.", "You owe me ten."],
  ["Ana eats fish.", "Ana doesn't eat fish."],
  ["Ana does eat fish.", "Ana does not eat fish."],
  ["Never call Ben.", "Call Ben."],
  ["Turn the alarm on.", "Turn the alarm off."],
  ["Call me before lunch.", "Call me after lunch."],
  ["My car is red.", "Your car is red."],
  ["I write C++.", "I write C#."],
  ["He studies the universe.", "He studies the university."],
  ["Ana is in Rome.", "Anna is in Rome."],
  [`The key is ${"a".repeat(60)}1.`, `The key is ${"a".repeat(60)}2.`],
  [`${"word ".repeat(50_000)}one`, `${"word ".repeat(50_000)}two`],
  ["😀", "😢"],
];

for (const [one, other] of DIFFERENT)
  test(`"${one.slice(0, 40)}" and "${other.slice(-40)}" are no repetitions`, async () => {
    const { written } = await memos.add([one, other], scope);
    assert.equal(written[1]?.duplicateOf, undefined);
  });

test("with another first, repetitions still take one place, and none is lost", async () => {
  const first = await remember(memos, "The walrus is grey.", scope);
  const second = await remember(memos, "the walrus is grey", scope);
  const third = await remember(memos, "The walrus is grey!", scope);
  await memos.update(first, { text: "The walrus is pink." }, scope);
  await inBothTiers(store, async () => {
    const { hits } = await memos.search("walrus", scope, { channels: ["text"] });
    const groups = hits.map(({ cube, duplicates }) => [cube.id, ...duplicates].sort()).sort();
    assert.deepEqual(groups, [[first], [second, third].sort()].sort());
  });
  assert.equal((await memos.get(third, scope)).duplicateOf, second);
  await memos.forget(second, scope);
  await inBothTiers(store, async () => {
    assert.deepEqual((await found(memos, "grey", scope)).sort(), ["The walrus is grey!"]);
  });
  assert.equal((await memos.get(third, scope)).duplicateOf, undefined);
});

test("a repetition in another session is found from its own session", async () => {
  await memos.add("The gate code is 4711.", { ...scope, session: "one" });
  await memos.add("The gate code is 4711.", { ...scope, session: "two" });
  await inBothTiers(store, async () => {
    for (const session of ["one", "two"]) {
      const { hits } = await memos.search("gate", { ...scope, session });
      assert.deepEqual(
        hits.map(({ cube, duplicates }) => [cube.scope.session, duplicates.length]),
        [[session, 0]],
      );
    }
  });
});

test("a stream counts its repetitions", async () => {
  const progress = await collect(memos.addMany(["same", "Same", "other", "same."], scope));
  assert.deepEqual([progress.at(-1)?.added, progress.at(-1)?.duplicates], [4, 2]);
  assert.deepEqual((await allOf(memos, scope)).map(textIn), ["same", "Same", "other", "same."]);
});
