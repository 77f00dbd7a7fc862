import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MemosError } from "../../../memcube/index.js";
import type { AdapterTrainOptions } from "../../../memos/index.js";
import { ADAPTER_LIMITS } from "../../../memos/parametric/limits.js";
import { ListeningEngine } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { gate, inLedger, openMemos, refused, remember, UNKNOWN_ID } from "../support.js";
import { ANA, adapterFiles, begin, ended, openTraining, ScriptedTrainer, trained } from "./support.js";

const engine = await localEngine({ after }, { sequences: 2 });
const TEXT = "Ana lives in Lisbon.";

test("what cannot be trained is refused with the reason, and nothing is left to be done", async (t) => {
  const trainer = new ScriptedTrainer();
  const { memos, path } = await openTraining(t, { engine, trainer });
  const nobody = { tenant: "acme", user: "nobody" };
  await assert.rejects(begin(memos, nobody), refused("INVALID_INPUT"));
  await remember(memos, { text: "A secret.", governance: { sensitivity: "secret" } }, nobody);
  await assert.rejects(begin(memos, nobody), /1 were left out \(secret\)/);
  await remember(memos, TEXT, ANA);
  const wrong: [AdapterTrainOptions, Parameters<typeof refused>[0]][] = [
    [{ cubes: [UNKNOWN_ID] }, "NOT_FOUND"],
    [{ cubes: [UNKNOWN_ID], query: "Ana" }, "INVALID_INPUT"],
    [{ recipe: { rank: ADAPTER_LIMITS.rank + 1 } }, "INVALID_INPUT"],
    [{ recipe: { method: "dora" } }, "UNSUPPORTED"],
    [{ scale: ADAPTER_LIMITS.scale + 1 }, "INVALID_INPUT"],
    [{ signal: AbortSignal.abort() }, "ABORTED"],
  ];
  for (const [options, code] of wrong) await assert.rejects(begin(memos, ANA, options), refused(code));
  trainer.report = { ok: false, detail: "Python is missing.", remedy: "Install it." };
  await assert.rejects(begin(memos, ANA), /Python is missing. Install it./);
  for (const [options, code] of [
    [{ engine }, "TRAINER_UNAVAILABLE"],
    [{ trainer: new ScriptedTrainer() }, "UNSUPPORTED"],
    [{ engine: new ListeningEngine(), trainer: new ScriptedTrainer() }, "UNSUPPORTED"],
  ] as const) {
    const { memos: without } = await openMemos(t, { path, upkeep: false, ...options });
    await assert.rejects(begin(without, ANA), refused(code));
  }
  assert.deepEqual((await memos.adapters.list(ANA)).adapters, []);
  assert.deepEqual((await memos.jobs.list({ tenant: "acme" })).jobs, []);
});

test("more memories than one adapter takes are planned in groups, and not trained as one", async (t) => {
  const { memos } = await openTraining(t, { engine });
  const count = ADAPTER_LIMITS.memories + 1;
  const texts = Array.from({ length: count }, (_, at) => `Person ${at} lives in town ${at}.`);
  for (let at = 0; at < count; at += 1_000) await memos.add(texts.slice(at, at + 1_000), ANA);
  const { memories, groups, trainable, why } = await memos.adapters.plan(ANA);
  assert.deepEqual([memories, groups.flat().length, trainable], [count, count, false]);
  assert.ok(groups.every((group) => group.length <= ADAPTER_LIMITS.memories));
  await assert.rejects(begin(memos, ANA), (error: MemosError) => error.message === why[0]);
  const one = await memos.adapters.plan(ANA, { cubes: groups[0]?.slice(0, 3) });
  assert.deepEqual([one.memories, one.trainable, one.why], [3, true, []]);
});

test("an adapter that fails a gate is not attached, says why, and leaves its gates and no file", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  const id = await trained(memos, ANA, {
    gates: { recall: 1, recognition: 0, retentionLoss: 1 },
    attach: true,
  });
  const { state, reason, gates, attached, cube } = await memos.adapters.get(id, ANA);
  assert.deepEqual([state, attached, cube], ["refused", [], null]);
  assert.match(reason, /closed-book questions/);
  assert.deepEqual(
    gates.map(({ passed }) => passed),
    [false, true, true],
  );
  await assert.rejects(memos.adapters.attach(id, ANA), refused("CONFLICT"));
  assert.deepEqual(await adapterFiles(path), []);
});

