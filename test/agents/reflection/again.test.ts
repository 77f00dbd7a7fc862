import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, inLedger, textIn } from "../../memos/support.js";
import { ANA, GYM, on, openReflecting, reflect, said, statements } from "./support.js";

test("a plan writes nothing and calls no model, and a run does what it says", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  const before = await allOf(memos, ANA);
  const { proposals, complete } = await memos.consolidation.plan(ANA, { kinds: ["distil"] });
  assert.deepEqual(await allOf(memos, ANA), before);
  assert.equal(complete, true);
  const run = await reflect(memos);
  assert.deepEqual(
    run.made.map(({ proposal }) => proposal),
    proposals.map(({ id }) => id),
  );
});

test("a second run says nothing again", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  await reflect(memos);
  const before = await allOf(memos, ANA);
  assert.deepEqual((await reflect(memos)).made, []);
  assert.deepEqual(await allOf(memos, ANA), before);
});

test("with new evidence a successor takes the place of the statement, which is archived; undo brings it back", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  await reflect(memos);
  const [first] = await statements(memos);
  await memos.add(on("2026-02-09", "I went to the gym again."), ANA);
  const run = await reflect(memos);
  assert.match((await said(memos)).join(), /on 5 days between 2026-01-05 and 2026-02-09/);
  assert.equal((await memos.get(first?.id ?? "", ANA)).state, "archived");
  const { undone, left } = await memos.consolidation.undo(run.id, ANA);
  assert.equal(undone.length, 1);
  assert.deepEqual(left, []);
  assert.deepEqual(await said(memos), [textIn(first as never)]);
  assert.deepEqual((await reflect(memos)).made, []);
  await memos.add(on("2026-02-16", "I went to the gym today."), ANA);
  await reflect(memos);
  assert.match((await said(memos)).join(), /on 6 days/);
});

test("what was undone is not proposed again for the same evidence", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  const before = await allOf(memos, ANA);
  const run = await reflect(memos);
  await memos.consolidation.undo(run.id, ANA);
  assert.deepEqual(await allOf(memos, ANA), before);
  assert.deepEqual((await memos.consolidation.plan(ANA, { kinds: ["distil"] })).proposals, []);
});

test("what somebody has forgotten is not said again", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  await reflect(memos);
  const [made] = await statements(memos);
  await memos.forget(made?.id ?? "", ANA);
  assert.deepEqual((await reflect(memos)).made, []);
});

test("a statement that somebody has changed is theirs", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  await reflect(memos);
  const [made] = await statements(memos);
  await memos.update(made?.id ?? "", { text: "Ana trains a lot." }, ANA);
  await memos.add(on("2026-02-09", "I went to the gym again."), ANA);
  assert.deepEqual((await reflect(memos)).made, []);
  assert.deepEqual(await said(memos), ["Ana trains a lot."]);
});

test("what somebody has archived is left there", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(GYM, ANA);
  await reflect(memos);
  const [made] = await statements(memos);
  await memos.lifecycle.archive(made?.id ?? "", ANA);
  assert.deepEqual((await reflect(memos)).made, []);
});

test("when some evidence is gone the statement is made anew of the rest, or archived", async (t) => {
  const { memos } = await openReflecting(t);
  const { written } = await memos.add(GYM, ANA);
  await reflect(memos);
  await memos.forget(written[0]?.id ?? "", ANA);
  await reflect(memos);
  assert.match((await said(memos)).join(), /on 3 days between 2026-01-12 and 2026-02-02/);
  await memos.forget(written[1]?.id ?? "", ANA);
  const run = await reflect(memos);
  assert.equal(run.made.length, 1);
  assert.deepEqual(await said(memos), []);
  await memos.consolidation.undo(run.id, ANA);
  assert.match((await said(memos)).join(), /on 3 days/);
});

test("evidence that comes back bears the statement out again", async (t) => {
  const { memos } = await openReflecting(t);
  const { written } = await memos.add(GYM, ANA);
  await reflect(memos);
  const before = await said(memos);
  await memos.forget(written[0]?.id ?? "", ANA);
  await reflect(memos);
  await memos.lifecycle.recover(written[0]?.id ?? "", ANA);
  await reflect(memos);
  assert.deepEqual(await said(memos), before);
});

test("an episode forgotten for good takes the statement along, in every table, and the next run speaks of the rest", async (t) => {
  const { memos, path } = await openReflecting(t);
  const mark = "1987-03-09";
  const { written } = await memos.add([on(mark, "I went to the gym."), ...GYM], ANA);
  await reflect(memos);
  assert.match((await said(memos)).join(), new RegExp(mark));
  await memos.forgetting.forget({ ids: [written[0]?.id ?? ""] }, ANA, { mode: "purge" });
  assert.deepEqual(await said(memos), []);
  inLedger(path, (db) => {
    const rows = db.prepare("SELECT key FROM versions WHERE instr(content, ?) > 0").all(mark);
    assert.deepEqual(rows, []);
  });
  await reflect(memos);
  assert.match((await said(memos)).join(), /on 4 days between 2026-01-05/);
});

test("a merge of two episodes leaves the day and the speaker", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add([...GYM, on("2026-01-05", "Well, I just went to the climbing gym downtown.")], ANA);
  await memos.add(on("2026-01-05", "I went to the climbing gym downtown!"), ANA);
  await memos.consolidation.run(ANA);
  await reflect(memos);
  assert.match((await said(memos)).join(), /ana went to the gym, by what was told, on 4 days/);
  assert.deepEqual((await reflect(memos)).made, []);
});

test("of a session alone nothing is distilled, and a statement belongs to no session", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(
    GYM.map((memory, at) => ({ ...memory, session: `s${at % 2}` })),
    ANA,
  );
  assert.deepEqual((await reflect(memos, { ...ANA, session: "s0" })).made, []);
  await reflect(memos);
  assert.deepEqual(
    (await statements(memos)).map(({ scope }) => scope),
    [ANA],
  );
});
