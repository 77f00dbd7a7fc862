import assert from "node:assert/strict";
import { after, test } from "node:test";
import type * as z from "zod";
import {
  adapterListSchema,
  adapterPlanSchema,
  adapterSchema,
  attachReceiptSchema,
  type ChatReceipt,
  chatEventSchema,
  jobSchema,
  trainReceiptSchema,
} from "../../memos/index.js";
import { ListeningEngine } from "../memos/chat/support.js";
import { localEngine } from "../memos/inference/local/support.js";
import { MEMORIES, OPEN_GATES, QUESTION, ScriptedTrainer } from "../memos/parametric/support.js";
import { type Answer, type Harness, type Lifetime, problemOf, startServer, UNKNOWN_ID } from "./harness.js";

const SCOPE = { user: "ana" };
const QUICK = { gates: OPEN_GATES, retention: 1 } as const;
const MINUTE = 60_000;

const engine = await localEngine({ after }, { sequences: 2 });

type Credentials = Record<string, string>;

async function start(t: Lifetime, options = { development: true }) {
  const trainer = new ScriptedTrainer();
  const api = await startServer(t, options, {
    engine,
    trainer,
    upkeep: false,
    activations: { automatic: false },
  });
  return { api, trainer };
}

async function rememberAll(api: Harness, headers: Credentials = {}): Promise<string[]> {
  const answer = await api.send("POST", "/v1/memories", { body: { scope: SCOPE, input: MEMORIES }, headers });
  return (answer.body as { written: { id: string }[] }).written.map(({ id }) => id);
}

/** Asks for a training, and comes back when its job has ended. */
async function trained(
  api: Harness,
  path: string,
  body: object,
  headers: Credentials = {},
): Promise<z.infer<typeof trainReceiptSchema>> {
  const answer = await api.send("POST", path, { body: { scope: SCOPE, ...body }, headers });
  assert.equal(answer.status, 202, answer.text);
  const receipt = trainReceiptSchema.parse(answer.body);
  const waited = { scope: SCOPE, timeoutMs: MINUTE };
  await api.send("POST", "/v1/barrier", { body: waited, headers });
  const job = await api.send("GET", `/v1/jobs/${receipt.job}?user=ana`, { headers });
  assert.equal(jobSchema.parse(job.body).state, "done", job.text);
  return receipt;
}

const chat = (api: Harness, body: object, headers: Credentials = {}) =>
  api.send("POST", "/v1/chat", {
    body: { scope: SCOPE, message: QUESTION, maxTokens: 4, remember: false, ...body },
    headers,
  });

function receiptOf({ status, text }: Answer): ChatReceipt {
  assert.equal(status, 200, text);
  const [line] = text.split("\n").filter((one) => one.startsWith("data: ") && one.includes('"end"'));
  const event = chatEventSchema.parse(JSON.parse(line?.slice(6) ?? ""));
  assert.ok(event.kind === "end");
  return event.receipt;
}

