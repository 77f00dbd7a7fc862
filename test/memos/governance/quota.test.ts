import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, openMemos, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

test("what does not fit is not written, and nothing of it is left", async (t) => {
  const { memos } = await openMemos(t);
  await memos.governance.setQuota("acme", { cubes: 3 });
  await memos.add(["One.", "Two."], ANA);
  const before = await memos.audit.verify("acme");
  await assert.rejects(memos.add(["Three.", "Four."], ANA), refused("QUOTA_EXCEEDED"));
  assert.equal((await memos.stats(ANA)).cubes, 2);
  assert.deepEqual((await memos.audit.verify("acme")).head, before.head);
  await memos.add("Three.", ANA);
  await assert.rejects(collect(memos.addMany(["Four."], ANA)), refused("QUOTA_EXCEEDED"));
  await remember(memos, "Another tenant is not limited.", { tenant: "globex" });
  assert.deepEqual((await memos.stats(ANA)).tenant, {
    quota: { cubes: 3 },
    usage: { cubes: 3, textBytes: 14, apiKeys: 0 },
  });
});

test("forgetting makes room for a memory; a full tenant can always forget", async (t) => {
  const { memos } = await openMemos(t);
  const [one, two] = [await remember(memos, "One.", ANA), await remember(memos, "Two.", ANA)];
  await memos.governance.setQuota("acme", { cubes: 1 });
  await memos.forget(one ?? "", ANA);
  await assert.rejects(memos.add("Three.", ANA), refused("QUOTA_EXCEEDED"));
  await memos.forget(two ?? "", ANA);
  await memos.add("Three.", ANA);
});

test("text counts in bytes, of every version that is kept", async (t) => {
  const { memos } = await openMemos(t);
  const usage = async () => (await memos.governance.quota("acme")).usage;
  const id = await remember(memos, "Größe", ANA);
  assert.deepEqual(await usage(), { cubes: 1, textBytes: 7, apiKeys: 0 });
  await memos.governance.setQuota("acme", { textBytes: 12 });
  await assert.rejects(memos.update(id, { text: "longer" }, ANA), refused("QUOTA_EXCEEDED"));
  assert.equal((await memos.get(id, ANA)).version, 1);
  await memos.update(id, { text: "short" }, ANA);
  assert.equal((await usage()).textBytes, 12);
  await memos.governance.setQuota("acme", {});
  await memos.update(id, { text: "longer" }, ANA);
});

test("usage is what is there, after everything that changes it", async (t) => {
  const { memos, path } = await openMemos(t);
  await memos.add(["One.", { text: "Two." }], ANA);
  const forgotten = await remember(memos, "Three.", ANA);
  await memos.forget(forgotten, ANA);
  const exported = await collect(memos.export(ANA));
  const { memos: there } = await openMemos(t);
  await collect(there.import(exported, ANA));
  assert.deepEqual((await there.governance.quota("acme")).usage, { cubes: 2, textBytes: 8, apiKeys: 0 });
  await memos.close();
  const { memos: again } = await openMemos(t, { path });
  // The text of a forgotten memory stays in both of its versions.
  assert.deepEqual((await again.governance.quota("acme")).usage, { cubes: 2, textBytes: 20, apiKeys: 0 });
});

test("keys count until they are revoked", async (t) => {
  const { memos } = await openMemos(t);
  await memos.governance.setQuota("acme", { apiKeys: 1 });
  const { id } = await memos.keys.create("acme", "one");
  await assert.rejects(memos.keys.create("acme", "two"), refused("QUOTA_EXCEEDED"));
  await memos.keys.revoke(id);
  await memos.keys.create("acme", "two");
});
