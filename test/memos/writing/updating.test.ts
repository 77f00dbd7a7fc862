import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, openMemos, refused, remember, textIn } from "../support.js";

const { memos, path } = await openMemos({ after });
const { memos: other } = await openMemos({ after }, { path });

test("an update changes what it names and nothing else", async () => {
  const scope = { tenant: "fields", user: "ana" };
  const given = {
    text: "The walrus is grey.",
    title: "Old",
    tags: ["a"],
    context: "c",
    validTo: "2030-01-01",
    metadata: { k: 1 },
  };
  const id = await remember(memos, given, scope);
  const before = await memos.get(id, scope);
  await memos.update(id, { title: "New" }, scope, { actor: "editor", cause: "typo" });
  const renamed = await memos.get(id, scope);
  assert.deepEqual({ ...renamed, version: 1, attributes: { ...renamed.attributes, title: "Old" } }, before);
  await memos.update(id, { title: null, context: null, validTo: null, metadata: {} }, scope);
  const { attributes, time } = await memos.get(id, scope);
  assert.deepEqual(
    [attributes.title, attributes.context, time.validTo, attributes.metadata, attributes.tags],
    [undefined, undefined, undefined, {}, ["a"]],
  );
  const { versions, intact } = await memos.history(id, scope);
  assert.deepEqual(
    versions.map(({ operation, actor, cause }) => [operation, actor, cause]),
    [
      ["add", "ana", ""],
      ["update", "editor", "typo"],
      ["update", "ana", ""],
    ],
  );
  assert.equal(intact, true);
});

test("a change on top of another version than the current one is a conflict", async () => {
  const scope = { tenant: "conflict" };
  const id = await remember(memos, "first", scope);
  await memos.update(id, { text: "second" }, scope, { ifVersion: 1 });
  await assert.rejects(memos.update(id, { text: "lost" }, scope, { ifVersion: 1 }), refused("CONFLICT"));
  await assert.rejects(memos.update(id, { text: "lost" }, scope, { ifVersion: 3 }), refused("CONFLICT"));
  await memos.update(id, { text: "third" }, scope, { ifVersion: 2 });
  assert.equal(textIn(await memos.get(id, scope)), "third");
});

test("of concurrent changes on top of one version, one lands", async () => {
  const scope = { tenant: "race" };
  const id = await remember(memos, "first", scope);
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) =>
      (n % 2 === 0 ? memos : other).update(id, { text: `text ${n}` }, scope, { ifVersion: 1 }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of results) if (result.status === "rejected") refused("CONFLICT")(result.reason);
});

test("concurrent changes that name no version all land, each as a version of its own", async () => {
  const scope = { tenant: "all land" };
  const id = await remember(memos, "first", scope);
  const changes = Array.from({ length: 40 }, (_, n) =>
    (n % 4 === 0 ? other : memos).update(id, { text: `text ${n}` }, scope),
  );
  const receipts = await Promise.all(changes);
  const landed = receipts.map(({ written }) => written[0]?.version).sort((a = 0, b = 0) => a - b);
  assert.deepEqual(
    landed,
    Array.from({ length: 40 }, (_, n) => n + 2),
  );
  const { versions, intact } = await memos.history(id, scope);
  assert.deepEqual([versions.length, intact], [41, true]);
  const texts = versions.map(({ content }) =>
    content.payload.kind === "plaintext" ? content.payload.text : "",
  );
  assert.equal(new Set(texts).size, 41, "none was lost");
  const [text] = texts.slice(-1);
  assert.equal(textIn(await other.get(id, scope)), text);
  assert.deepEqual(await found(memos, text ?? "", scope, { k: 1 }), [text]);
});

test("a cube can be forgotten once, and is unknown afterwards", async () => {
  const scope = { tenant: "forgetting" };
  const id = await remember(memos, "The walrus is grey.", scope);
  const outcomes = await Promise.allSettled([
    memos.forget(id, scope),
    other.forget(id, scope),
    memos.forget(id, scope),
  ]);
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  for (const outcome of outcomes) if (outcome.status === "rejected") refused("NOT_FOUND")(outcome.reason);
  const attempts = [
    memos.get(id, scope),
    memos.history(id, scope),
    memos.update(id, { text: "back" }, scope),
    memos.forget(id, scope),
  ];
  await Promise.all(attempts.map((attempt) => assert.rejects(attempt, refused("NOT_FOUND"))));
  assert.deepEqual(await found(memos, "walrus", scope), []);
});

test("a read-only cube is neither changed nor forgotten, one under legal hold is not forgotten", async () => {
  const scope = { tenant: "protected" };
  const fixed = await remember(memos, { text: "fixed", governance: { readonly: true } }, scope);
  await assert.rejects(memos.update(fixed, { text: "changed" }, scope), refused("CONFLICT"));
  await assert.rejects(memos.forget(fixed, scope), refused("CONFLICT"));
  const held = await remember(memos, { text: "held", governance: { retention: "legal-hold" } }, scope);
  await assert.rejects(memos.forget(held, scope), refused("CONFLICT"));
  await memos.update(held, { tags: ["reviewed"] }, scope);
  assert.deepEqual([(await memos.get(fixed, scope)).version, (await memos.get(held, scope)).version], [1, 2]);
});
