import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answersAll, type Behaviour, fails, says, startChatServer } from "../extraction/chatServer.js";
import { gate, inLedger, openMemos, refused } from "../support.js";
import { ADDED, chainOf, codesOf, DERIVED, derive, newScope, openWithModel } from "./modelMemos.js";

const NOTE = { text: "I moved from Lyon to Oslo.", occurredAt: "2023-05-08T13:56:00.000Z" };

const { memos, path, requests, model } = await openWithModel({ after });

/** The behaviour, held until it is let go. */
function heldBack(behaviour: Behaviour) {
  const asked = gate();
  const held = gate();
  const whenOpen: Behaviour = async (response, body) => {
    asked.open();
    await held.opened;
    behaviour(response, body);
  };
  return { behaviour: whenOpen, asked: asked.opened, letGo: held.open };
}

const answersKept = (path: string) =>
  inLedger(path, (db) => db.prepare("SELECT answer FROM extractions").all().length);

/** As a crash leaves it that came after the answer was used, and before the queue was told. */
const asIfNotDone = (path: string) =>
  inLedger(path, (db) => db.prepare("INSERT INTO awaiting_model (cube) SELECT key FROM cubes").run());

test("an answer that a crash kept from being acknowledged is paid for again only to another model", async (t) => {
  const ana = newScope();
  const first = await openWithModel(t, [answersAll]);
  const { id } = await derive(first.memos, NOTE, ana);
  await first.memos.close();
  asIfNotDone(first.path);
  const again = await openWithModel(t, [says("not asked")], { path: first.path });
  await again.memos.settled();
  assert.equal(again.requests.length, 0);
  assert.deepEqual(await chainOf(again.memos, id, ana), [ADDED, DERIVED]);

  await again.memos.close();
  asIfNotDone(first.path);
  const other = await startChatServer(t, [answersAll], { model: "another" });
  const third = await openMemos(t, { path: first.path, model: other.model });
  await third.memos.settled();
  assert.equal(other.requests.length, 1);
});

test("what one tenant has paid for tells another nothing", async () => {
  const ana = newScope();
  model(answersAll);
  for (const scope of [ana, newScope(), { ...ana, user: "cleo" }, { tenant: ana.tenant }])
    assert.equal((await derive(memos, NOTE, scope)).llmCalls, 1);
});

test("forgetting clears what was kept of the model's answers", async () => {
  const ana = newScope();
  model(answersAll);
  const { id } = await derive(memos, NOTE, ana);
  assert.ok(answersKept(path) > 0);
  await memos.forget(id, ana);
  assert.equal(answersKept(path), 0);
});

test("a note that is forgotten while the model reads it leaves nothing, and the others are derived", async () => {
  const ana = newScope();
  const { behaviour, asked, letGo } = heldBack(answersAll);
  model(behaviour);
  const writing = memos.add([NOTE, "Clocks need oil."], ana, { wait: "derived" });
  await asked;
  const [moved, clocks] = (await memos.list(ana, { order: "oldest" })).cubes.map(({ id }) => id);
  assert.ok(moved !== undefined && clocks !== undefined);
  await memos.forget(moved, ana);
  letGo();
  const receipt = await writing;
  assert.deepEqual(codesOf(receipt), ["MODEL_PROPOSAL_REJECTED"]);
  await assert.rejects(memos.get(moved, ana), refused("NOT_FOUND"));
  assert.deepEqual((await memos.get(clocks, ana)).attributes.keywords, ["about n2"]);
  assert.equal(answersKept(path), 0);
});

test("what a model says of a text that was changed while it read is not taken: it is asked about the new one", async () => {
  const ana = newScope();
  const { behaviour, asked, letGo } = heldBack(answersAll);
  model(behaviour, answersAll);
  const writing = derive(memos, NOTE, ana);
  await asked;
  const [cube] = (await memos.list(ana)).cubes;
  assert.ok(cube !== undefined);
  await memos.update(cube.id, { text: "I moved from Lyon to Rome." }, ana);
  letGo();
  assert.deepEqual(codesOf(await writing), ["MODEL_PROPOSAL_REJECTED"]);
  await memos.settled();
  assert.match(requests.at(-1)?.messages[1]?.content ?? "", /from Lyon to Rome/);
  assert.deepEqual(await chainOf(memos, cube.id, ana), [ADDED, ["update", "ana", ""], DERIVED]);
});

