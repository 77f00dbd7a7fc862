import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import type { AddInput, Scope, SearchOptions, UpdatePatch } from "../../../memos/index.js";
import { found, openMemos, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const { memos } = await openMemos({ after });

afterEach(async () => {
  assert.equal((await memos.stats(ANA)).versions, 0);
  assert.deepEqual(await found(memos, "anything", ANA), []);
});

test("an unknown field is refused and named", async () => {
  const inputs: unknown[] = [
    { text: "text", colour: "red" },
    { role: "user", content: "text", colour: "red" },
    [{ text: "text", governance: { colour: "red" } }],
  ];
  for (const input of inputs)
    await assert.rejects(memos.add(input as AddInput, ANA), (error: unknown) => {
      refused("INVALID_INPUT")(error);
      assert.match((error as Error).message, /colour/);
      return true;
    });
});

test("an unknown option or patch is refused", async () => {
  const scope = { tenant: "options" };
  const id = await remember(memos, "text", scope);
  const unknown = { colour: "red" };
  await assert.rejects(memos.add("text", ANA, unknown as object), refused("INVALID_INPUT"));
  await assert.rejects(memos.search("q", ANA, unknown as SearchOptions), refused("INVALID_INPUT"));
  await assert.rejects(memos.recall("q", ANA, unknown as object), refused("INVALID_INPUT"));
  await assert.rejects(memos.list(ANA, unknown as object), refused("INVALID_INPUT"));
  await assert.rejects(memos.get(id, scope, unknown as object), refused("INVALID_INPUT"));
  await assert.rejects(memos.forget(id, scope, unknown as object), refused("INVALID_INPUT"));
  await assert.rejects(memos.update(id, unknown as UpdatePatch, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.update(id, {}, scope), refused("INVALID_INPUT"));
});

test("what is not a memory at all is refused", async () => {
  for (const input of [
    undefined,
    null,
    7,
    true,
    {},
    [[]],
    [null],
    { role: "king", content: "text" },
    new Date(),
  ])
    await assert.rejects(memos.add(input as AddInput, ANA), refused("INVALID_INPUT"));
});

test("a scope without a tenant, with a blank one, or with a stranger's field is refused everywhere", async () => {
  const scopes: unknown[] = [
    undefined,
    null,
    {},
    "acme",
    { user: "ana" },
    { tenant: "" },
    { tenant: "   " },
    { tenant: "a\nb" },
    { tenant: "\ud83d" },
    { tenant: 7 },
    { tenant: "acme", user: "" },
    { tenant: "acme", group: "g" },
  ];
  const id = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
  for (const value of scopes) {
    const scope = value as Scope;
    await assert.rejects(memos.add("text", scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.search("text", scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.recall("text", scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.list(scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.get(id, scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.history(id, scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.update(id, { tags: [] }, scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.forget(id, scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.stats(scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.addMany(["text"], scope).next(), refused("INVALID_INPUT"));
    await assert.rejects(memos.export(scope).next(), refused("INVALID_INPUT"));
    await assert.rejects(memos.import([], scope).next(), refused("INVALID_INPUT"));
  }
});

test("a date that is none is refused", async () => {
  for (const date of [
    "yesterday",
    "2026-13-01",
    "2026-02-30",
    "12:00",
    "2026-01-01T00:00:00",
    new Date(Number.NaN),
  ]) {
    await assert.rejects(memos.add({ text: "text", occurredAt: date }, ANA), refused("INVALID_INPUT"));
    await assert.rejects(memos.search("q", ANA, { asOf: date }), refused("INVALID_INPUT"));
    await assert.rejects(memos.list(ANA, { asOf: date }), refused("INVALID_INPUT"));
  }
});

test("an id that is none is refused, also when it is a piece of SQL", async () => {
  for (const id of ["", "1", "not-an-id", "0191C5A0-7C1E-7C3A-9B1A-2F4D5E6F7A8B", "' OR 1=1 --", 7]) {
    const wrong = id as string;
    await assert.rejects(memos.get(wrong, ANA), refused("INVALID_INPUT"));
    await assert.rejects(memos.history(wrong, ANA), refused("INVALID_INPUT"));
    await assert.rejects(memos.update(wrong, { tags: [] }, ANA), refused("INVALID_INPUT"));
    await assert.rejects(memos.forget(wrong, ANA), refused("INVALID_INPUT"));
  }
});

test("a cursor that no list gave is refused", async () => {
  for (const cursor of ["", "-1", "1.5", "ABC", "1 OR 1=1", "zzzzzzzzzzzzzzzz", "x".repeat(65)])
    await assert.rejects(memos.list(ANA, { cursor }), refused("INVALID_INPUT"));
});

test("a number of results or a budget out of range is refused", async () => {
  for (const k of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    await assert.rejects(memos.search("q", ANA, { k }), refused("INVALID_INPUT"));
    await assert.rejects(memos.recall("q", ANA, { k }), refused("INVALID_INPUT"));
    await assert.rejects(memos.list(ANA, { limit: k }), refused("INVALID_INPUT"));
  }
  for (const budget of [0, -1, 1.5, 1_000_001, Number.NaN])
    await assert.rejects(memos.recall("q", ANA, { budget }), refused("INVALID_INPUT"));
});

test("a type or channel that does not exist, or none at all, is refused", async () => {
  for (const options of [{ types: ["fact"] }, { types: [] }, { channels: ["smell"] }, { channels: [] }])
    await assert.rejects(memos.search("q", ANA, options as SearchOptions), refused("INVALID_INPUT"));
});
