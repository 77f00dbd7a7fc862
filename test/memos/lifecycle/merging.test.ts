import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { MemCube, Scope } from "../../../memos/index.js";
import { foundIds, openMemos, refused, remember, textIn } from "../support.js";

const { memos } = await openMemos({ after }, { trackUse: false, upkeep: false });
let tenants = 0;
const newScope = (): Scope => ({ tenant: `merging ${++tenants}`, user: "ana" });
const both = async (scope: Scope) => [
  await remember(memos, { text: "The walrus is grey. It sings.", title: "Walrus", tags: ["sea"] }, scope),
  await remember(memos, "It sings. It eats clams.", scope),
];
const mergedId = async (ids: readonly string[], scope: Scope) =>
  (await memos.lifecycle.merge(ids, scope)).written[0]?.id as string;
const comparable = ({ version: _, ...cube }: MemCube) => cube;

test("a merge says each sentence once, names its parents, and its undo restores them exactly", async () => {
  const scope = newScope();
  const parents = await both(scope);
  const before = await Promise.all(parents.map((id) => memos.get(id, scope)));
  const id = await mergedId(parents, scope);
  const merged = await memos.get(id, scope);
  assert.equal(textIn(merged), "The walrus is grey. It sings. It eats clams.");
  assert.deepEqual(
    merged.provenance.sources.map(({ cube }) => cube),
    parents,
  );
  assert.deepEqual(await foundIds(memos, "walrus sings clams", scope), [id]);
  await memos.lifecycle.unmerge(id, scope);
  const back = await Promise.all(parents.map((parent) => memos.get(parent, scope)));
  assert.deepEqual(back.map(comparable), before.map(comparable));
  await assert.rejects(memos.get(id, scope), refused("NOT_FOUND"));
});

test("a parent together with what it went into is a circle; a merge of merges is not", async () => {
  const scope = newScope();
  const first = await mergedId(await both(scope), scope);
  const [parent] = (await memos.get(first, scope)).provenance.sources;
  await assert.rejects(memos.lifecycle.merge([parent?.cube as string, first], scope), refused("CONFLICT"));
  const third = await remember(memos, "It sleeps on ice.", scope);
  const second = await mergedId([first, third], scope);
  await memos.lifecycle.unmerge(second, scope);
  assert.equal((await memos.get(first, scope)).state, "active");
  await memos.lifecycle.unmerge(first, scope);
  assert.equal((await memos.get(third, scope)).state, "active");
});

test("a cube that only names sources is not a merge, and neither is one whose parents went elsewhere", async () => {
  const scope = newScope();
  const parents = await both(scope);
  const { sources } = (await memos.get(await mergedId(parents, scope), scope)).provenance;
  const note = await remember(memos, { text: "A note about them.", sources }, scope);
  await assert.rejects(memos.lifecycle.unmerge(note, scope), refused("INVALID_TRANSITION"));
  assert.equal((await memos.get(note, scope)).state, "active");
});

test("a merge is as restricted as its most restricted parent", async () => {
  const scope = newScope();
  const expiresAt = "2999-01-01T00:00:00.000Z";
  const secret = await remember(
    memos,
    { text: "The walrus code is 7.", governance: { sensitivity: "secret", visibility: "shared" } },
    scope,
  );
  const short = await remember(memos, { text: "The walrus leaves.", governance: { expiresAt } }, scope);
  const { governance } = await memos.get(await mergedId([secret, short], scope), scope);
  assert.deepEqual(
    [governance.sensitivity, governance.visibility, governance.expiresAt],
    ["secret", "private", expiresAt],
  );
});

test("what cannot be merged is refused and all stay as they are", async () => {
  const scope = newScope();
  const [one, other] = (await both(scope)) as [string, string];
  const bens = await remember(memos, "The walrus is Ben's.", { ...scope, user: "ben" });
  const { tenant } = scope;
  await assert.rejects(memos.lifecycle.merge([one, bens], { tenant }), refused("INVALID_INPUT"));
  await assert.rejects(memos.lifecycle.merge([one, bens], scope), refused("NOT_FOUND"));
  await assert.rejects(memos.lifecycle.merge([one], scope), refused("INVALID_INPUT"));
  await memos.lifecycle.freeze(other, scope);
  await assert.rejects(memos.lifecycle.merge([one, other], scope), refused("INVALID_TRANSITION"));
  assert.deepEqual(
    [(await memos.get(one, scope)).state, (await memos.get(one, scope)).version],
    ["active", 1],
  );
});
