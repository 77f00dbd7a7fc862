import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../../../memcube/index.js";
import { SUMMARY_CHARACTERS } from "../../../../memos/lifecycle/consolidation/extractiveSummary.js";
import { allOf, found, textIn } from "../../support.js";
import { ANA, conversation, ledgerRows, openIdle, statesOf } from "./support.js";

test("a conversation that is over gets a note that quotes it, with the places as sources", async (t) => {
  const { memos } = await openIdle(t);
  const { written } = await memos.add(conversation("s1"), ANA);
  const turns = await allOf(memos, ANA);
  const run = await memos.consolidation.run(ANA);
  assert.deepEqual(
    run.made.map(({ kind }) => kind),
    ["summarise"],
  );
  const note = await memos.get(run.made[0]?.cube ?? "", ANA);
  assert.equal(note.type, "semantic");
  assert.equal(note.provenance.origin, "inferred");
  assert.equal(note.provenance.model, undefined);
  assert.equal(note.time.occurredAt, turns.at(-1)?.time.occurredAt);
  const { sources } = note.provenance;
  assert.deepEqual(
    [...new Set(sources.map(({ cube }) => cube))],
    written.map(({ id }) => id),
  );
  const quoted = sources.flatMap(({ cube, span, sha256: hash }) => {
    const turn = turns.find(({ id }) => id === cube);
    assert.ok(turn);
    assert.equal(hash, sha256(textIn(turn)));
    return span === undefined ? [] : [`${turn.provenance.actor}: ${textIn(turn).slice(...span)}`];
  });
  assert.equal(textIn(note), quoted.join("\n"));
  assert.ok(quoted.length >= 3 && textIn(note).length <= SUMMARY_CHARACTERS);
  assert.deepEqual(
    await statesOf(
      memos,
      turns.map(({ id }) => id),
      ANA,
    ),
    turns.map(() => "active"),
  );
});

test("each conversation is summarised once, later turns for themselves, and undo forgets the note", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add([...conversation("s1"), ...conversation("s2", "2024-04-02")], ANA);
  const before = (await allOf(memos, ANA)).map(({ id }) => id);
  const run = await memos.consolidation.run(ANA);
  assert.equal(run.made.length, 2);
  assert.deepEqual((await memos.consolidation.run(ANA)).made, []);
  await memos.add(conversation("s1", "2024-03-20"), ANA);
  const later = await memos.consolidation.run(ANA);
  assert.equal(later.made.length, 1);
  const { undone, left } = await memos.consolidation.undo(run.id, ANA);
  assert.equal(undone.length, 2);
  assert.deepEqual(left, []);
  assert.deepEqual(
    await statesOf(
      memos,
      run.made.map(({ cube }) => cube),
      ANA,
    ),
    ["gone", "gone"],
  );
  assert.deepEqual((await memos.consolidation.run(ANA)).made, []);
  await memos.consolidation.undo(later.id, ANA);
  assert.deepEqual((await allOf(memos, ANA)).map(({ id }) => id).slice(0, before.length), before);
});

test("turns without a session are one conversation until a pause", async (t) => {
  const { memos } = await openIdle(t);
  const turns = [...conversation("", "2024-03-10"), ...conversation("", "2024-03-11")].map(
    ({ session: _, ...turn }) => turn,
  );
  await memos.add(turns, ANA);
  const { proposals } = await memos.consolidation.plan(ANA, { kinds: ["summarise"] });
  assert.deepEqual(
    proposals.map(({ cubes }) => cubes.length),
    [8, 8],
  );
});

test("a conversation that goes on, or is short, gets no note", async (t) => {
  const { memos } = await openIdle(t);
  const fresh = conversation("today").map(({ occurredAt: _, ...turn }) => turn);
  await memos.add(fresh, ANA);
  await memos.add(conversation("short").slice(0, 3), ANA);
  assert.deepEqual((await memos.consolidation.plan(ANA)).proposals, []);
});

test("a long conversation becomes several notes, and none of its turns is left out", async (t) => {
  const { memos } = await openIdle(t);
  const turns = Array.from({ length: 9 }, (_, part) => conversation("long", `2024-03-1${part}`)).flat();
  const { written } = await memos.add(turns, ANA);
  const { proposals } = await memos.consolidation.plan(ANA, { kinds: ["summarise"] });
  assert.deepEqual(
    proposals.map(({ cubes }) => cubes.length),
    [36, 36],
  );
  assert.deepEqual(
    proposals.flatMap(({ cubes }) => cubes),
    written.map(({ id }) => id),
  );
});

test("the note states no facts of its own, so that it outdates nothing", async (t) => {
  const { memos } = await openIdle(t);
  const turns = conversation("s1");
  await memos.add(
    [{ text: "I live in Faro.", actor: "ana", session: "s1", occurredAt: "2024-03-10T09:00:00Z" }, ...turns],
    ANA,
  );
  await memos.add({ text: "I live in Porto.", occurredAt: "2024-03-10T09:30:00Z" }, ANA);
  const before = await memos.graph.fact("ana", "lives in", ANA);
  assert.ok(before.history.length >= 2);
  const run = await memos.consolidation.run(ANA, { kinds: ["summarise"] });
  assert.equal(run.made.length, 1);
  assert.deepEqual(await memos.graph.fact("ana", "lives in", ANA), before);
  await memos.rebuildGraph();
  assert.deepEqual(await memos.graph.fact("ana", "lives in", ANA), before);
});

test("a note is as restricted as its turns, and secret turns are not in it", async (t) => {
  const { memos } = await openIdle(t);
  const turns = conversation("s1").map((turn, at) => ({
    ...turn,
    governance: {
      sensitivity: at === 0 ? ("secret" as const) : ("public" as const),
      visibility: at === 3 ? ("private" as const) : ("shared" as const),
      ...(at === 4 ? { expiresAt: "2999-01-01T00:00:00.000Z" } : {}),
    },
  }));
  const { written } = await memos.add(turns, ANA);
  const run = await memos.consolidation.run(ANA);
  const note = await memos.get(run.made[0]?.cube ?? "", ANA);
  assert.ok(note.provenance.sources.every(({ cube }) => cube !== written[0]?.id));
  assert.doesNotMatch(textIn(note), /moved to Lisbon in March/);
  assert.equal(note.governance.sensitivity, "public");
  assert.equal(note.governance.visibility, "private");
  assert.equal(note.governance.expiresAt, "2999-01-01T00:00:00.000Z");
});

test("conversations of different owners are not summarised together", async (t) => {
  const { memos } = await openIdle(t);
  const turns = conversation("shared");
  await memos.add(turns.slice(0, 4), ANA);
  await memos.add(turns.slice(4), { tenant: "acme", user: "bo" });
  assert.deepEqual((await memos.consolidation.plan({ tenant: "acme" })).proposals, []);
});

test("the dry run of summaries writes nothing, and search finds the note only after the run", async (t) => {
  const { memos, path } = await openIdle(t);
  await memos.add(conversation("s1"), ANA);
  await memos.settled();
  const before = ledgerRows(path);
  const { proposals } = await memos.consolidation.plan(ANA);
  assert.deepEqual(ledgerRows(path), before);
  const [proposal] = proposals;
  assert.ok(proposal?.kind === "summarise" && proposal.makes.text !== undefined);
  const { text } = proposal.makes;
  assert.ok(!(await found(memos, "wooden school Lisbon", ANA)).includes(text));
  await memos.consolidation.run(ANA);
  assert.ok((await found(memos, "wooden school Lisbon", ANA)).includes(text));
});
