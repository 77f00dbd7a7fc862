import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemOS, Scope } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { refused, remember } from "../support.js";
import { ANA, adapterFiles, begin, ended, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, maxTokens: 4 } as const;
const engine = await localEngine({ after }, { sequences: 2 });

const CHANGES: Record<string, (memos: MemOS, id: string, scope: Scope) => Promise<unknown>> = {
  "a change": (memos, id, scope) => memos.update(id, { text: "Ana lives in Porto." }, scope),
  forgetting: (memos, id, scope) => memos.forget(id, scope),
  archiving: (memos, id, scope) => memos.lifecycle.archive(id, scope),
  "another visibility": (memos, id, scope) => memos.lifecycle.govern(id, { visibility: "shared" }, scope),
  "an end of life": (memos, id, scope) => memos.lifecycle.govern(id, { expiresAt: "2999-01-01" }, scope),
  "a newer fact": (memos, _, scope) => memos.add("Ana lives in Porto.", scope),
};

test("what happens to a source takes its adapters out of use at once, whoever does it", async (t) => {
  const { memos, path } = await openTraining(t, { engine });
  const { memos: other } = await openTraining(t, { path, engine });
  for (const [at, [name, change]] of Object.entries(CHANGES).entries()) {
    const scope = { tenant: "acme", user: name };
    const id = await remember(memos, "Ana lives in Lisbon.", scope);
    const adapter = await trained(memos, scope, { attach: true });
    assert.equal((await ask(memos, QUESTION, scope, ASKED)).adapters.length, 1, name);
    await change(at % 2 === 0 ? memos : other, id, scope);
    const { state, reason } = await memos.adapters.get(adapter, scope);
    assert.equal(state, "stale", name);
    const { adapters, warnings } = await ask(memos, QUESTION, scope, ASKED);
    assert.deepEqual(adapters, [], name);
    assert.ok(warnings.some(({ message }) => message.endsWith(reason)));
    await assert.rejects(memos.adapters.attach(adapter, scope), refused("CONFLICT"));
  }
  await memos.adapters.tidy();
  assert.deepEqual(await adapterFiles(path), []);
});

test("a memory whose time is over takes its adapter out of use without anybody writing", async (t) => {
  const { memos } = await openTraining(t, { engine });
  const validTo = new Date(Date.now() + 60_000).toISOString();
  await remember(memos, { text: "Ana lives in Lisbon.", validTo }, ANA);
  const adapter = await trained(memos, ANA, { attach: true });
  assert.equal((await memos.adapters.get(adapter, ANA)).state, "ready");
  assert.equal((await ask(memos, QUESTION, ANA, ASKED)).adapters.length, 1);
  const { now } = Date;
  t.mock.method(Date, "now", () => now() + 120_000);
  const { adapters, warnings } = await ask(memos, QUESTION, ANA, ASKED);
  assert.deepEqual(adapters, []);
  assert.match(warnings[0]?.message ?? "", /holds no longer/);
});

test("a source that changes while it is trained stops the training, and nothing is left of it", async (t) => {
  for (const change of ["a change", "forgetting"]) {
    const { memos, path, trainer } = await openTraining(t, { engine });
    const id = await remember(memos, "Ana lives in Lisbon.", ANA);
    trainer.step = async (step, { signal }) => {
      if (step === 2) await CHANGES[change]?.(memos, id, ANA);
      if (step < 3) return;
      while (signal?.aborted !== true) await nextTurn();
    };
    const receipt = await begin(memos, ANA, { attach: true });
    assert.deepEqual(await ended(memos, receipt, ANA), { state: "done", failure: null });
    const { state, attached } = await memos.adapters.get(receipt.adapter, ANA);
    assert.deepEqual([state, attached], ["stale", []]);
    assert.deepEqual(await adapterFiles(path), []);
  }
});

test("a source that changes after training and before the adapter is ready makes it stale", async (t) => {
  const { memos, path, trainer } = await openTraining(t, { engine });
  const id = await remember(memos, "Ana lives in Lisbon.", ANA);
  trainer.spoil = () => memos.update(id, { text: "Ana lives in Porto." }, ANA);
  const receipt = await begin(memos, ANA, { attach: true });
  assert.equal((await ended(memos, receipt, ANA)).state, "done");
  assert.equal((await memos.adapters.get(receipt.adapter, ANA)).state, "stale");
  assert.deepEqual(await adapterFiles(path), []);
});
