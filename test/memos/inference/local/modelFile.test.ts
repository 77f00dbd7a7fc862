import assert from "node:assert/strict";
import { copyFile, mkdir, open, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type ErrorCode, isMemosError } from "../../../../memcube/index.js";
import {
  generatedContent,
  generatedModel,
} from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { writeGguf } from "../../../../memos/inference/gguf/index.js";
import { temporaryFolder } from "../../support.js";
import { generated, QUESTION } from "../engineContract.js";
import { localEngine, MODELS } from "./support.js";

const refusal = (code: ErrorCode, sentence: RegExp) => (error: unknown) =>
  isMemosError(error, code) && sentence.test(error.message);

test("a file that is no usable model is refused before anything is loaded", async (t) => {
  const folder = await temporaryFolder(t);
  const nano = await generatedModel("nano", MODELS);
  const content = generatedContent("nano");
  const files: Record<string, [(path: string) => Promise<unknown>, RegExp]> = {
    absent: [async () => undefined, /no model file/],
    folder: [(path) => mkdir(path), /not a file/],
    text: [(path) => writeFile(path, "This is a shopping list."), /GGUF/],
    truncated: [
      async (path) => {
        await copyFile(nano, path);
        await truncate(path, 300_000);
      },
      /truncated|shorter|ends/,
    ],
    unknown: [
      (path) =>
        writeGguf(path, {
          ...content,
          metadata: { ...content.metadata, "general.architecture": { type: "string", value: "abacus" } },
        }),
      /architecture/,
    ],
  };
  for (const [name, [make, sentence]] of Object.entries(files)) {
    const path = join(folder, name);
    await make(path);
    const engine = await localEngine(t, { model: path });
    await assert.rejects(engine.model(), refusal("MODEL_INVALID", sentence), name);
    assert.equal(await engine.pid(), undefined);
  }
});

test("a model that needs more memory than is allowed is refused with both numbers", async (t) => {
  const engine = await localEngine(t, { memoryBytes: 64 * 1024 ** 2, contextTokens: 32_768, sequences: 16 });
  await assert.rejects(engine.model(), refusal("MODEL_INVALID", /needs about \d+ MB .* 64 MB are allowed/));
});

test("a context that is longer than the model's is refused", async (t) => {
  const engine = await localEngine(t, { contextTokens: 65_536 });
  await assert.rejects(engine.model(), refusal("INVALID_INPUT", /context of 32768 tokens/));
});

test("a model that llama.cpp does not load is refused, and another one under its name is taken", async (t) => {
  const path = join(await temporaryFolder(t), "model.gguf");
  const content = generatedContent("nano");
  await writeGguf(path, {
    ...content,
    tensors: content.tensors.filter(({ name }) => name !== "blk.1.ffn_up.weight"),
  });
  const engine = await localEngine(t, { model: path });
  await assert.rejects(engine.model(), (error) => isMemosError(error, "MODEL_INVALID"));
  await copyFile(await generatedModel("nano", MODELS), `${path}.new`);
  await rename(`${path}.new`, path);
  assert.ok((await generated(engine, { messages: QUESTION, maxTokens: 2 })).text.length > 0);
});

test("a model that is swapped under its name is noticed: the fingerprint changes, and nothing live stays", async (t) => {
  const path = join(await temporaryFolder(t), "model.gguf");
  const nano = await generatedModel("nano", MODELS);
  await copyFile(nano, path);
  const engine = await localEngine(t, { model: path });
  const request = { messages: QUESTION, maxTokens: 2 };
  const before = await engine.fingerprint();
  await generated(engine, request);
  await copyFile(nano, `${path}.new`);
  const file = await open(`${path}.new`, "r+");
  // One weight of the output is another.
  await file.write(Buffer.of(1), 0, 1, (await file.stat()).size - 2);
  await file.close();
  await rename(`${path}.new`, path);
  const after = await engine.fingerprint();
  assert.notEqual(after.model, before.model);
  assert.deepEqual({ ...after, model: before.model }, before);
  assert.equal((await engine.model()).sha256, after.model);
  assert.equal((await generated(engine, request)).end.tokens.reused, 0);
});