test("what is no adapter is refused before the engine sees it", async (t) => {
  const { memos, path, trainer } = await openTraining(t, { engine });
  trainer.spoil = ({ weights }) => truncate(weights, 1_000);
  await remember(memos, TEXT, ANA);
  const id = await trained(memos, ANA, { attach: true });
  const { state, reason, manifest, attached } = await memos.adapters.get(id, ANA);
  assert.deepEqual([state, manifest?.gates, attached], ["refused", [], []]);
  assert.notEqual(reason, "");
  assert.deepEqual(await adapterFiles(path), []);
});

test("a training that dies is tried again under the same name and in the same folder, and after three times given up", async (t) => {
  const { memos, trainer } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  let deaths = 1;
  trainer.step = (step) => {
    if (step === 2 && deaths-- > 0) throw new MemosError("TRAINING_FAILED", "The trainer died.");
  };
  const receipt = await begin(memos, ANA);
  assert.equal((await ended(memos, receipt, ANA)).state, "done");
  assert.equal((await memos.adapters.get(receipt.adapter, ANA)).state, "ready");
  assert.equal(trainer.jobs.length, 2);
  assert.equal(new Set(trainer.jobs.map(({ id, folder }) => `${id} ${folder}`)).size, 1);

  deaths = 3;
  const other = await begin(memos, ANA);
  assert.equal((await ended(memos, other, ANA)).failure?.code, "TRAINING_FAILED");
  const { state, reason } = await memos.adapters.get(other.adapter, ANA);
  assert.deepEqual([state, reason], ["failed", "The trainer died."]);
});

test("a training whose process is gone goes on in another, under the same name and in the same folder", async (t) => {
  const { memos, path, trainer } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  const [reached, held] = [gate(), gate()];
  trainer.step = async (step) => {
    if (step < 3) return;
    reached.open();
    await held.opened;
  };
  const receipt = await begin(memos, ANA, { attach: true });
  await reached.opened;
  inLedger(path, (db) => db.prepare("UPDATE jobs SET lease_until = 0, holder = 'gone'").run());
  const { memos: other, trainer: elsewhere } = await openTraining(t, { path, engine });
  assert.equal((await ended(other, receipt, ANA)).state, "done");
  const { state, attached, curve } = await other.adapters.get(receipt.adapter, ANA);
  assert.deepEqual([state, attached.length, curve.length], ["ready", 1, 4]);
  const named = [...trainer.jobs, ...elsewhere.jobs].map(({ id, folder }) => `${id} ${folder}`);
  assert.deepEqual([named.length, new Set(named).size], [2, 1]);
  held.open();
  await memos.close();
  assert.equal(
    (await other.adapters.get(receipt.adapter, ANA)).state,
    "ready",
    "the late one changes nothing",
  );
});

test("a training can be cancelled, and replayed where it stopped", async (t) => {
  const { memos, path, trainer } = await openTraining(t, { engine });
  await remember(memos, TEXT, ANA);
  trainer.step = async (step, { signal }) => {
    if (step < 3 || trainer.jobs.length > 1) return;
    void memos.jobs.cancel(receipt.job, ANA);
    while (signal?.aborted !== true) await nextTurn();
  };
  const receipt = await begin(memos, ANA);
  assert.equal((await ended(memos, receipt, ANA)).state, "cancelled");
  const { state, reason } = await memos.adapters.get(receipt.adapter, ANA);
  assert.deepEqual([state, reason], ["failed", "The training was cancelled."]);
  await memos.jobs.replay(receipt.job, ANA);
  assert.equal((await ended(memos, receipt, ANA)).state, "done");
  assert.equal((await memos.adapters.get(receipt.adapter, ANA)).state, "ready");
  assert.equal(new Set(trainer.jobs.map(({ id }) => id)).size, 1);
  assert.equal((await adapterFiles(path)).length, 3, "the folder of training is gone");
});
