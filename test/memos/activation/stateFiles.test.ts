import assert from "node:assert/strict";
import { copyFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { inLedger, remember } from "../support.js";
import { ANA, ONLY, onlyState, openCompiling, QUESTION, RULE, states } from "./support.js";

test("states of what memories said before do not pile up", async (t) => {
  const { memos, path } = await openCompiling(t);
  const id = await remember(memos, RULE, ANA);
  for (let round = 0; round < 5; round++) {
    assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
    assert.equal((await states(path)).length, 1);
    await memos.update(id, { text: `Ana speaks ${round} languages.` }, ANA);
  }
});

test("a state that cannot be compressed is given up when there is no room for it", async (t) => {
  const { memos, path } = await openCompiling(t, { activations: { automatic: false, fileBytes: 0 } });
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const receipt = await memos.activations.tidy();
  assert.deepEqual(receipt, { compressed: 0, dropped: 1, removed: 0, fileBytes: 0, compressedBytes: 0 });
  assert.deepEqual(await states(path), []);
  assert.ok((await ask(memos, QUESTION, ANA, ONLY)).answer.length > 0);
});

test("a state that nobody has used for long is given up", async (t) => {
  const { memos, path } = await openCompiling(t, { activations: { automatic: false, coldDays: 3 } });
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const usedBefore = (days: number) =>
    inLedger(path, (db) =>
      db.prepare("UPDATE activations SET last_used_at = ?").run(Date.now() - days * 86_400_000),
    );
  usedBefore(2);
  assert.equal((await memos.activations.tidy()).dropped, 0);
  usedBefore(4);
  assert.equal((await memos.activations.tidy()).dropped, 1);
  assert.deepEqual(await states(path), []);
});

test("what stands in the folder and belongs to nothing is removed, what another process writes is not", async (t) => {
  const { memos, path } = await openCompiling(t);
  await remember(memos, RULE, ANA);
  await memos.activations.compile(ANA);
  const folder = join(path, "activation");
  await writeFile(join(folder, `${"0".repeat(64)}.kv`), "nothing");
  await writeFile(join(folder, "underway.part"), "half");
  assert.equal((await memos.activations.tidy()).removed, 1);
  assert.equal((await states(path)).length, 2);
});

test("a state of the engine that is damaged or another's is a miss, and the answer is the same", async (t) => {
  const engine = await localEngine(t);
  const { memos, path } = await openCompiling(t, { engine });
  const ben = { tenant: "acme", user: "ben" };
  await remember(memos, RULE, ANA);
  await remember(memos, { text: "Ben speaks Finnish.", type: "core" }, ben);
  const brief = { ...ONLY, maxTokens: 8 };
  const { answer } = await ask(memos, QUESTION, ANA, brief);
  const damages: ((file: string, other: string) => Promise<unknown>)[] = [
    async (file) => {
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      await writeFile(file, bytes);
    },
    (file) => truncate(file, 5_000),
    (file, other) => copyFile(other, file),
    (file) => writeFile(file, ""),
  ];
  for (const damage of damages) {
    await memos.activations.compile(ben);
    const other = await onlyState(path);
    await memos.activations.compile(ANA);
    const file = (await states(path)).find((name) => !other.endsWith(name)) as string;
    await damage(join(path, "activation", file), other);
    await engine.drop();
    const missed = await ask(memos, QUESTION, ANA, brief);
    assert.deepEqual([missed.answer, missed.tokens.restored], [answer, 0]);
    assert.notEqual(missed.block.miss, undefined);
    await memos.activations.drop(ben);
  }
  assert.equal((await memos.activations.compile(ANA)).reason, "compiled");
  await engine.drop();
  assert.ok((await ask(memos, QUESTION, ANA, brief)).tokens.restored > 0);
});
