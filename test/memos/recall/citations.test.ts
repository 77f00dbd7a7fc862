import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openMemos, remember, textIn } from "../support.js";

const { memos } = await openMemos({ after });
const SCOPE = { tenant: "acme", user: "ana" };
const core = [
  await remember(memos, { text: "Ana is a vet.", type: "core" }, SCOPE),
  await remember(memos, { text: "Ana prefers short answers about the walrus.", type: "core" }, SCOPE),
];
await memos.add(
  Array.from({ length: 12 }, (_, n) => `The walrus counted to number ${n}.`),
  SCOPE,
);

test("every item is cited by its number in the text, and its id is what the citation means", async () => {
  const { items, text } = await memos.recall("walrus", SCOPE, { budget: 2_000 });
  assert.equal(items.length, 14);
  assert.deepEqual(
    items.map(({ citation }) => citation),
    items.map((_, index) => index + 1),
  );
  for (const { id, citation } of items) {
    const line = text.split("\n").find((part) => part.startsWith(`[${citation}] `));
    assert.ok(line?.endsWith(` · ${textIn(await memos.get(id, SCOPE))}`), line);
  }
  assert.equal(new Set(items.map(({ id }) => id)).size, items.length, "none of them twice");
});

test("core memory comes first, in the order it was made, whatever is asked", async () => {
  for (const query of ["walrus", "number 7", "something else entirely"]) {
    const { items, text } = await memos.recall(query, SCOPE, { budget: 2_000 });
    assert.deepEqual(
      items.slice(0, 2).map(({ id }) => id),
      core,
    );
    assert.ok(text.indexOf("Ana is a vet.") < text.indexOf("short answers"));
  }
});

test("the rest is in the order of the search", async () => {
  const { hits } = await memos.search("walrus number 7", SCOPE, { k: 50 });
  const { items } = await memos.recall("walrus number 7", SCOPE, { budget: 2_000 });
  const searched = hits.map(({ cube }) => cube.id).filter((id) => !core.includes(id));
  assert.deepEqual(
    items.slice(2).map(({ id }) => id),
    searched,
  );
});

test("what precedes the recalled part is the same, byte for byte, until core memory changes", async () => {
  const head = async (query: string) => {
    const { text, items } = await memos.recall(query, SCOPE, { budget: 600 });
    return text.slice(0, text.indexOf(`\n[${core.length + 1}] `) + (items.length > core.length ? 1 : 0));
  };
  const before = await head("walrus");
  assert.ok(before.includes("Ana is a vet.") && before.includes("short answers"));
  assert.equal(await head("number 3"), before);
  await memos.add("The walrus counted once more.", SCOPE);
  assert.equal(await head("once more"), before);
  await memos.update(core[0] as string, { text: "Ana is a vet in Lisbon." }, SCOPE);
  const after = await head("walrus");
  assert.notEqual(after, before);
  assert.ok(after.includes("vet in Lisbon"));
});

test("core memory takes at most half of the budget", async () => {
  const scope = { tenant: "large core" };
  await memos.add({ text: `Core: ${"important ".repeat(500)}`, type: "core" }, scope);
  await memos.add("The walrus is grey.", scope);
  const { items, text } = await memos.recall("walrus", scope, { budget: 200 });
  assert.deepEqual([items.length, items[0]?.truncated], [2, true]);
  assert.ok((items[0]?.tokens ?? 0) <= 100);
  assert.ok(text.includes("The walrus is grey."));
});

test("an explanation comes with the items that were searched for", async () => {
  const { items } = await memos.recall("number 7", SCOPE, { budget: 2_000, explain: true });
  const searched = items.filter(({ id }) => !core.includes(id));
  assert.ok(searched.length > 0);
  for (const item of searched) assert.ok(item.explanation !== undefined);
});
