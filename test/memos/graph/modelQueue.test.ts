import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "libsql";
import { answersAll, type Behaviour, says, startChatServer } from "../extraction/chatServer.js";
import { gate, openMemos, refused, remember } from "../support.js";
import { ANA, chainOf, codesOf, derive, openWithModel } from "./modelMemos.js";

const BRAM = { tenant: "globex", user: "bram" };
const NOTE = { text: "I moved from Lyon to Oslo.", occurredAt: "2023-05-08T13:56:00.000Z" };

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

function inLedger<T>(path: string, look: (db: Database.Database) => T): T {
  const db = new Database(join(path, "ledger.db"));
  try {
    return look(db);
  } finally {
    db.close();
  }
}

const answersKept = (path: string) =>
  inLedger(path, (db) => db.prepare("SELECT answer FROM extractions").all().length);

/** As a crash leaves it that came after the answer was used, and before the queue was told. */
const asIfNotDone = (path: string) =>
  inLedger(path, (db) => db.exec("INSERT INTO awaiting_model SELECT key FROM cubes"));

test("an answer that a crash kept from being acknowledged is not paid for again", async (t) => {
  const { memos, path } = await openWithModel(t, [answersAll]);
  const { id } = await derive(memos, NOTE);
  await memos.close();
  asIfNotDone(path);
  const again = await openWithModel(t, [says("not asked")], { path });
  await again.memos.settled();
  assert.equal(again.requests.length, 0);
  assert.deepEqual(await chainOf(again.memos, id), [
    ["add", "ana", ""],
    ["update", "openai/test", "derived"],
  ]);
});

test("another model is asked the same question anew", async (t) => {
  const { memos, path } = await openWithModel(t, [answersAll]);
  await derive(memos, NOTE);
  await memos.close();
  asIfNotDone(path);
  const { model, requests } = await startChatServer(t, [answersAll], { model: "another" });
  const again = await openMemos(t, { path, model });
  await again.memos.settled();
  assert.equal(requests.length, 1);
});

test("what one tenant has paid for tells another nothing", async (t) => {
  const { memos, requests } = await openWithModel(t, [answersAll]);
  const scopes = [ANA, BRAM, { ...ANA, user: "cleo" }, { tenant: "acme" }];
  for (const scope of scopes) assert.equal((await derive(memos, NOTE, scope)).llmCalls, 1);
  assert.equal(requests.length, scopes.length);
});

test("forgetting clears what was kept of the model's answers", async (t) => {
  const { memos, path } = await openWithModel(t, [answersAll]);
  const { id } = await derive(memos, NOTE);
  assert.equal(answersKept(path), 1);
  await memos.forget(id, ANA);
  assert.equal(answersKept(path), 0);
});

test("a note that is forgotten while the model reads it leaves nothing, and the others are derived", async (t) => {
  const { behaviour, asked, letGo } = heldBack(answersAll);
  const { memos, path } = await openWithModel(t, [behaviour]);
  const writing = memos.add([NOTE, "Clocks need oil."], ANA, { wait: "derived" });
  await asked;
  const [moved, clocks] = (await memos.list(ANA, { order: "oldest" })).cubes.map(({ id }) => id);
  assert.ok(moved !== undefined && clocks !== undefined);
  await memos.forget(moved, ANA);
  letGo();
  const receipt = await writing;
  assert.deepEqual(codesOf(receipt), ["MODEL_PROPOSAL_REJECTED"]);
  await assert.rejects(memos.get(moved, ANA), refused("NOT_FOUND"));
  assert.deepEqual((await memos.get(clocks, ANA)).attributes.keywords, ["about n2"]);
  assert.equal(answersKept(path), 0);
});

test("a receipt tells what became of its own memories and of no others", async (t) => {
  for (const [first, second, codes] of [
    [says("Hm."), answersAll, []],
    [answersAll, says("Hm."), ["MODEL_ANSWER_UNUSABLE"]],
  ] as const) {
    const { behaviour, asked, letGo } = heldBack(first);
    const { memos } = await openWithModel(t, [behaviour, second]);
    await memos.add(NOTE, ANA);
    await asked;
    const writing = derive(memos, NOTE, BRAM);
    letGo();
    const receipt = await writing;
    assert.deepEqual([receipt.llmCalls, receipt.llmTokens, codesOf(receipt)], [1, 120, codes]);
  }
});

test("while another process asks the model, a receipt says that its memories still wait", async (t) => {
  const { behaviour, asked, letGo } = heldBack(answersAll);
  const { memos, path } = await openWithModel(t, [behaviour, answersAll]);
  await memos.add(NOTE, ANA);
  await asked;
  const other = await openWithModel(t, [says("not asked")], { path });
  const receipt = await derive(other.memos, "Clocks need oil.");
  assert.deepEqual([codesOf(receipt), receipt.llmCalls], [["NOT_DERIVED_YET"], 0]);
  letGo();
  await memos.settled();
  assert.equal(other.requests.length, 0);
  assert.deepEqual((await memos.get(receipt.id, ANA)).attributes.keywords, ["about n1"]);
});

test("a write that waits for the model is acknowledged when the store is closed meanwhile", async (t) => {
  const { behaviour, asked } = heldBack(answersAll);
  const { memos, path } = await openWithModel(t, [behaviour]);
  const writing = derive(memos, NOTE);
  await asked;
  await memos.close();
  const { id, warnings } = await writing;
  assert.deepEqual(codesOf({ warnings }), ["NOT_DERIVED_YET"]);
  const again = await openWithModel(t, [answersAll], { path });
  await again.memos.settled();
  assert.deepEqual(await chainOf(again.memos, id), [
    ["add", "ana", ""],
    ["update", "openai/test", "derived"],
  ]);
});

test("a memory without a user is read beside its like only", async (t) => {
  const { memos, requests } = await openWithModel(t, [answersAll]);
  await remember(memos, "The password hint is heron.", ANA);
  await memos.settled();
  const house = { tenant: "acme" };
  await derive(memos, "The password hint of the house is owl.", house);
  await derive(memos, "The password hint of the shed is crow.", house);
  const shown = requests.map((body) => body.messages[1]?.content ?? "");
  assert.deepEqual(
    shown.map((text) => ["heron", "owl", "crow"].filter((word) => text.includes(word))),
    [["heron"], ["owl"], ["owl", "crow"]],
  );
});
