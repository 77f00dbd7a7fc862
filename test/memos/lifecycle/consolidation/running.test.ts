import assert from "node:assert/strict";
import { test } from "node:test";
import { newCubeId } from "../../../../memcube/index.js";
import { CONSOLIDATION_LIMITS } from "../../../../memos/index.js";
import { Activity } from "../../../../memos/lifecycle/consolidation/activity.js";
import { openMemos, openStore, refused, WordEmbedder } from "../../support.js";
import { ANA, conversation, openIdle, statesOf } from "./support.js";

const HIKING = ["I love hiking in the mountains.", "I really love hiking in the mountains."];

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

test("two runs of one process are not under way together either", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(conversation("s1"), ANA);
  const both = await Promise.allSettled([memos.consolidation.run(ANA), memos.consolidation.run(ANA)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("a cube that is changed while its cluster is written is not merged over, and looked at again", async (t) => {
  const holder: { before?: () => Promise<unknown> } = {};
  const embedder = new WordEmbedder({ before: () => holder.before?.() });
  const { memos } = await openIdle(t, { embedder });
  const { written } = await memos.add(HIKING, ANA);
  const [first = "", second = ""] = written.map(({ id }) => id);
  holder.before = async () => {
    delete holder.before;
    await memos.update(second, { tags: ["mountains"] }, ANA);
  };
  const run = await memos.consolidation.run(ANA);
  assert.deepEqual(run.made, []);
  assert.match(run.skipped[0]?.reason ?? "", /has changed since/);
  assert.deepEqual(await statesOf(memos, [first, second], ANA), ["active", "active"]);
  assert.deepEqual((await memos.get(second, ANA)).attributes.tags, ["mountains"]);
  await memos.update(first, { tags: ["mountains"] }, ANA);
  assert.equal((await memos.consolidation.run(ANA)).merged, 2);
});

test("closing ends a run after its cluster, and what it made is recorded", async (t) => {
  const holder: { before?: () => void } = {};
  const embedder = new WordEmbedder({ before: () => holder.before?.() });
  const { memos, path } = await openIdle(t, { embedder });
  await memos.add([...conversation("s1"), ...conversation("s2", "2024-05-01")], ANA);
  const closed: Promise<void>[] = [];
  holder.before = () => {
    delete holder.before;
    closed.push(memos.close());
  };
  const run = await memos.consolidation.run(ANA);
  await Promise.all(closed);
  assert.equal(run.stoppedBy, "aborted");
  assert.equal(run.made.length, 1);
  const again = (await openIdle(t, { path })).memos;
  assert.deepEqual(await again.consolidation.runs(ANA), [run]);
});

test("a run whose process ended before it did is known, and undone all the same", async (t) => {
  const { memos, path } = await openIdle(t);
  const { written } = await memos.add(conversation("s1"), ANA);
  const [note] = (await memos.add({ text: "A note.", type: "semantic" }, ANA)).written;
  assert.ok(note);
  await memos.close();
  const store = await openStore(t, path);
  const id = newCubeId();
  const run = { id, scope: ANA, startedAt: "2026-01-01T00:00:00.000Z" };
  const sources = written.map((turn) => turn.id);
  const step = { proposal: "0".repeat(64), kind: "summarise" as const, cube: note.id, version: 1, sources };
  await store.ledger.noteConsolidation({ run, step, basis: [] });
  await store.close();
  const again = (await openIdle(t, { path })).memos;
  assert.deepEqual(
    (await again.consolidation.runs(ANA)).map((one) => [one.id, one.stoppedBy]),
    [[id, "interrupted"]],
  );
  assert.equal((await again.consolidation.undo(id, ANA)).undone.length, 1);
  assert.deepEqual(await statesOf(again, [note.id], ANA), ["gone"]);
});

test("a run of some kinds does only these", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(HIKING, ANA);
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
  assert.equal((await memos.consolidation.plan(ANA)).complete, true);
});

test("a plan ends when its time is up and says that it is not complete", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(conversation("s1"), ANA);
  const plan = await memos.consolidation.plan(ANA, { milliseconds: 0 });
  assert.deepEqual([plan.proposals, plan.complete], [[], false]);
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
