import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, type Behaviour, fails, says, startChatServer } from "../../extraction/chatServer.js";
import { allOf, type Lifetime, textIn } from "../../support.js";
import { ANA, conversation, openIdle } from "./support.js";

const GOOD = answers({
  sentences: [
    { text: "Ana moved to Lisbon in March and works as an architect.", from: ["t1"] },
    { text: "Ana's sister Rita visits the flat on Sundays.", from: ["t3", "t4"] },
  ],
});

/**
 * A model is asked about new memories too; those are stored before it is there, so that all it is asked for are
 * summaries.
 */
async function openWithSummaries(t: Lifetime, behaviours: readonly Behaviour[], sessions: readonly string[]) {
  const first = await openIdle(t);
  await first.memos.add(
    sessions.flatMap((session, at) => conversation(session, `2024-03-1${at}`)),
    ANA,
  );
  await first.memos.close();
  const { model, requests } = await startChatServer(t, behaviours);
  const { memos } = await openIdle(t, { model, path: first.path });
  return { memos, requests };
}

test("with a model a conversation costs one call, and the note says who wrote it", async (t) => {
  const { memos, requests } = await openWithSummaries(t, [GOOD], ["s1"]);
  const { proposals } = await memos.consolidation.plan(ANA);
  assert.deepEqual(
    proposals.map((proposal) => proposal.kind === "summarise" && proposal.makes),
    [{ type: "semantic", by: "model" }],
  );
  assert.equal(requests.length, 0);
  const run = await memos.consolidation.run(ANA);
  assert.equal(requests.length, 1);
  assert.equal(run.llmCalls, 1);
  assert.equal(run.llmTokens, 120);
  const note = await memos.get(run.made[0]?.cube ?? "", ANA);
  assert.equal(
    textIn(note),
    "Ana moved to Lisbon in March and works as an architect.\nAna's sister Rita visits the flat on Sundays.",
  );
  assert.equal(note.provenance.model, "openai/test");
  assert.match(note.provenance.promptHash ?? "", /^[0-9a-f]{64}$/);
  assert.equal(note.provenance.sources.length, 8);
  assert.doesNotMatch(JSON.stringify(requests), new RegExp(note.provenance.sources[0]?.cube ?? "-"));
});

const BAD: readonly (readonly [what: string, answer: Behaviour])[] = [
  ["prose", says("Ana moved to Lisbon.")],
  ["nothing", says("")],
  ["another form", answers({ summary: "Ana moved to Lisbon." })],
  ["a turn that was not shown", answers({ sentences: [{ text: "Ana moved to Lisbon.", from: ["t99"] }] })],
  ["no turn", answers({ sentences: [{ text: "Ana moved to Lisbon.", from: [] }] })],
  ["a number nobody said", answers({ sentences: [{ text: "Ana has 17 cats in Lisbon.", from: ["t1"] }] })],
  ["a day far from the turn", answers({ sentences: [{ text: "Ana moved on May 30.", from: ["t1"] }] })],
  ["a name nobody said", answers({ sentences: [{ text: "In March Ana moved to Madrid.", from: ["t1"] }] })],
  ["too much", answers({ sentences: [{ text: "Ana moved to Lisbon. ".repeat(200), from: ["t1"] }] })],
];

for (const [what, answer] of BAD)
  test(`an answer of ${what} writes nothing and says why`, async (t) => {
    const { memos } = await openWithSummaries(t, [answer], ["s1"]);
    const before = await allOf(memos, ANA);
    const run = await memos.consolidation.run(ANA);
    assert.deepEqual(run.made, []);
    assert.equal(run.skipped.length, 1);
    assert.notEqual(run.skipped[0]?.reason, "");
    assert.equal(run.llmCalls, 1);
    assert.deepEqual(await allOf(memos, ANA), before);
  });

test("of an answer only the sentences are taken that the turns bear out", async (t) => {
  const mixed = answers({
    sentences: [
      { text: "Ana has 17 cats.", from: ["t1"] },
      { text: "Ana moved to Lisbon in March.", from: ["t1"] },
    ],
  });
  const { memos } = await openWithSummaries(t, [mixed], ["s1"]);
  const run = await memos.consolidation.run(ANA);
  assert.equal(textIn(await memos.get(run.made[0]?.cube ?? "", ANA)), "Ana moved to Lisbon in March.");
});

test("a date that is worked out from that of the turn is taken", async (t) => {
  const text = "On March 3, 2024 Ana moved to Lisbon.";
  const { memos } = await openWithSummaries(t, [answers({ sentences: [{ text, from: ["t1"] }] })], ["s1"]);
  const run = await memos.consolidation.run(ANA);
  assert.equal(textIn(await memos.get(run.made[0]?.cube ?? "", ANA)), text);
});

test("a model that is down costs nothing: it is not asked on and on, and the next run asks again", async (t) => {
  const down = fails(500);
  const { memos, requests } = await openWithSummaries(t, [down, down, GOOD], ["s1", "s2", "s3"]);
  const run = await memos.consolidation.run(ANA);
  assert.deepEqual(run.made, []);
  assert.equal(requests.length, 2);
  assert.equal(run.skipped.length, 2);
  assert.doesNotMatch(JSON.stringify(run), /sk-never-tell/);
  assert.equal((await memos.consolidation.run(ANA)).made.length, 3);
});

test("no more calls are made than the budget has, and the next run goes on", async (t) => {
  const { memos, requests } = await openWithSummaries(t, [GOOD], ["s1", "s2", "s3"]);
  const run = await memos.consolidation.run(ANA, { budget: { calls: 2 } });
  assert.equal(run.stoppedBy, "calls");
  assert.equal(run.made.length, 2);
  assert.equal(requests.length, 2);
  const next = await memos.consolidation.run(ANA);
  assert.equal(next.made.length, 1);
  assert.equal(next.stoppedBy, "done");
});

test("a turn that is forgotten while the model reads it is in no note", async (t) => {
  const holder: { forget?: () => Promise<unknown> } = {};
  const slow: Behaviour = async (response, body) => {
    await holder.forget?.();
    GOOD(response, body);
  };
  const { memos } = await openWithSummaries(t, [slow], ["s1"]);
  const [turn] = await allOf(memos, ANA);
  holder.forget = () => memos.forget(turn?.id ?? "", ANA);
  const run = await memos.consolidation.run(ANA);
  assert.deepEqual(run.made, []);
  assert.match(run.skipped[0]?.reason ?? "", /has changed since/);
});

test("an operation while a cluster is under way ends the run after it", async (t) => {
  const holder: { search?: () => Promise<unknown> } = {};
  const searched: Behaviour = async (response, body) => {
    await holder.search?.();
    GOOD(response, body);
  };
  const { memos } = await openWithSummaries(t, [searched], ["s1", "s2"]);
  holder.search = () => memos.search("Lisbon", ANA);
  const run = await memos.consolidation.run(ANA);
  assert.equal(run.stoppedBy, "busy");
  assert.equal(run.made.length, 1);
});

test("an abort ends the run with what is made so far", async (t) => {
  const controller = new AbortController();
  const aborting: Behaviour = (response, body) => {
    controller.abort();
    return GOOD(response, body);
  };
  const { memos } = await openWithSummaries(t, [GOOD, aborting], ["s1", "s2", "s3"]);
  const run = await memos.consolidation.run(ANA, { signal: controller.signal });
  assert.equal(run.stoppedBy, "aborted");
  assert.equal(run.made.length, 1);
  assert.equal((await memos.consolidation.runs(ANA))[0]?.stoppedBy, "aborted");
});
