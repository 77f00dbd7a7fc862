import assert from "node:assert/strict";
import { copyFile, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../../../memcube/index.js";
import { readContainer, writeContainer } from "../../../../memos/activation/container.js";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { temporaryFolder } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { localEngine, MODELS } from "./support.js";

test("a state fits contexts with other numbers of sequences, and is a miss where it does not fit", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  const engine = await localEngine(t, { sequences: 3, temporaryFolder: folder });
  const long = [{ role: "system" as const, content: "memory ".repeat(80) }, ...QUESTION.slice(1)];
  const { sha256: hash, tokens } = await engine.compile({ messages: long.slice(0, 1), path });
  const state = { path, sha256: hash };
  const cold = await generated(engine, { messages: long, maxTokens: 8 });
  assert.ok(cold.end.tokens.reused > 0);

  const single = await localEngine(t, { sequences: 1 });
  const restored = await generated(single, { messages: long, maxTokens: 8, state });
  assert.equal(restored.end.tokens.restored, tokens);
  assert.equal(restored.text, cold.text);
  assert.ok(restored.end.restoreMs > 0);
  // Nothing that it was written to on the way is left.
  assert.deepEqual(
    (await readdir(folder, { recursive: true })).filter((name) => /\.state$|\.tmp$/.test(name)),
    [],
  );

  const small = await localEngine(t, { contextTokens: 256 });
  const { prompt } = await generated(small, { messages: QUESTION, maxTokens: 2, state });
  assert.match(prompt.miss ?? "", /tokens; the context has room for 256/);
});

test("a state of another model is a miss, whatever its shape", async (t) => {
  const folder = await temporaryFolder(t);
  const [path, model] = [join(folder, "state"), join(folder, "other.gguf")];
  const engine = await localEngine(t);
  const { sha256: hash } = await engine.compile({ messages: QUESTION.slice(0, 1), path });
  await copyFile(await generatedModel("nano", MODELS), model);
  const file = await open(model, "r+");
  await file.write(Buffer.of(1), 0, 1, (await file.stat()).size - 2);
  await file.close();
  const other = await localEngine(t, { model });
  const { prompt, end } = await generated(other, {
    messages: QUESTION,
    maxTokens: 2,
    state: { path, sha256: hash },
  });
  assert.match(prompt.miss ?? "", /model/);
  assert.equal(end.tokens.restored, 0);
});

test("a state whose hash is right and whose content is not reaches nobody", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  const engine = await localEngine(t);
  const { sha256: hash } = await engine.compile({ messages: QUESTION.slice(0, 1), path });
  const { header, payload } = await readContainer(path, { sha256: hash });
  const truncated = payload.subarray(0, payload.length - 100);
  const forgeries = {
    truncated: { ...header, payloadBytes: truncated.length },
    codec: { ...header, codec: { name: "magic", parameters: {} } },
  };
  for (const [name, forged] of Object.entries(forgeries)) {
    const file = join(folder, name);
    await writeContainer(file, forged, [payload.subarray(0, forged.payloadBytes)]);
    await engine.drop();
    const { prompt, text } = await generated(engine, {
      messages: QUESTION,
      maxTokens: 4,
      state: { path: file, sha256: sha256(await readFile(file)) },
    });
    assert.ok((prompt.miss ?? "").length > 0, name);
    assert.ok(text.length > 0);
  }
});

test("a live sequence that has more of the prompt is preferred to the state", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "state");
  const engine = await localEngine(t);
  const { sha256: hash, tokens } = await engine.compile({ messages: QUESTION.slice(0, 1), path });
  const request = { messages: QUESTION, maxTokens: 2, state: { path, sha256: hash } };
  await generated(engine, request);
  const again = await generated(engine, request);
  assert.equal(again.end.tokens.restored, 0);
  assert.ok(again.end.tokens.reused > tokens);
});