test("a memory whose text is changed is read again, one whose title is changed is not", async () => {
  const ana = newScope();
  model(answersAll);
  const { id } = await derive(memos, NOTE, ana);
  const before = requests.length;
  await memos.update(id, { title: "Moving" }, ana);
  await memos.settled();
  assert.equal(requests.length, before);
  await memos.update(id, { text: "I moved from Oslo to Rome." }, ana);
  await memos.settled();
  assert.equal(requests.length, before + 1);
  assert.deepEqual((await chainOf(memos, id, ana)).at(-1), DERIVED);
});

test("a receipt tells what became of its own memories and of no others", async () => {
  const ana = newScope();
  for (const [first, second, codes] of [
    [says("Hm."), answersAll, []],
    [answersAll, says("Hm."), ["MODEL_ANSWER_UNUSABLE"]],
  ] as const) {
    const { behaviour, asked, letGo } = heldBack(first);
    model(behaviour, second);
    await memos.add(NOTE, ana);
    await asked;
    const writing = derive(memos, NOTE, newScope());
    letGo();
    const receipt = await writing;
    assert.deepEqual([receipt.llmCalls, receipt.llmTokens, codesOf(receipt)], [1, 120, codes]);
  }
});

test("while another process asks the model, a receipt says that its memories still wait", async (t) => {
  const ana = newScope();
  const { behaviour, asked, letGo } = heldBack(answersAll);
  model(behaviour, answersAll);
  await memos.add(NOTE, ana);
  await asked;
  const other = await openWithModel(t, [says("not asked")], { path });
  const receipt = await derive(other.memos, "Clocks need oil.", ana);
  assert.deepEqual([codesOf(receipt), receipt.llmCalls], [["NOT_DERIVED_YET"], 0]);
  letGo();
  await memos.settled();
  assert.equal(other.requests.length, 0);
  assert.deepEqual((await memos.get(receipt.id, ana)).attributes.keywords, ["about n1"]);
});

test("a write that waits for the model is acknowledged when the store is closed meanwhile", async (t) => {
  const ana = newScope();
  const { behaviour, asked } = heldBack(answersAll);
  const first = await openWithModel(t, [behaviour]);
  const writing = derive(first.memos, NOTE, ana);
  await asked;
  await first.memos.close();
  const { id, warnings } = await writing;
  assert.deepEqual(codesOf({ warnings }), ["NOT_DERIVED_YET"]);
  const again = await openWithModel(t, [answersAll], { path: first.path });
  await again.memos.settled();
  assert.deepEqual(await chainOf(again.memos, id, ana), [ADDED, DERIVED]);
});

test("a memory without a user is read beside its like only", async () => {
  const ana = newScope();
  const house = { tenant: ana.tenant };
  model(answersAll);
  const before = requests.length;
  await derive(memos, "The password hint is heron.", ana);
  await derive(memos, "The password hint of the house is owl.", house);
  await derive(memos, "The password hint of the shed is crow.", house);
  const shown = requests.slice(before).map((body) => body.messages[1]?.content ?? "");
  assert.deepEqual(
    shown.map((text) => ["heron", "owl", "crow"].filter((word) => text.includes(word))),
    [["heron"], ["owl"], ["owl", "crow"]],
  );
});

test("a note that the model refuses holds up no other, not even of its own batch", async (t) => {
  const picky: Behaviour = (response, body) =>
    body.messages[1]?.content.includes("POISON") === true
      ? fails(400)(response, body)
      : answersAll(response, body);
  const { memos } = await openWithModel(t, [picky]);
  const [ana, ben] = [newScope(), newScope()];
  const { written } = await memos.add(["POISON", "I moved to Oslo."], ana, { wait: "derived" });
  const [refusedNote, besideIt] = written.map(({ id }) => id) as [string, string];
  assert.deepEqual(await chainOf(memos, refusedNote, ana), [ADDED]);
  assert.deepEqual(await chainOf(memos, besideIt, ana), [ADDED, DERIVED]);
  const later = await derive(memos, NOTE, ben);
  assert.deepEqual(codesOf(later), []);
  assert.deepEqual(await chainOf(memos, later.id, ben), [ADDED, DERIVED]);
});

test("whoever stops waiting for the model has a receipt, and the model reads on", async () => {
  const ana = newScope();
  const { behaviour, asked, letGo } = heldBack(answersAll);
  model(behaviour);
  const stop = new AbortController();
  const writing = memos.add(NOTE, ana, { wait: "derived", signal: stop.signal });
  await asked;
  stop.abort();
  const receipt = await writing;
  assert.deepEqual([receipt.written.length, codesOf(receipt)], [1, ["NOT_DERIVED_YET"]]);
  letGo();
  await memos.settled();
  assert.deepEqual(await chainOf(memos, receipt.written[0]?.id ?? "", ana), [ADDED, DERIVED]);
});
