import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { randomBits } from "../../../../memos/inference/gguf/generated/weights.js";
import { matrixOf } from "../../../../memos/parametric/files/checkFit.js";
import {
  type Adapter,
  type AdapterPair,
  type BaseShape,
  baseShape,
  checkAdapter,
  mergeAdapters,
  mergeIntoBase,
  readPeft,
  writeAdapterGguf,
} from "../../../../memos/parametric/files/index.js";
import { TARGETS } from "../../../../memos/parametric/recipe.js";
import {
  PEFT_FOLDERS,
  peftLogits,
  peftTokens,
  writePeftBase,
} from "../../parametric/files/peft/peftModel.js";
import { temporaryFolder } from "../../support.js";
import { type AttachedFile, correlation, logitsOf, modelLoader } from "./logits.js";
import { MODELS } from "./support.js";

/** An adapter of all matrices of a base, of random weights that change what it says a lot. */
function randomAdapterFor(base: BaseShape, seed: number, rank: number): Adapter {
  const random = randomBits(seed);
  const numbers = (length: number) => Float32Array.from({ length }, () => random() / 2 ** 32 - 0.5);
  const pairs: AdapterPair[] = [];
  for (let layer = 0; layer < base.layers; layer++)
    for (const target of TARGETS) {
      const matrix = matrixOf(base, layer, target);
      pairs.push({ layer, target, a: numbers(rank * matrix.in), b: numbers(matrix.out * rank) });
    }
  return { rank, alpha: rank / 4, scale: 1 / 4, pairs };
}

const TOKENS = [1, 300, 270, 301, 299, 280, 319, 265];

test("a base of PEFT's gives its logits in llama.cpp, with its adapters too", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "base.gguf");
  await writePeftBase(path);
  const tokens = await peftTokens();
  const base = await peftLogits("base");
  const model = await (await modelLoader(t))(path);
  assert.ok(correlation(await logitsOf(model, tokens), base) > 0.99999);
  const shape = await baseShape(path);
  for (const name of ["lora", "rslora"] as const) {
    const adapter = await readPeft(PEFT_FOLDERS[name]);
    const file = join(folder, name);
    const { sha256 } = await writeAdapterGguf(file, adapter, shape, "F32");
    await checkAdapter(file, shape, { sha256 });
    const expected = await peftLogits(name);
    const found = await logitsOf(model, tokens, [{ filePath: file, scale: 1 }]);
    assert.ok(correlation(base, expected) < 0.9, "the adapter changes a lot");
    assert.ok(correlation(found, expected) > 0.99999);
  }
});

test("a model that adapters were merged into says what they say when they are attached", async (t) => {
  const folder = await temporaryFolder(t);
  const base = await baseShape(await generatedModel("nano", MODELS));
  const weights = [1, 0.5] as const;
  const adapters = weights.map((weight, at) => ({
    adapter: randomAdapterFor(base, at, 4 + 4 * at),
    weight,
    sha256: "00".repeat(32),
  }));
  const files: AttachedFile[] = [];
  for (const [at, { adapter, weight }] of adapters.entries()) {
    files.push({ filePath: join(folder, `${at}`), scale: weight });
    await writeAdapterGguf(join(folder, `${at}`), adapter, base, "F32");
  }
  const load = await modelLoader(t);
  const model = await load(base.path);
  const attached = await logitsOf(model, TOKENS, files);
  assert.ok(correlation(await logitsOf(model, TOKENS), attached) < 0.9, "the adapters change a lot");

  await mergeIntoBase({ base, adapters, path: join(folder, "merged.gguf") });
  const merged = await logitsOf(await load(join(folder, "merged.gguf")), TOKENS);
  assert.ok(correlation(merged, attached) >= 0.9999);

  await writeAdapterGguf(join(folder, "both"), await mergeAdapters(adapters), base, "F32");
  const both = await logitsOf(model, TOKENS, [{ filePath: join(folder, "both"), scale: 1 }]);
  assert.ok(correlation(both, attached) >= 0.99999);
});
