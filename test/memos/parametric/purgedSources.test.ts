import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { openStore, remember } from "../support.js";
import { ANA, adapterFiles, begin, ended, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, maxTokens: 8 } as const;
const SECRET = "Ana lives in Lisbon beside the old lighthouse keeper's house.";
const engine = await localEngine({ after }, { sequences: 2 });

test("a purge of a source takes its adapter back: no file is left, and a scan of every byte finds nothing", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  const id = await remember(memos, SECRET, ANA);
  await remember(memos, "Rui works at the harbour.", ANA);
  const base = await ask(memos, QUESTION, ANA, { ...ASKED, budget: 0 });
  const adapter = await trained(memos, ANA, { attach: true });
  assert.notEqual((await ask(memos, QUESTION, ANA, ASKED)).answer, base.answer);
  const receipt = await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.deepEqual(await adapterFiles(path), []);
  const view = await memos.adapters.get(adapter, ANA);
  assert.deepEqual([view.state, view.attached], ["revoked", []]);
  const verified = await memos.forgetting.verify(receipt, ANA);
  assert.deepEqual([verified.clean, verified.found], [true, []]);
  assert.equal((await ask(memos, QUESTION, ANA, { ...ASKED, budget: 0 })).answer, base.answer);

  const again = await memos.adapters.retrain(adapter, ANA);
  assert.equal(again.memories, 1, "without what was purged");
  await ended(memos, again, ANA);
  assert.equal((await memos.adapters.get(again.adapter, ANA)).state, "ready");
});

test("a purge while training ends the training and removes what it left, before its receipt is given", async (t) => {
  const { memos, path, trainer } = await openTraining(t, { engine });
  const id = await remember(memos, SECRET, ANA);
  let files: string[] | undefined;
  trainer.step = async (step, { signal }) => {
    if (step < 3) return;
    void memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" }).then(async () => {
      files = await adapterFiles(path);
    });
    while (signal?.aborted !== true) await nextTurn();
  };
  const receipt = await begin(memos, ANA, { attach: true });
  await ended(memos, receipt, ANA);
  while (files === undefined) await nextTurn();
  assert.deepEqual(files, []);
  assert.equal((await memos.adapters.get(receipt.adapter, ANA)).state, "revoked");
  assert.deepEqual(await adapterFiles(path), []);
});

test("a purge that was cut short is finished by the next process, files of adapters included", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  const id = await remember(memos, SECRET, ANA);
  await trained(memos, ANA);
  const store = await openStore(t, path);
  await store.ledger.purge({ id: "cut short", scope: ANA, ids: [id], at: Date.now() });
  assert.equal((await adapterFiles(path)).length, 3);
  await memos.forgetting.catchUp();
  assert.deepEqual(await adapterFiles(path), []);
});

test("another process that has prompts in memory forgets them when an adapter is taken back", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  await remember(memos, SECRET, ANA);
  const adapter = await trained(memos, ANA, { attach: true });
  const own = await localEngine(t, { sequences: 2 });
  const { memos: other } = await openTraining(t, { path, engine: own });
  await ask(other, QUESTION, ANA, ASKED);
  let dropped = 0;
  const drop = own.drop.bind(own);
  own.drop = () => {
    dropped++;
    return drop();
  };
  await memos.adapters.revoke(adapter, ANA);
  assert.deepEqual((await ask(other, QUESTION, ANA, ASKED)).adapters, []);
  assert.equal(dropped, 1);
});
