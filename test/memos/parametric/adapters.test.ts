import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { memCubeSchema, sha256 } from "../../../memcube/index.js";
import { adapterListSchema, adapterSchema } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { collect, remember } from "../support.js";
import { ANA, adapterFiles, begin, ended, MEMORIES, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, maxTokens: 12 } as const;

test("an adapter is trained, attached, used and cited, detached and taken back; then answers are those of before", async (t) => {
  const { memos, path, trainer } = await openTraining(t);
  const ids = [];
  for (const text of MEMORIES) ids.push(await remember(memos, text, ANA));
  const before = await ask(memos, QUESTION, ANA, { ...ASKED, budget: 0 });
  assert.deepEqual(before.adapters, []);

  const receipt = await begin(memos, ANA);
  assert.equal(receipt.memories, 3);
  assert.deepEqual(await ended(memos, receipt, ANA), { state: "done", failure: null });
  const view = await memos.adapters.get(receipt.adapter, ANA);
  adapterSchema.parse(view);
  assert.equal(view.state, "ready");
  assert.deepEqual(
    view.cubes.map(({ cube, version, sha256: hash }) => [cube, version, hash]),
    ids.map((id, at) => [id, 1, sha256(MEMORIES[at] ?? "")]),
  );
  assert.equal(view.gates.length, 3);
  assert.deepEqual(
    view.curve.map(({ step }) => step),
    [1, 2, 3, 4],
  );
  assert.equal(memCubeSchema.parse(view.cube).payload.kind, "parametric");
  assert.equal(trainer.jobs.length, 1);
  assert.deepEqual(
    (await adapterFiles(path)).map((name) => name.replace(receipt.adapter, "ID")),
    ["ID/adapter.gguf", "ID/adapter_config.json", "ID/adapter_model.safetensors"],
  );
  assert.ok(!JSON.stringify(view).includes("Lisbon"), "a manifest holds no text");

  assert.deepEqual((await ask(memos, QUESTION, ANA, ASKED)).adapters, [], "nothing is attached by itself");
  const attached = await memos.adapters.attach(receipt.adapter, ANA, { scale: 1 });
  assert.deepEqual(attached.attached, [{ scope: ANA, scale: 1 }]);
  const under = await ask(memos, QUESTION, ANA, ASKED);
  assert.notEqual(under.answer, before.answer);
  assert.deepEqual(
    under.adapters.map(({ cited, ...one }) => ({ ...one, first: cited[0] })),
    [{ id: receipt.adapter, scale: 1, memories: 3, first: ids[0] }],
  );
  assert.deepEqual(under.recalled, [], "what it has learned is not in the prompt");
  assert.equal(
    (await ask(memos, QUESTION, ANA, { ...ASKED, budget: 0, adapters: "none" })).answer,
    before.answer,
  );
  const { adapters } = adapterListSchema.parse(await memos.adapters.list(ANA));
  assert.deepEqual(
    adapters.map(({ uses, state }) => [uses, state]),
    [[1, "ready"]],
  );

  await memos.adapters.detach(receipt.adapter, ANA);
  assert.deepEqual((await ask(memos, QUESTION, ANA, ASKED)).adapters, []);
  const named = await ask(memos, QUESTION, ANA, { ...ASKED, adapters: [receipt.adapter] });
  assert.equal(named.answer, under.answer, "it can be asked for without being attached");

  await memos.adapters.attach(receipt.adapter, ANA);
  const revoked = await memos.adapters.revoke(receipt.adapter, ANA);
  assert.deepEqual([revoked.changed, revoked.attached], [true, []]);
  assert.deepEqual(await adapterFiles(path), []);
  const after = await memos.adapters.get(receipt.adapter, ANA);
  assert.deepEqual([after.state, after.manifestSha256], ["revoked", view.manifestSha256]);
  const base = await ask(memos, QUESTION, ANA, { ...ASKED, budget: 0 });
  assert.deepEqual([base.answer, base.adapters, base.warnings], [before.answer, [], []]);
  assert.equal((await memos.adapters.revoke(receipt.adapter, ANA)).changed, false);

  const events = await collect(memos.jobs.events(ANA, { after: 0, kinds: ["adapter.*"], follow: false }));
  assert.deepEqual(
    events.map(({ kind }) => kind.slice(8)),
    ["training", "ready", "attached", "detached", "attached", "revoked"],
  );
});

test("an adapter that is to be attached is in use as soon as it is ready, and a later one takes its place", async (t) => {
  const { memos, trainer } = await openTraining(t);
  for (const text of MEMORIES) await remember(memos, text, ANA);
  const first = await trained(memos, ANA, { attach: true, scale: 0.5 });
  assert.deepEqual((await memos.adapters.get(first, ANA)).attached, [{ scope: ANA, scale: 0.5 }]);
  trainer.seed = 2;
  const receipt = await memos.adapters.retrain(first, ANA);
  await ended(memos, receipt, ANA);
  assert.deepEqual((await memos.adapters.get(first, ANA)).attached, []);
  assert.deepEqual((await memos.adapters.get(receipt.adapter, ANA)).attached, [{ scope: ANA, scale: 0.5 }]);
});

test("a GGUF that is missing or damaged is made again from what was trained; without that, the adapter is not used", async (t) => {
  const { memos, path } = await openTraining(t);
  await remember(memos, MEMORIES[0] ?? "", ANA);
  const id = await trained(memos, ANA, { attach: true });
  const gguf = join(path, "adapters", id, "adapter.gguf");
  const bytes = await readFile(gguf);
  const { answer } = await ask(memos, QUESTION, ANA, ASKED);
  await rm(gguf);
  const checked = (await memos.check()).find(({ name }) => name === "adapters");
  assert.equal(checked?.ok, false);
  assert.equal((await ask(memos, QUESTION, ANA, ASKED)).answer, answer);
  assert.deepEqual(await readFile(gguf), bytes);
  await rm(gguf);
  assert.deepEqual(await memos.adapters.tidy(), { detached: [], removed: 0, derived: 1, damaged: [] });
  await rm(join(path, "adapters", id, "adapter_model.safetensors"));
  const without = await ask(memos, QUESTION, ANA, ASKED);
  assert.deepEqual(without.adapters, []);
  assert.match(without.warnings[0]?.message ?? "", /adapter_model.safetensors .* is not there/);
  assert.deepEqual((await memos.adapters.tidy()).damaged, [id]);
});
