import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readContainer } from "../../../../memos/activation/container.js";
import { temporaryFolder } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { failed, kill, LONG, localEngine } from "./support.js";

test("a process that is killed while it evaluates a prompt costs time, not the result", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const path = join(folder, "state");
  let killed: Promise<void> | undefined;
  const compiled = await engine.compile({
    messages: LONG,
    path,
    onProgress: () => {
      killed ??= kill(engine);
    },
  });
  await killed;
  const { header } = await readContainer(path, { sha256: compiled.sha256 });
  assert.equal(header.tokens, compiled.tokens);
  assert.deepEqual(await readdir(folder), ["state"]);
});

test("a process that is killed again is a clean failure, which leaves no file", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const path = join(folder, "state");
  await assert.rejects(engine.compile({ messages: LONG, path, onProgress: () => void kill(engine) }), failed);
  assert.deepEqual(await readdir(folder), []);
  assert.ok((await generated(engine, { messages: QUESTION, maxTokens: 2 })).text.length > 0);
});

test("a process that is killed while it saves leaves a whole file or none", async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await localEngine(t);
  const path = join(folder, "state");
  const compiling = engine.compile({
    messages: LONG,
    path,
    onProgress: (tokens, of) => {
      if (tokens === of) void kill(engine);
    },
  });
  const compiled = await compiling.catch((error: unknown) => assert.ok(failed(error)));
  if (compiled === undefined) assert.deepEqual(await readdir(folder), []);
  else await readContainer(path, { sha256: compiled.sha256 });
});

test("a process that is killed in the middle of an answer is a failure, and the next answer is whole", async (t) => {
  const engine = await localEngine(t);
  const request = { messages: QUESTION, maxTokens: 12 };
  const expected = await generated(engine, request);
  await assert.rejects(async () => {
    for await (const event of engine.generate({ ...request, maxTokens: 600 }))
      if (event.kind === "text") await kill(engine);
  }, failed);
  assert.equal((await generated(engine, request)).text, expected.text);
});
