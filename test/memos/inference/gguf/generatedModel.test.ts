import assert from "node:assert/strict";
import { readdir, stat, truncate, utimes } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { vocabulary } from "../../../../memos/inference/gguf/generated/vocabulary.js";
import { RandomWeights, toHalf } from "../../../../memos/inference/gguf/generated/weights.js";
import { GGML, inspectGguf, sha256OfFile } from "../../../../memos/inference/gguf/index.js";
import { temporaryFolder } from "../../../eval/temporaryFolder.js";

const NANO = "d277d2db359b5bccf28d28b0cc308b3331a246c509778b23a1e87a591fb7b496";

test("a generated model is the same file everywhere", async (t) => {
  const path = await generatedModel("nano", join(await temporaryFolder(t), "deep", "folder"));
  // Another recipe makes another file: then its number changes with this hash.
  assert.equal(await sha256OfFile(path), NANO);
});

test("a generated model has the shape that it should have", async (t) => {
  const model = await inspectGguf(await generatedModel("nano", await temporaryFolder(t)));
  assert.deepEqual(
    [
      model.layers,
      model.heads,
      model.kvHeads,
      model.headDim,
      model.vocabulary,
      model.contextLength,
      model.purpose,
    ],
    [2, 4, 2, 16, 512, 32_768, "chat"],
  );
  assert.match(model.chatTemplate ?? "", /<\|im_start\|>/);
});

test("a model that is there is used again, one that is not whole is made again", async (t) => {
  const folder = await temporaryFolder(t);
  const path = await generatedModel("nano", folder);
  const old = new Date(2_000, 1);
  await utimes(path, old, old);
  assert.equal(await generatedModel("nano", folder), path);
  assert.deepEqual((await stat(path)).mtime, old);
  await truncate(path, 1_000);
  await generatedModel("nano", folder);
  assert.equal(await sha256OfFile(path), NANO);
});

test("several may ask for the same model at once", async (t) => {
  const folder = await temporaryFolder(t);
  const paths = await Promise.all([1, 2, 3, 4].map(() => generatedModel("nano", folder)));
  assert.equal(new Set(paths).size, 1);
  assert.equal(await sha256OfFile(paths[0] ?? ""), NANO);
  assert.equal((await readdir(folder)).length, 2, "the model and its marker");
});

test("a vocabulary has every byte, its control tokens, and no piece twice", () => {
  for (const size of [512, 2_048, 32_000]) {
    const { pieces, scores, types, end, begin, unspoken } = vocabulary(size);
    assert.equal(new Set(pieces).size, size);
    assert.deepEqual([scores.length, types.length], [size, size]);
    assert.deepEqual(
      [pieces[begin], pieces[end], pieces[3], pieces[258]],
      ["<s>", "<|im_end|>", "<0x00>", "<0xFF>"],
    );
    assert.equal(types.filter((type) => type === 6).length, 256);
    assert.equal(types.filter((type) => type === 3).length, 4);
    assert.equal(unspoken.size, 261);
  }
});

test("half precision is the nearest to a number that is not tiny", () => {
  const known: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [0.1, 0x2e66],
    [65_504, 0x7bff],
    [1e9, 0x7c00],
    [1 - 2 ** -12, 0x3c00],
    [2 ** -14, 0x0400],
    [2 ** -20, 0x0000],
  ];
  for (const [value, half] of known) assert.equal(toHalf(value), half, String(value));
});

test("random rows have their deviation, no two are alike, and those that should be are 0", () => {
  const weights = new RandomWeights(GGML.F32, 1);
  const bytes = Buffer.concat([...weights.rows(0, 256, 100, 0.05, new Set([3]))]);
  const numbers = new Float32Array(new Uint8Array(bytes).buffer);
  const rows = Array.from({ length: 100 }, (_, row) => numbers.subarray(row * 256, row * 256 + 256));
  assert.ok(rows[3]?.every((value) => value === 0));
  assert.equal(new Set(rows.map(String)).size, 100);
  const variance = numbers.reduce((sum, value) => sum + value * value, 0) / (99 * 256);
  assert.ok(Math.abs(Math.sqrt(variance) - 0.05) < 0.002, `deviation ${Math.sqrt(variance)}`);
  const other = Buffer.concat([...weights.rows(1, 256, 100, 0.05)]);
  assert.ok(!other.equals(bytes), "another tensor has other rows");
});
