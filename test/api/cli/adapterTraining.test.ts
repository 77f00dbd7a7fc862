import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import * as z from "zod";
import {
  adapterListSchema,
  adapterSchema,
  attachReceiptSchema,
  trainReceiptSchema,
} from "../../../memos/index.js";
import { JSON_BODY } from "../harness.js";
import { failureSchema, start } from "./memosProcess.js";
import { preparedAdapter } from "./preparedAdapter.js";

test("an adapter that its gates refuse is shown with what they measured, and ends with 1", async (t) => {
  const { first, run, json } = await preparedAdapter(t, { gates: { recall: 1 } });
  const refused = await run("adapters", "retrain", first);
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /: refused\. .*closed-book questions answered right/);
  assert.match(refused.stdout, /│ recall +│ 0\.0 % +│ 0\.0 % +│ 100\.0 % │ \d+ +│ no +│/);
  const { adapters } = await json(adapterListSchema, 0, "adapters", "list");
  assert.deepEqual(
    adapters.map(({ state }) => state),
    ["refused", "refused"],
  );
  const { error } = await json(failureSchema, 1, "adapters", "attach", adapters[1]?.id ?? "");
  assert.equal(error.code, "CONFLICT");
});

test("a training that is left by Ctrl-C is gone on with", async (t) => {
  const { first, trainer, ana, options, json } = await preparedAdapter(t);
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
  const { json, trainer } = await preparedAdapter(t);
  await trainer.hold();
  const recipe = "--method rslora --rank 4 --epochs 3 --learning-rate 1e-3 --seed 9".split(" ");
  const args = ["adapters", "train", "--query", "Lisbon", "-k", "1", "--no-wait", "--attach", ...recipe];
  const receipt = await json(trainReceiptSchema, 0, ...args);
  assert.equal(receipt.memories, 1);
  const view = await json(adapterSchema, 0, "adapters", "show", receipt.adapter);
  const { method, rank, epochs, learningRate, seed } = view.recipe;
  assert.deepEqual([method, rank, epochs, learningRate, seed], ["rslora", 4, 3, 0.001, 9]);
  assert.equal(view.state, "training");
  await json(attachReceiptSchema, 0, "adapters", "revoke", receipt.adapter);
});

test("memos serve trains what it is asked for over REST", async (t) => {
  const { ana, first, options, trainer } = await preparedAdapter(t);
  const [, , ...store] = ana;
  const serving = ["serve", "--dev", "--port", "0", "--json", ...store];
  const server = start(serving, options.environment);
  t.after(() => server.kill("SIGKILL"));
  assert.ok(server.stdout !== null);
  const [line] = await once(createInterface(server.stdout), "line");
  const { address } = z.object({ address: z.url() }).parse(JSON.parse(line));
  const response = await fetch(`${address}/v1/adapters/${first}/retrain`, {
    method: "POST",
    headers: JSON_BODY,
    body: JSON.stringify({ scope: { user: "ana" } }),
  });
  assert.equal(response.status, 202);
  await trainer.begun();
  server.kill("SIGTERM");
  assert.deepEqual(await once(server, "close"), [0, null]);
});
