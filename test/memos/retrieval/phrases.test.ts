import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, inBothTiers, openMemos, openStore } from "../support.js";

const SCOPE = { tenant: "acme" };
const EXACT = { channels: ["exact" as const] };
const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
await memos.add(
  [
    "The cat, grey as ever, met a grey and old cat; the cat is grey.",
    "A grey cat sat on the mat.",
    "The mat is where the dog sat.",
  ],
  SCOPE,
);

test("a quoted phrase means these words, in this order, without a gap", () =>
  inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, '"grey cat"', SCOPE, EXACT), ["A grey cat sat on the mat."]);
    assert.deepEqual(await found(memos, '"cat grey old"', SCOPE, EXACT), []);
    assert.equal(
      (await found(memos, '"grey cat"', SCOPE, { channels: ["text", "exact"] }))[0],
      "A grey cat sat on the mat.",
    );
  }));

test("whatever the quotation marks, the case and the endings", () =>
  inBothTiers(store, async () => {
    for (const query of ["“Grey Cats”", "«grey cat»", "「grey cat」", 'What about the "GREY CAT"?'])
      assert.deepEqual(await found(memos, query, SCOPE, EXACT), ["A grey cat sat on the mat."], query);
  }));

test("of two phrases, a text with both comes before a text with one", () =>
  inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, '"the mat" "dog sat"', SCOPE, EXACT), [
      "The mat is where the dog sat.",
      "A grey cat sat on the mat.",
    ]);
  }));

test("a query without a phrase does not use the channel", async () => {
  const { receipt } = await memos.search("grey cat", SCOPE, EXACT);
  assert.deepEqual(await found(memos, "grey cat", SCOPE, EXACT), []);
  assert.deepEqual(receipt.channels, ["exact"]);
});

test("a phrase is looked for in the text itself, not in what stands beside it", async () => {
  const session = { tenant: "acme", session: "s" };
  await memos.add(["Yellow submarine sandwiches.", "Delicious, thanks."], session);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, '"yellow submarine"', session, EXACT), [
      "Yellow submarine sandwiches.",
    ]);
  });
});
