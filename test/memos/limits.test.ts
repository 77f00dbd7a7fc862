import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMITS } from "../../memcube/index.js";
import type { Filter } from "../../memos/index.js";
import { allOf, found, inBothTiers, openMemos, openStore, remember, textIn } from "./support.js";

/** What is exactly at a limit works; what is over it is in badInput. */

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);

test("a text of the largest size is kept, found and recalled, also when it is one word", async () => {
  const largest = `walrus ${"word ".repeat(LIMITS.textBytes / 5)}`.slice(0, LIMITS.textBytes);
  const unbroken = `${"é".repeat(LIMITS.textBytes / 2 - 5)} pelican`.slice(-LIMITS.textBytes / 2);
  for (const [query, text] of [
    ["walrus", largest],
    ["é".repeat(100), unbroken],
  ] as const) {
    const scope = { tenant: query };
    const id = await remember(memos, text, scope);
    assert.equal(textIn(await memos.get(id, scope)), text);
    await inBothTiers(store, async () => {
      assert.equal((await found(memos, query, scope)).length, 1);
      const { items } = await memos.recall(query, scope, { budget: 500 });
      assert.deepEqual([items.length, items[0]?.truncated], [1, true]);
    });
  }
});

test("as many memories, labels, metadata and results as are allowed", async () => {
  const scope = { tenant: "many" };
  const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n));
  const rich = {
    text: "walrus",
    tags: many(LIMITS.labels, (n) => `tag ${n}`),
    keywords: many(LIMITS.labels, (n) => `${n}${"k".repeat(LIMITS.labelCharacters - 2)}`),
    metadata: Object.fromEntries(many(LIMITS.metadataKeys, (n) => `key ${n}`).map((key) => [key, key])),
    title: "t".repeat(LIMITS.titleCharacters),
    actor: "a".repeat(LIMITS.nameCharacters),
  };
  await memos.add([rich, ...many(LIMITS.messagesPerAdd - 1, (n) => `walrus ${n}`)], scope);
  assert.equal((await allOf(memos, scope)).length, LIMITS.messagesPerAdd);
  await inBothTiers(store, async () => {
    assert.equal((await found(memos, "walrus", scope, { k: LIMITS.results })).length, LIMITS.results);
  });
});

test("a filter as large and as deep as is allowed", async () => {
  const scope = { tenant: "filter" };
  await memos.add({ text: "walrus", tags: ["a"] }, scope);
  const leaf: Filter = { field: "tags", op: "contains", value: "a" };
  const wide: Filter = { and: Array.from({ length: LIMITS.filterLeaves }, () => leaf) };
  let deep: Filter = leaf;
  for (let depth = 1; depth < LIMITS.filterDepth; depth++) deep = { not: deep };
  assert.deepEqual(await found(memos, "walrus", scope, { where: wide }), ["walrus"]);
  assert.equal((await memos.list(scope, { where: deep })).cubes.length, LIMITS.filterDepth % 2);
});

test("a query as long as is allowed, of any script", async () => {
  const scope = { tenant: "query" };
  await memos.add(["The walrus is grey.", "海象是灰色的。"], scope);
  const ideographs = Array.from({ length: LIMITS.queryCharacters - 2 }, (_, n) =>
    String.fromCharCode(0x4e00 + n),
  );
  const words = Array.from({ length: 1_500 }, (_, n) => `w${n}`).join(" ");
  await inBothTiers(store, async () => {
    assert.ok((await found(memos, `海象${ideographs.join("")}`, scope)).includes("海象是灰色的。"));
    assert.deepEqual(await found(memos, `${words} walrus`.slice(-LIMITS.queryCharacters), scope), [
      "The walrus is grey.",
    ]);
    const quotes = '"walrus is" '.repeat(600).slice(0, LIMITS.queryCharacters);
    assert.deepEqual(await found(memos, quotes, scope, { channels: ["exact"] }), ["The walrus is grey."]);
  });
});

test("a text without a single word is kept, and comes back when nothing else is asked for", async () => {
  const scope = { tenant: "wordless" };
  await memos.add("?!… —", scope);
  await inBothTiers(store, async () => {
    const { hits } = await memos.search("???", scope);
    assert.deepEqual(
      hits.map(({ cube }) => textIn(cube)),
      ["?!… —"],
    );
  });
});

test("more tenants than an index keeps open at once", async () => {
  const tenants = Array.from({ length: 300 }, (_, n) => ({ tenant: `tenant ${n}` }));
  for (const scope of tenants) {
    await memos.add(`The walrus of ${scope.tenant}`, scope);
    assert.equal((await found(memos, "walrus", scope)).length, 1);
  }
  for (const scope of tenants.slice(0, 20)) {
    await memos.add(`The pelican of ${scope.tenant}`, scope);
    assert.deepEqual(await found(memos, "walrus", scope), [`The walrus of ${scope.tenant}`]);
    assert.deepEqual(await found(memos, "pelican", scope), [`The pelican of ${scope.tenant}`]);
  }
});
