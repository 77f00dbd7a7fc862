import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { z } from "zod";
import {
  adapterListSchema,
  adapterPlanSchema,
  adapterSchema,
  attachReceiptSchema,
  chatReceiptSchema,
  trainReceiptSchema,
} from "../../../memos/index.js";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { begin, ended, MEMORIES, openTraining, QUESTION } from "../../memos/parametric/support.js";
import { remember, temporaryFolder } from "../../memos/support.js";
import { failureSchema, memos, start } from "./memosProcess.js";
import { pythonStandIn } from "./pythonStandIn.js";

const ANA = { tenant: "local", user: "ana" };
const model = await generatedModel("nano", MODELS);

/** A store with memories and an adapter of them, and a trainer for a command line. */
async function prepared(
  t: TestContext,
  { memories = MEMORIES.slice(0, 1), gates }: { memories?: string[]; gates?: { recall: number } } = {},
) {
  const path = join(await temporaryFolder(t), "store");
  const opened = await openTraining(t, { path });
  for (const memory of memories) await remember(opened.memos, memory, ANA);
  const receipt = await begin(opened.memos, ANA, gates === undefined ? {} : { gates });
  await ended(opened.memos, receipt, ANA);
  await opened.memos.close();
  await opened.engine[Symbol.asyncDispose]();
  const trainer = await pythonStandIn(t);
  const options = {
    environment: { MEMOS_TRAINER_PYTHON: trainer.python, MEMOS_MODEL: model },
  };
  const ana = ["--user", "ana", "--store", path];
  const run = (...args: string[]) => memos([...args, ...ana], options);
  const json = async <S extends z.ZodType>(schema: S, status: number, ...args: string[]) => {
    const done = await run(...args, "--json");
    assert.equal(done.status, status, done.stderr + done.stdout);
    return schema.parse(JSON.parse(done.stdout)) as z.output<S>;
  };
  return { first: receipt.adapter, trainer, ana, options, run, json };
}

test("adapters are planned, listed, shown, attached, used, trained anew and taken back from a shell", async (t) => {
  const { first, run, json } = await prepared(t, { memories: MEMORIES });
  const plan = await json(adapterPlanSchema, 0, "adapters", "plan", "--query", "Lisbon", "-k", "1");
  assert.deepEqual([plan.memories, plan.groups.length], [1, 1]);
  assert.match((await run("adapters", "plan")).stdout, /^3 memories for 1 adapter\n/);

  const shown = (await run("adapters", "show", first)).stdout;
  assert.match(shown, new RegExp(`^adapter ${first} of 3 memories: ready\n`));
  assert.match(shown, /loss {4} 1\.000 █▃▂▁ 0\.250\n4 steps in 4 s\n/);
  assert.match(shown, /│ recall +│ +0\.0 % │/);
  assert.match(shown, /lora, rank 16/);

  const attached = await json(attachReceiptSchema, 0, "adapters", "attach", first, "--scale", "0.5");
  assert.deepEqual(attached.attached, [{ scope: ANA, scale: 0.5 }]);
  const ask = ["chat", QUESTION, "--max-tokens", "4", "--no-remember"];
  const used = await run(...ask);
  assert.match(used.stderr, new RegExp(`3 memories in adapter ${first}`));
  const without = await json(chatReceiptSchema, 0, ...ask, "--adapters", "none");
  assert.deepEqual(without.adapters, []);

  const anew = await run("adapters", "retrain", first);
  assert.equal(anew.status, 0, anew.stderr);
  assert.match(anew.stdout, /of 3 memories: ready\n/);
  assert.match(anew.stdout, /held out 2\.000 █▃▂▁ 0\.500\n/);
  assert.match(anew.stdout, /attached to user ana at scale 0\.5\n$/);
  const { adapters } = await json(adapterListSchema, 0, "adapters", "list");
  const second = adapters[1]?.id ?? "";
  assert.match((await run("adapters", "list")).stdout, /│ user ana at scale 0\.5 │/);
  const named = await json(chatReceiptSchema, 0, ...ask, "--adapters", `${first}, ${second}`);
  assert.deepEqual(
    named.adapters.map(({ id }) => id),
    [first, second],
  );

  assert.match((await run("adapters", "detach", second)).stdout, /is detached\nattached nowhere\n$/);
  assert.match((await run("adapters", "detach", second)).stdout, /was already detached/);
  assert.equal((await json(attachReceiptSchema, 0, "adapters", "revoke", second)).changed, true);
  assert.equal((await json(adapterSchema, 0, "adapters", "show", second)).state, "revoked");
});

test("an adapter that its gates refuse is shown with what they measured, and ends with 1", async (t) => {
  const { first, run, json } = await prepared(t, { gates: { recall: 1 } });
  const refused = await run("adapters", "retrain", first);
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /: refused\. .*closed-book questions answered right/);
  assert.match(refused.stdout, /│ recall +│ +0\.0 % │ +0\.0 % │ 100\.0 % │ +\d+ │ no +│/);
  const { adapters } = await json(adapterListSchema, 0, "adapters", "list");
  assert.deepEqual(
    adapters.map(({ state }) => state),
    ["refused", "refused"],
  );
  const { error } = await json(failureSchema, 1, "adapters", "attach", adapters[1]?.id ?? "");
  assert.equal(error.code, "CONFLICT");
});

test("a training that is left by Ctrl-C is gone on with", async (t) => {
  const { first, trainer, ana, options, json } = await prepared(t);
  await trainer.hold();
  const training = start(["adapters", "retrain", first, "--json", ...ana], options.environment);
  assert.ok(training.stdout !== null);
  const said = text(training.stdout);
  const closed = once(training, "close");
  await trainer.begun();
  training.kill("SIGINT");
  assert.deepEqual(await closed, [1, null]);
  const { error } = failureSchema.parse(JSON.parse(await said));
  const { adapters } = await json(adapterListSchema, 0, "adapters", "list");
  const left = adapters[1];
  assert.equal(left?.state, "training");
  assert.equal(error.code, "ABORTED");
  assert.ok(error.message.includes(`\`memos adapters wait ${left.id}\` goes on with it`));
  await trainer.letGo();
  assert.equal((await json(adapterSchema, 0, "adapters", "wait", left.id)).state, "ready");
});

test("what is only left to be trained is named, and the options reach the recipe", async (t) => {
  const { json, trainer } = await prepared(t);
  await trainer.hold();
  const recipe = [
    "--method",
    "rslora",
    "--rank",
    "4",
    "--epochs",
    "3",
    "--learning-rate",
    "1e-3",
    "--seed",
    "9",
  ];
  const args = ["adapters", "train", "--query", "Lisbon", "-k", "1", "--no-wait", "--attach", ...recipe];
  const receipt = await json(trainReceiptSchema, 0, ...args);
  assert.equal(receipt.memories, 1);
  const view = await json(adapterSchema, 0, "adapters", "show", receipt.adapter);
  const { method, rank, epochs, learningRate, seed } = view.recipe;
  assert.deepEqual([method, rank, epochs, learningRate, seed], ["rslora", 4, 3, 0.001, 9]);
  assert.equal(view.state, "training");
  await json(attachReceiptSchema, 0, "adapters", "revoke", receipt.adapter);
});
