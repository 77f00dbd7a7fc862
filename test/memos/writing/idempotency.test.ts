import assert from "node:assert/strict";
import { after, test } from "node:test";
import { allOf, openMemos, refused } from "../support.js";

const { memos, path } = await openMemos({ after });
const { memos: other } = await openMemos({ after }, { path });
const KEY = { idempotencyKey: "request-1" };

test("a repeated request answers with the first receipt and writes nothing, at once, later and elsewhere", async () => {
  const scope = { tenant: "repeated", user: "ana" };
  const first = await memos.add(["one", "two"], scope, KEY);
  for (const again of [memos, other]) {
    const receipt = await again.add(["one", "two"], scope, KEY);
    assert.deepEqual([receipt.replayed, receipt.written], [true, first.written]);
  }
  assert.equal((await allOf(memos, scope)).length, 2);
});

test("concurrent requests with one key write once", async () => {
  const scope = { tenant: "concurrent", user: "ana" };
  const receipts = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      (n % 2 === 0 ? memos : other).add("The walrus is grey.", scope, KEY),
    ),
  );
  assert.equal(receipts.filter(({ replayed }) => !replayed).length, 1);
  for (const { written } of receipts) assert.deepEqual(written, receipts[0]?.written);
  assert.equal((await allOf(memos, scope)).length, 1);
});

test("another request under the same key is refused: another text, user or attribute", async () => {
  const scope = { tenant: "mismatch", user: "ana" };
  await memos.add({ text: "one", tags: ["a"] }, scope, KEY);
  await assert.rejects(memos.add({ text: "two", tags: ["a"] }, scope, KEY), refused("IDEMPOTENCY_MISMATCH"));
  await assert.rejects(memos.add({ text: "one", tags: ["b"] }, scope, KEY), refused("IDEMPOTENCY_MISMATCH"));
  await assert.rejects(
    memos.add({ text: "one", tags: ["a"] }, { ...scope, user: "ben" }, KEY),
    refused("IDEMPOTENCY_MISMATCH"),
  );
  assert.equal((await memos.stats({ tenant: "mismatch" })).cubes, 1);
});

test("a refused request does not use up its key", async () => {
  const scope = { tenant: "refused" };
  await assert.rejects(memos.add("", scope, KEY), refused("INVALID_INPUT"));
  await assert.rejects(memos.add("text", scope, { ...KEY, signal: AbortSignal.abort() }), refused("ABORTED"));
  assert.equal((await memos.add("text", scope, KEY)).replayed, false);
});

test("tenants do not share keys", async () => {
  await memos.add("one", { tenant: "first tenant" }, KEY);
  assert.equal((await memos.add("two", { tenant: "second tenant" }, KEY)).replayed, false);
});
