import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { found, openMemos, refused } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const MILLION = 1_000_000;
const { memos } = await openMemos({ after });
const million = <T>(item: T): T[] => new Array<T>(MILLION).fill(item);

afterEach(async () => {
  assert.equal((await memos.stats(ANA)).versions, 0);
  assert.deepEqual(await found(memos, "anything", ANA), []);
});

test("a million memories in one call are too large", async () => {
  await assert.rejects(memos.add(million("text"), ANA), refused("TOO_LARGE"));
  await assert.rejects(memos.add(million({ role: "user", content: "text" }), ANA), refused("TOO_LARGE"));
  await assert.rejects(memos.add(new Array(1_001).fill("text"), ANA), refused("TOO_LARGE"));
});

test("a million labels, sources, metadata values or types are too large", async () => {
  const source = { cube: "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", sha256: "0".repeat(64) };
  for (const attributes of [
    { tags: million("tag") },
    { keywords: million("keyword") },
    { sources: million(source) },
    { metadata: { list: million(1) } },
  ])
    await assert.rejects(memos.add({ text: "text", ...attributes }, ANA), refused("TOO_LARGE"));
});

test("a million values in a filter are refused", async () => {
  const values = { field: "tags", op: "in" as const, value: million("x") };
  await assert.rejects(memos.search("q", ANA, { where: values }), refused("TOO_LARGE"));
  const leaf = { field: "type", op: "eq" as const, value: "core" };
  for (const where of [{ and: million(leaf) }, { or: [{ and: million(leaf) }] }])
    await assert.rejects(memos.list(ANA, { where }), refused("INVALID_INPUT"));
});

test("metadata has at most so many keys and bytes", async () => {
  const keys = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, 1]));
  await assert.rejects(memos.add({ text: "text", metadata: keys }, ANA), refused("INVALID_INPUT"));
  const bytes = { a: "é".repeat(5_000), b: "é".repeat(5_000) };
  await assert.rejects(memos.add({ text: "text", metadata: bytes }, ANA), refused("INVALID_INPUT"));
});

test("names, titles and keys have a length", async () => {
  const long = "n".repeat(2_000);
  for (const input of [
    { text: "text", actor: long },
    { text: "text", title: long },
    { text: "text", tags: [long] },
    { text: "text", metadata: { [long]: 1 } },
    { text: "text", session: long },
    { text: "text", context: "c".repeat(20_000) },
  ])
    await assert.rejects(memos.add(input, ANA), refused("INVALID_INPUT"));
  await assert.rejects(memos.add("text", { tenant: long }), refused("INVALID_INPUT"));
  await assert.rejects(memos.add("text", ANA, { idempotencyKey: long }), refused("INVALID_INPUT"));
});

test("a list without a memory in it is refused: nothing is silent", async () => {
  await assert.rejects(memos.add([], ANA), refused("INVALID_INPUT"));
});
