import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemOS } from "../../../memos/index.js";
import { ask } from "../chat/support.js";
import { openStore, remember } from "../support.js";
import { ANA, compiledIn, ONLY, openCompiling, QUESTION, RULE, states } from "./support.js";

const CHANGES: Record<string, (memos: MemOS, id: string) => Promise<unknown>> = {
  "a change": (memos, id) => memos.update(id, { text: "Ana speaks French." }, ANA),
  forgetting: (memos, id) => memos.forget(id, ANA),
  archiving: (memos, id) => memos.lifecycle.archive(id, ANA),
  "another visibility": (memos, id) => memos.lifecycle.govern(id, { visibility: "shared" }, ANA),
  "an end of life": (memos, id) => memos.lifecycle.govern(id, { expiresAt: "2999-01-01" }, ANA),
  "a purge": (memos, id) => memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" }),
};

test("what happens to a source drops its states at once, whoever does it", async (t) => {
  const { memos, path } = await openCompiling(t);
  const { memos: other } = await openCompiling(t, { path });
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  for (const actor of [memos, other])
    for (const [name, change] of Object.entries(CHANGES)) {
      const id = await remember(memos, RULE, ANA);
      assert.equal((await memos.activations.compile(ANA)).reason, "compiled", name);
      assert.equal(await compiledIn(other, ANA), 1);
      await change(actor, id);
      assert.equal(await compiledIn(memos, ANA), 0, name);
      const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
      assert.deepEqual([tokens.restored, block.miss], [0, undefined], name);
      await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
    }
});

test("a memory that has expired is in no prompt, and its states go with it", async (t) => {
  const { memos, engine } = await openCompiling(t);
  const expiresAt = new Date(Date.now() + 1_500).toISOString();
  await remember(memos, { ...RULE, governance: { expiresAt } }, ANA);
  await remember(memos, { text: "Ana has a walrus.", type: "core" }, ANA);
  await memos.activations.compile(ANA);
  while (Date.now() <= Date.parse(expiresAt)) await nextTurn();
  const { tokens, block } = await ask(memos, QUESTION, ANA, ONLY);
  assert.deepEqual([tokens.restored, block.memories], [0, 1]);
  assert.ok(!engine.lastPrompt.includes("Portuguese"));
  await memos.lifecycle.sweep();
  assert.equal(await compiledIn(memos, ANA), 0);
});

test("a purge removes the file before its receipt is given, and has every engine forget", async (t) => {
  const { memos, engine, path } = await openCompiling(t);
  const { memos: other, engine: elsewhere } = await openCompiling(t, { path });
  const id = await remember(memos, RULE, ANA);
  await ask(memos, QUESTION, ANA, ONLY);
  await other.activations.compile(ANA);
  assert.equal((await states(path)).length, 1);
  const receipt = await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.deepEqual(await states(path), []);
  assert.equal((await memos.forgetting.verify(receipt, ANA)).clean, true);
  assert.equal(engine.dropped, 1);
  assert.equal(elsewhere.dropped, 0);
  await ask(other, QUESTION, ANA, ONLY);
  assert.equal(elsewhere.dropped, 1, "before its next prompt");
  await ask(other, QUESTION, ANA, ONLY);
  await ask(memos, QUESTION, ANA, ONLY);
  assert.deepEqual([engine.dropped, elsewhere.dropped], [1, 1], "once for each purge");
});

test("an engine that did not forget what is purged is told so again", async (t) => {
  const { memos, engine } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  await ask(memos, QUESTION, ANA, ONLY);
  const drop = engine.drop.bind(engine);
  engine.drop = () => Promise.reject(new Error("The engine is busy."));
  await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.equal((await ask(memos, QUESTION, ANA, ONLY)).answer, "Yes.");
  engine.drop = drop;
  await ask(memos, QUESTION, ANA, ONLY);
  assert.equal(engine.dropped, 1);
});

test("a purge that was cut short is finished by the next process, files of states included", async (t) => {
  const { memos, path } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const store = await openStore(t, path);
  await store.ledger.purge({ id: "cut short", scope: ANA, ids: [id], at: Date.now() });
  assert.equal((await states(path)).length, 1);
  await memos.forgetting.catchUp();
  assert.deepEqual(await states(path), []);
});

test("a source that changes while it is compiled leaves neither a state nor a file", async (t) => {
  const { memos, path, engine } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  for (const change of [CHANGES["a change"], CHANGES["a purge"]]) {
    engine.compiling = () => change?.(memos, id);
    const receipt = await memos.activations.compile(ANA);
    assert.deepEqual([receipt.reason, receipt.cube], ["changed", null]);
    assert.equal(await compiledIn(memos, ANA), 0);
    assert.deepEqual(await states(path), []);
  }
});
