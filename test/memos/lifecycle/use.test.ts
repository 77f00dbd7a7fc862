import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { foundIds, openMemos, refused, remember } from "../support.js";

const DAY = 86_400_000;
const START = Date.parse("2032-01-01T00:00:00.000Z");
mock.timers.enable({ apis: ["Date"], now: START });
after(() => mock.timers.reset());
const { memos, path } = await openMemos({ after }, { upkeep: false });
let tenants = 0;
const newScope = (): Scope => ({ tenant: `use ${++tenants}`, user: "ana" });
const uses = async (id: string, scope: Scope) => {
  await memos.settled();
  return (await memos.get(id, scope)).behaviour;
};

test("a recall counts as a use; a search, another time and a view without some cubes do not", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  const other = await remember(memos, "The pelican is white.", scope);
  const asOf = new Date().toISOString();
  await memos.search("walrus", scope);
  await memos.recall("walrus", scope, { asOf });
  await memos.recall("walrus", scope, { without: [other] });
  assert.deepEqual([(await uses(id, scope)).useCount, (await uses(id, scope)).lastUsedAt], [0, undefined]);
  const { items } = await memos.recall("walrus", scope);
  assert.ok(items.some((item) => item.id === id));
  const used = await uses(id, scope);
  assert.deepEqual([used.useCount, used.lastUsedAt], [1, new Date(Date.now()).toISOString()]);
  assert.ok(used.heat > 0);
});

test("with tracking off nothing is counted", async (t) => {
  const { memos: still } = await openMemos(t, { trackUse: false, upkeep: false });
  const scope = newScope();
  const id = await remember(still, "The walrus is grey.", scope);
  await still.recall("walrus", scope);
  await still.settled();
  assert.equal((await still.get(id, scope)).behaviour.useCount, 0);
});

test("a citation counts in the scope that sees the cube, and in no other", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  memos.lifecycle.cited([id], { ...scope, user: "ben" });
  memos.lifecycle.cited([id], newScope());
  assert.equal((await uses(id, scope)).useCount, 0);
  memos.lifecycle.cited([id], scope);
  assert.equal((await uses(id, scope)).useCount, 1);
});

test("feedback is on disk when it resolves, and another process reads it", async (t) => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  await memos.lifecycle.feedback(id, "useful", scope);
  await memos.lifecycle.feedback(id, "wrong", scope);
  const { cube } = await memos.lifecycle.feedback(id, "outdated", scope);
  assert.deepEqual(cube.behaviour.feedback, { useful: 1, wrong: 1, outdated: 1 });
  const { memos: reader } = await openMemos(t, { path, readOnly: true });
  assert.deepEqual((await reader.get(id, scope)).behaviour.feedback, { useful: 1, wrong: 1, outdated: 1 });
  await assert.rejects(
    memos.lifecycle.feedback(id, "useful", { ...scope, user: "ben" }),
    refused("NOT_FOUND"),
  );
  await assert.rejects(memos.lifecycle.feedback(id, "great" as "useful", scope), refused("INVALID_INPUT"));
});

test("an archived memory is back once it is used, and not because it was called wrong", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  await memos.lifecycle.archive(id, scope);
  assert.deepEqual(await foundIds(memos, "walrus", scope), []);
  await memos.lifecycle.feedback(id, "wrong", scope);
  assert.equal((await memos.get(id, scope)).state, "archived");
  mock.timers.setTime(Date.now() + 1);
  await memos.recall("walrus", scope, { archived: true });
  await memos.settled();
  assert.equal((await memos.get(id, scope)).state, "active");
  assert.deepEqual(await foundIds(memos, "walrus", scope), [id]);
  const { versions } = await memos.history(id, scope);
  const last = versions.at(-1);
  assert.deepEqual([last?.operation, last?.actor, last?.cause], ["activate", "memos", "used"]);
});

test("what was used before it was archived, and is written down later, stays archived", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  await memos.recall("walrus", scope);
  await memos.lifecycle.archive(id, scope);
  await memos.settled();
  const { state, behaviour } = await memos.get(id, scope);
  assert.deepEqual([state, behaviour.useCount], ["archived", 1]);
});

test("use decides between equal matches, and never against a much better one", async () => {
  const scope = newScope();
  const first = await remember(memos, "The walrus sleeps on ice.", scope);
  const second = await remember(memos, "The walrus sleeps on sand.", scope);
  const better = await remember(memos, "A walrus colony sings near Cape Dorset every spring night.", scope);
  const order = async () => (await foundIds(memos, "walrus sleeps", scope)).slice(0, 2);
  const [, behind] = await order();
  for (let n = 0; n < 5; n++) await memos.lifecycle.feedback(behind as string, "useful", scope);
  assert.equal((await order())[0], behind);
  for (let n = 0; n < 50; n++) await memos.lifecycle.feedback(first, "useful", scope);
  const [best] = await foundIds(memos, "colony sings Cape Dorset spring night", scope);
  assert.equal(best, better);
  assert.ok(second !== better);
});

test("heat that is read has cooled down since, with no write", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  const { cube } = await memos.lifecycle.feedback(id, "useful", scope);
  mock.timers.setTime(Date.now() + 30 * DAY);
  const later = await memos.get(id, scope);
  assert.ok(Math.abs(later.behaviour.heat - cube.behaviour.heat / 2) < 1e-9);
  assert.equal(later.version, cube.version);
});
