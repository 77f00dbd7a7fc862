import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { foundIds, inBothTiers, openMemos, openStore, refused, remember } from "../support.js";

const DAY = 86_400_000;
mock.timers.enable({ apis: ["Date"], now: Date.parse("2033-01-01T00:00:00.000Z") });
after(() => mock.timers.reset());
const { memos, path } = await openMemos({ after }, { upkeep: false });
const store = await openStore({ after }, path);
let tenants = 0;
const newScope = (): Scope => ({ tenant: `retention ${++tenants}`, user: "ana" });
const wait = (days: number) => mock.timers.setTime(Date.now() + days * DAY);
const stateOf = async (id: string, scope: Scope) => (await memos.get(id, scope)).state;

test("a policy ends what is stored already; `keep` and a legal hold are exempt", async () => {
  const scope = newScope();
  const governance = (retention: "keep" | "legal-hold") => ({ governance: { retention } });
  const plain = await remember(memos, "The walrus is grey.", scope);
  const kept = await remember(memos, { text: "The walrus sings.", ...governance("keep") }, scope);
  const held = await remember(memos, { text: "The walrus hums.", ...governance("legal-hold") }, scope);
  const core = await remember(memos, { text: "The walrus swims.", type: "core" }, scope);
  wait(10);
  await memos.lifecycle.setPolicy({ retention: [{ types: ["episodic"], days: 5 }] }, scope);
  await inBothTiers(store, async () => {
    assert.deepEqual((await foundIds(memos, "walrus", scope)).sort(), [kept, held, core].sort());
  });
  assert.equal((await memos.lifecycle.sweep()).expired, 1);
  assert.deepEqual(await Promise.all([plain, kept, held, core].map((id) => stateOf(id, scope))), [
    "expired",
    "active",
    "active",
    "active",
  ]);
  await assert.rejects(memos.lifecycle.govern(plain, { expiresAt: null }, scope), refused("CONFLICT"));
  assert.equal(await stateOf(plain, scope), "expired");
  await memos.lifecycle.govern(plain, { expiresAt: null, retention: "keep" }, scope);
  assert.equal(await stateOf(plain, scope), "active");
  assert.equal((await memos.lifecycle.sweep()).expired, 0);
});

test("what is due is not found before it is swept, and comes back with a later end", async () => {
  const scope = newScope();
  const expiresAt = new Date(Date.now() + DAY).toISOString();
  const id = await remember(memos, { text: "The walrus is grey.", governance: { expiresAt } }, scope);
  await assert.rejects(
    memos.add({ text: "The walrus was.", governance: { expiresAt: new Date(Date.now()) } }, scope),
    refused("INVALID_INPUT"),
  );
  wait(2);
  await inBothTiers(store, async () => assert.deepEqual(await foundIds(memos, "walrus", scope), []));
  await memos.lifecycle.sweep();
  await assert.rejects(memos.lifecycle.govern(id, { expiresAt }, scope), refused("INVALID_INPUT"));
  await memos.lifecycle.govern(id, { expiresAt: new Date(Date.now() + DAY) }, scope);
  await inBothTiers(store, async () => assert.deepEqual(await foundIds(memos, "walrus", scope), [id]));
});

test("what has gone cold is archived: not core, priority or kept ones, and not again once it was used or changed", async () => {
  const scope = newScope();
  const cold = await remember(memos, "The walrus is grey.", scope);
  await remember(memos, { text: "The walrus matters.", priority: 1 }, scope);
  await remember(memos, { text: "The walrus is core.", type: "core" }, scope);
  await remember(memos, { text: "The walrus stays.", governance: { retention: "keep" } }, scope);
  wait(91);
  const fresh = await remember(memos, "The walrus is new.", scope);
  assert.equal((await memos.lifecycle.sweep()).archived, 0, "nobody asked for it");
  await memos.lifecycle.setPolicy({ archiveCold: true }, scope);
  assert.equal((await memos.lifecycle.sweep()).archived, 1);
  assert.equal(await stateOf(cold, scope), "archived");
  await memos.lifecycle.activate(cold, scope);
  assert.equal((await memos.lifecycle.sweep()).archived, 0, "taken out by hand");
  wait(89);
  assert.equal((await memos.lifecycle.sweep()).archived, 0);
  await memos.lifecycle.feedback(cold, "useful", scope);
  wait(89);
  assert.equal((await memos.lifecycle.sweep()).archived, 1, "only the one that was new");
  assert.deepEqual([await stateOf(cold, scope), await stateOf(fresh, scope)], ["active", "archived"]);
});
