import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import type { AdapterUse } from "../../../../memos/inference/engine.js";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { loadBinding } from "../../../../memos/inference/local/binding.js";
import { adapterSwitch } from "../../../../memos/inference/local/internals.js";
import { ModelContext } from "../../../../memos/inference/local/modelContext.js";
import { openBinding } from "../../../../memos/inference/local/openBinding.js";
import { prefill } from "../../../../memos/inference/local/prefill.js";
import { atEnd, temporaryFolder } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { randomAdapter } from "./randomAdapter.js";
import { localEngine, MODELS } from "./support.js";

test("each set of adapters has its own answers and its own live sequences", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t, { sequences: 4 });
  const [one, other] = [
    await randomAdapter(join(folder, "one"), 1),
    await randomAdapter(join(folder, "other"), 2),
  ];
  const sets: AdapterUse[][] = [
    [],
    [{ ...one, scale: 1 }],
    [{ ...one, scale: 0.5 }],
    [
      { ...one, scale: 1 },
      { ...other, scale: 1 },
    ],
  ];
  const ask = (adapters: AdapterUse[]) => generated(engine, { messages: QUESTION, maxTokens: 12, adapters });
  const first = [];
  for (const adapters of sets) first.push(await ask(adapters));
  assert.ok(first.every(({ end }) => end.tokens.reused === 0));
  assert.equal(new Set(first.map(({ text }) => text)).size, sets.length);
  const again = await Promise.all(sets.map(ask));
  assert.deepEqual(
    again.map(({ text }) => text),
    first.map(({ text }) => text),
  );
  assert.ok(again.every(({ end }) => end.tokens.prefilled === 1));
});

test("a state that was computed under other adapters is a miss, and says so", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const adapters = [{ ...(await randomAdapter(join(folder, "one"), 1)), scale: 1 }];
  const path = join(folder, "state");
  const { sha256, tokens } = await engine.compile({ messages: QUESTION.slice(0, 1), path, adapters });
  await engine.drop();
  const request = { messages: QUESTION, maxTokens: 2, state: { path, sha256 } };
  const base = await generated(engine, request);
  assert.match(base.prompt.miss ?? "", /adapters/);
  assert.equal((await generated(engine, { ...request, adapters })).end.tokens.restored, tokens);
});

test("an adapter whose file is another one, absent or none is refused, and one that changed is read again", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const path = join(folder, "adapter");
  const ask = (adapters: AdapterUse[]) => generated(engine, { messages: QUESTION, maxTokens: 12, adapters });
  const before = { ...(await randomAdapter(path, 1)), scale: 1 };
  const answer = await ask([before]);
  const after = { ...(await randomAdapter(path, 2)), scale: 1 };
  const refused = (error: unknown) => isMemosError(error, "MODEL_INVALID");
  await assert.rejects(ask([before]), refused);
  await assert.rejects(ask([{ ...before, path: join(folder, "absent") }]), refused);
  assert.notEqual((await ask([after])).text, answer.text);
  const model = await engine.model();
  const nano = await generatedModel("nano", MODELS);
  await assert.rejects(ask([{ path: nano, sha256: model.sha256 ?? "", scale: 1 }]), refused);
  await randomAdapter(path, 1);
  assert.equal((await ask([before])).text, answer.text);
});

test("where adapters cannot be changed in place, a context for each set gives the same logits", async (t) => {
  const folder = await temporaryFolder(t);
  const adapters = [{ ...(await randomAdapter(join(folder, "one"), 1)), scale: 1 }];
  const binding = await loadBinding();
  const llama = await openBinding(binding, { gpu: false, threads: 1 });
  atEnd(t, () => llama.dispose());
  const model = await llama.loadModel({ modelPath: await generatedModel("nano", MODELS) });
  const tokens = model.tokenize("Where does Ana live?");
  const size = { contextTokens: 256, sequences: 1, threads: 1 };

  async function best(context: ModelContext, use: AdapterUse[]) {
    return context.use(use, async ({ live, key }) => {
      const lease = await live.lease(key, tokens);
      await prefill(lease.sequence, tokens.slice(0, -1), tokens.length, new AbortController().signal);
      const output = await lease.sequence.controlledEvaluate([
        [tokens.at(-1) ?? 0, { generateNext: { logits: { filter: { includeTop: 5 } } } }],
      ] as Parameters<typeof lease.sequence.controlledEvaluate>[0]);
      await lease.release();
      return [...(output[0]?.next.logits ?? [])];
    });
  }

  const inPlace = await ModelContext.create(model, size);
  const perSet = await ModelContext.create(model, size, async () => undefined);
  const base = await best(inPlace, []);
  const adapted = await best(inPlace, adapters);
  assert.notDeepEqual(adapted, base);
  assert.deepEqual(await best(perSet, adapters), adapted);
  assert.deepEqual(await best(perSet, []), base);
  assert.deepEqual(await best(inPlace, []), base);
  assert.ok((await adapterSwitch(await model.createContext({ contextSize: 256 }))) !== undefined);
});