test("an adapter is planned, trained, shown, attached, used, trained anew and taken back over REST", async (t) => {
  const { api, trainer } = await start(t);
  const ids = await rememberAll(api);
  const one = (id: string) => api.send("GET", `/v1/adapters/${id}?user=ana`);
  const post = async (path: string, body: object = {}) => {
    const answer = await api.send("POST", `/v1/adapters/${path}`, { body: { scope: SCOPE, ...body } });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const plan = adapterPlanSchema.parse(await post("plan", { cubes: ids.slice(0, 2) }));
  assert.deepEqual([plan.memories, plan.trainable], [2, true]);

  const recipe = { rank: 4, epochs: 2, seed: 7 };
  const { adapter } = await trained(api, "/v1/adapters", { cubes: ids, recipe, ...QUICK });
  const view = adapterSchema.parse((await one(adapter)).body);
  assert.deepEqual([view.state, view.curve.length, view.gates.length, view.attached], ["ready", 4, 3, []]);
  const [given] = trainer.jobs;
  assert.deepEqual(
    [given?.recipe.rank, given?.recipe.epochs, given?.recipe.seed, given?.recipe.method],
    [4, 2, 7, "lora"],
  );

  const attached = attachReceiptSchema.parse(await post(`${adapter}/attach`, { scale: 0.5 }));
  assert.deepEqual(attached.attached, [{ scope: { tenant: "local", ...SCOPE }, scale: 0.5 }]);
  const used = receiptOf(await chat(api, {})).adapters;
  assert.deepEqual(
    used.map(({ id, scale, memories }) => ({ id, scale, memories })),
    [{ id: adapter, scale: 0.5, memories: 3 }],
  );
  assert.ok(used[0]?.cited.every((id) => ids.includes(id)) && used[0].cited.length > 0);
  assert.deepEqual(receiptOf(await chat(api, { adapters: "none" })).adapters, []);

  const anew = (await trained(api, `/v1/adapters/${adapter}/retrain`, {})).adapter;
  const list = adapterListSchema.parse((await api.send("GET", "/v1/adapters?user=ana")).body);
  assert.deepEqual(
    list.adapters.map(({ id, attached: where }) => [id, where.length]),
    [
      [adapter, 0],
      [anew, 1],
    ],
  );
  assert.deepEqual(attachReceiptSchema.parse(await post(`${anew}/detach`)).attached, []);
  assert.equal(receiptOf(await chat(api, { adapters: [anew] })).adapters[0]?.id, anew);
  assert.equal(attachReceiptSchema.parse(await post(`${anew}/revoke`)).changed, true);
  assert.equal(adapterSchema.parse((await one(anew)).body).state, "revoked");
  problemOf(await api.send("POST", `/v1/adapters/${anew}/attach`, { body: { scope: SCOPE } }), 409);
});

test("what cannot be trained or attached is a Problem that says why", async (t) => {
  const { api, trainer } = await start(t);
  const [id = ""] = await rememberAll(api);
  const post = (path: string, body: object) =>
    api.send("POST", `/v1/adapters${path}`, { body: { scope: SCOPE, ...body } });
  for (const body of [
    { cubes: [] },
    { cubes: [id], query: "Lisbon" },
    { recipe: { rank: 0 } },
    { recipe: { colour: "red" } },
    { gates: { recall: 2 } },
    { scale: 0 },
    { signal: {} },
  ])
    problemOf(await post("", body), 400);
  problemOf(await api.send("POST", "/v1/adapters", { body: { scope: { user: "nobody" } } }), 400);
  assert.equal(problemOf(await post("", { recipe: { method: "dora" } }), 501).path, "recipe.method");
  for (const step of ["retrain", "attach", "detach", "revoke"])
    problemOf(await post(`/${UNKNOWN_ID}/${step}`, {}), 404);
  problemOf(await chat(api, { adapters: [UNKNOWN_ID] }), 404);

  trainer.report = { ok: false, detail: "There is no PyTorch.", remedy: "Set it up." };
  assert.equal(problemOf(await post("", {}), 503).detail, "There is no PyTorch. Set it up.");
  trainer.report = { ok: true, detail: "ready" };
  const { adapter } = await trained(api, "/v1/adapters", { retention: 1 });
  const refused = problemOf(await post(`/${adapter}/attach`, {}), 409);
  assert.match(refused.detail, /is refused\. .*closed-book questions answered right/);

  const without = await startServer(
    t,
    { development: true },
    { engine: new ListeningEngine(), upkeep: false },
  );
  await rememberAll(without);
  problemOf(await without.send("POST", "/v1/adapters", { body: { scope: SCOPE } }), 501);
  const untrained = await startServer(t, { development: true }, { engine, upkeep: false });
  await rememberAll(untrained);
  const problem = problemOf(await untrained.send("POST", "/v1/adapters", { body: { scope: SCOPE } }), 503);
  assert.equal(problem.code, "TRAINER_UNAVAILABLE");
});

test("a key trains and uses adapters of its tenant alone, and one that only reads trains none", async (t) => {
  const { api } = await start(t, { development: false });
  const headersOf = ({ secret }: { secret: string }) => ({ authorization: `Bearer ${secret}` });
  const acme = headersOf(await api.memos.keys.create("acme", "all"));
  const globex = headersOf(await api.memos.keys.create("globex", "all"));
  const bot = { kind: "agent", id: "bot" } as const;
  await api.memos.governance.createPrincipal({ tenant: "acme", ...bot });
  await api.memos.governance.grant({
    principal: bot,
    space: { tenant: "acme", ...SCOPE },
    actions: ["read"],
  });
  const reader = headersOf(await api.memos.keys.create("acme", "reads", { principal: bot }));
  await rememberAll(api, acme);
  const { adapter } = await trained(api, "/v1/adapters", { ...QUICK, attach: true }, acme);

  const get = (headers: Credentials) => api.send("GET", `/v1/adapters/${adapter}?user=ana`, { headers });
  const post = (path: string, headers: Credentials) =>
    api.send("POST", path, { body: { scope: SCOPE }, headers });
  assert.equal((await get(acme)).status, 200);
  problemOf(await get(globex), 404);
  for (const step of ["retrain", "attach", "detach", "revoke"])
    problemOf(await post(`/v1/adapters/${adapter}/${step}`, globex), 404);
  const listed = await api.send("GET", "/v1/adapters?user=ana", { headers: globex });
  assert.deepEqual(listed.body, { adapters: [] });
  problemOf(await chat(api, { adapters: [adapter] }, globex), 404);
  assert.deepEqual(receiptOf(await chat(api, {}, globex)).adapters, []);

  for (const path of ["/v1/adapters", `/v1/adapters/${adapter}/attach`, `/v1/adapters/${adapter}/revoke`])
    problemOf(await post(path, reader), 403);
  assert.equal(adapterSchema.parse((await get(acme)).body).state, "ready");
});
