import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { failed, kill, LONG, localEngine } from "./support.js";

test("an engine that keeps crashing rests for a while, and says so", async (t) => {
  const engine = await localEngine(t, {}, { crashes: 2, restMs: 3_600_000 });
  await engine.model();
  const asked = engine.compile({
    messages: LONG,
    path: join(await temporaryFolder(t), "state"),
    onProgress: () => void kill(engine),
  });
  await assert.rejects(asked, failed);
  await assert.rejects(
    generated(engine, { messages: QUESTION, maxTokens: 2 }),
    (error) => failed(error) && /2 times in a row and rests for 3600 s/.test((error as Error).message),
  );
});

test("an engine that has rested is tried again", async (t) => {
  const engine = await localEngine(t, {}, { crashes: 2, restMs: 0 });
  const path = join(await temporaryFolder(t), "state");
  await assert.rejects(engine.compile({ messages: LONG, path, onProgress: () => void kill(engine) }), failed);
  assert.ok((await generated(engine, { messages: QUESTION, maxTokens: 2 })).text.length > 0);
});

test("a process that needs more memory than is allowed is stopped, and the sentence says so", async (t) => {
  const engine = await localEngine(t, { memoryBytes: 48 * 1024 ** 2 }, { pollMs: 1 });
  await assert.rejects(
    engine.model(),
    (error) => failed(error) && /needed more than 48 MB/.test((error as Error).message),
  );
});

test("nothing is left of a process: no folder of its own, nor those of others that are gone", async (t) => {
  const root = await temporaryFolder(t);
  // No process has this number.
  const abandoned = join(root, "memos-engine-4194999-abcdef");
  await mkdir(abandoned);
  await writeFile(join(abandoned, "prompt.state"), "what somebody said");
  const engine = await localEngine(t, { temporaryFolder: root });
  await engine.model();
  const names = await readdir(root);
  assert.equal(names.length, 1);
  assert.match(names[0] ?? "", new RegExp(`^memos-engine-${process.pid}-`));
  await kill(engine);
  await generated(engine, { messages: QUESTION, maxTokens: 2 });
  assert.equal((await readdir(root)).length, 1);
  await engine[Symbol.asyncDispose]();
  assert.deepEqual(await readdir(root), []);
});
