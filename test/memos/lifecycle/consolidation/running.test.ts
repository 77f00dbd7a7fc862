import assert from "node:assert/strict";
import { test } from "node:test";
import { CONSOLIDATION_LIMITS } from "../../../../memos/index.js";
import { Activity } from "../../../../memos/lifecycle/consolidation/activity.js";
import { openMemos, openStore, refused } from "../../support.js";
import { ANA, conversation, openIdle } from "./support.js";

test("the meter tells how long nobody has asked for anything", () => {
  let now = 1_000;
  const activity = new Activity(() => now);
  assert.equal(activity.idleFor, Number.POSITIVE_INFINITY);
  activity.note();
  now += 250;
  assert.equal(activity.idleFor, 250);
  assert.equal(activity.count, 1);
});

test("a run does not begin while memories are added, searched or recalled", async (t) => {
  const { memos } = await openMemos(t, { consolidateAfterIdleMs: 3_600_000 });
  assert.equal((await memos.consolidation.run(ANA)).stoppedBy, "done");
  for (const ask of [
    () => memos.add("I love hiking in the mountains.", ANA),
    () => memos.search("hiking", ANA),
    () => memos.recall("hiking", ANA),
  ]) {
    await ask();
    const run = await memos.consolidation.run(ANA);
    assert.equal(run.stoppedBy, "busy");
    assert.deepEqual(run.made, []);
  }
  assert.deepEqual(await memos.consolidation.runs(ANA), []);
});

test("without time in the budget nothing is begun; what is left is done by the next run", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(conversation("s1"), ANA);
  const run = await memos.consolidation.run(ANA, { budget: { milliseconds: 0 } });
  assert.equal(run.stoppedBy, "milliseconds");
  assert.deepEqual(run.made, []);
  assert.equal((await memos.consolidation.run(ANA)).made.length, 1);
});

test("only one run is under way at a time, whatever process it is of", async (t) => {
  const { memos, path } = await openIdle(t);
  const store = await openStore(t, path);
  assert.ok(await store.ledger.lease("consolidate", "another process", 60_000));
  await assert.rejects(memos.consolidation.run(ANA), refused("CONFLICT"));
  await store.ledger.release("consolidate", "another process");
  assert.equal((await memos.consolidation.run(ANA)).stoppedBy, "done");
});

test("a run of some kinds does only these", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(["I love hiking in the mountains.", "I really love hiking in the mountains."], ANA);
  await memos.add(conversation("s1"), ANA);
  const run = await memos.consolidation.run(ANA, { kinds: ["merge"] });
  assert.deepEqual(
    run.made.map(({ kind }) => kind),
    ["merge"],
  );
});

test("a plan stops at its limit and says so", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add([...conversation("s1"), ...conversation("s2", "2024-05-01")], ANA);
  const plan = await memos.consolidation.plan(ANA, { limit: 1 });
  assert.equal(plan.proposals.length, 1);
  assert.equal(plan.complete, false);
});

test("what is out of bounds is refused and changes nothing", async (t) => {
  const { memos } = await openIdle(t);
  const { proposals, milliseconds, calls, runs } = CONSOLIDATION_LIMITS;
  const { consolidation } = memos;
  await assert.rejects(consolidation.plan(ANA, { limit: proposals + 1 }), refused("INVALID_INPUT"));
  await assert.rejects(consolidation.run(ANA, { budget: { calls: calls + 1 } }), refused("INVALID_INPUT"));
  await assert.rejects(
    consolidation.run(ANA, { budget: { milliseconds: milliseconds + 1 } }),
    refused("INVALID_INPUT"),
  );
  await assert.rejects(consolidation.run(ANA, { proposals: ["x"] }), refused("INVALID_INPUT"));
  await assert.rejects(consolidation.runs(ANA, { limit: runs + 1 }), refused("INVALID_INPUT"));
  await assert.rejects(consolidation.undo("x", ANA), refused("INVALID_INPUT"));
});

test("a store that is open for reading plans and does not run", async (t) => {
  const { memos, path } = await openIdle(t);
  await memos.add(conversation("s1"), ANA);
  await memos.close();
  const reader = (await openIdle(t, { path, readOnly: true })).memos;
  assert.equal((await reader.consolidation.plan(ANA)).proposals.length, 1);
  await assert.rejects(reader.consolidation.run(ANA), refused("READ_ONLY"));
});
