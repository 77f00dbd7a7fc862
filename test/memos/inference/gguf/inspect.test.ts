import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { isMemosError, sha256 } from "../../../../memcube/index.js";
import {
  type GgufContent,
  type GgufValue,
  ggufTensorBytes,
  inspectGguf,
  writeGguf,
} from "../../../../memos/inference/gguf/index.js";
import { temporaryFolder } from "../../../eval/temporaryFolder.js";
import { modelInvalid } from "./refused.js";
import { smallModel, tensor } from "./sample.js";

async function written(t: TestContext, content: GgufContent): Promise<string> {
  const path = join(await temporaryFolder(t), "model.gguf");
  const { sha256: hash, bytes } = await writeGguf(path, content);
  const file = await readFile(path);
  assert.deepEqual([hash, bytes], [sha256(file), file.length]);
  return path;
}

test("a model says its shape, with what follows from the rest where it is not said", async (t) => {
  const model = await inspectGguf(await written(t, smallModel()));
  const { tensors, estimateBytes, ...shape } = model;
  assert.deepEqual(shape, {
    architecture: "llama",
    purpose: "chat",
    name: undefined,
    layers: 2,
    heads: 4,
    kvHeads: 4,
    headDim: 16,
    embeddingLength: 64,
    contextLength: 4_096,
    vocabulary: 2,
    rope: {},
    chatTemplate: undefined,
    fileBytes: model.fileBytes,
  });
  assert.deepEqual(
    tensors.map(({ name, dimensions, type, bytes }) => ({ name, dimensions, type, bytes })),
    [
      { name: "token_embd.weight", dimensions: [64, 2], type: 0, bytes: 512 },
      { name: "output_norm.weight", dimensions: [3], type: 0, bytes: 12 },
    ],
  );
  // 2 layers × 4 heads × (16 + 16) numbers of two bytes, in 512 cells, for each of three sequences.
  assert.equal(
    estimateBytes({ contextTokens: 300, sequences: 3 }),
    model.fileBytes + 3 * 512 * 2 * 4 * 32 * 2,
  );
});

test("everything that is said is understood: heads of each layer, sizes of keys, RoPE, template, name", async (t) => {
  const model = await inspectGguf(
    await written(
      t,
      smallModel({
        "general.name": { type: "string", value: "Ünï" },
        "llama.attention.head_count_kv": { type: "array", of: "int32", value: [0, 2] },
        "llama.attention.key_length": { type: "uint32", value: 32 },
        "llama.attention.value_length": { type: "uint32", value: 24 },
        "llama.rope.freq_base": { type: "float32", value: 500_000 },
        "llama.rope.scaling.type": { type: "string", value: "yarn" },
        "llama.rope.scaling.finetuned": { type: "bool", value: true },
        "llama.rope.dimension_sections": { type: "array", of: "int32", value: [2, 3] },
        "tokenizer.chat_template": { type: "string", value: "{{ messages }}" },
      }),
    ),
  );
  assert.deepEqual(
    [model.name, model.kvHeads, model.headDim, model.chatTemplate],
    ["Ünï", 2, 32, "{{ messages }}"],
  );
  assert.deepEqual(model.rope, {
    freq_base: 500_000,
    "scaling.type": "yarn",
    "scaling.finetuned": true,
    dimension_sections: [2, 3],
  });
  assert.equal(
    model.estimateBytes({ contextTokens: 1, sequences: 1 }),
    model.fileBytes + 256 * 2 * (32 + 24) * 2,
  );
});

test("a header of every type of value is skipped over rightly", async (t) => {
  const numbers = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"] as const;
  const changes: Record<string, GgufValue> = {
    "a.bool": { type: "bool", value: true },
    "a.bools": { type: "array", of: "bool", value: [true, false] },
    "a.uint64": { type: "uint64", value: 2n ** 63n },
    "a.int64": { type: "int64", value: -5 },
    "a.texts": {
      type: "array",
      of: "string",
      value: Array.from({ length: 30_000 }, (_, at) => `piece ${at}`),
    },
  };
  for (const type of numbers) {
    changes[`a.${type}`] = { type, value: 100 };
    changes[`a.${type}s`] = { type: "array", of: type, value: [1, 2, 3] };
    changes[`a.many.${type}s`] = { type: "array", of: type, value: new Array<number>(5_000).fill(7) };
  }
  // What comes after all of it is still found.
  const after: GgufValue = { type: "string", value: "after" };
  const model = await inspectGguf(
    await written(t, smallModel({ ...changes, "tokenizer.chat_template": after })),
  );
  assert.equal(model.chatTemplate, "after");
});

test("the tensors are where the reader says, whatever their type and length", async (t) => {
  const shape = fc.record({
    type: fc.constantFrom([0, 1] as const, [1, 1] as const, [8, 32] as const, [2, 32] as const),
    columns: fc.integer({ min: 1, max: 5 }),
    rows: fc.integer({ min: 1, max: 5 }),
  });
  const path = join(await temporaryFolder(t), "model.gguf");
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { minLength: 1, maxLength: 6 }), async (shapes) => {
      const tensors = shapes.map(({ type: [type, unit], columns, rows }, at) => {
        const dimensions = [columns * unit, rows];
        const name = `t${"x".repeat(at)}`;
        return tensor(name, dimensions, type, ggufTensorBytes({ name, dimensions, type }));
      });
      await writeGguf(path, { ...smallModel(), tensors });
      const file = await readFile(path);
      for (const { name, offset, bytes } of (await inspectGguf(path)).tensors) {
        assert.equal(offset % 32, 0);
        assert.ok(file.subarray(offset, offset + bytes).every((byte) => byte === name.length));
      }
    }),
    { numRuns: 50 },
  );
});

test("a tensor whose data is not as long as its shape says is not written", async (t) => {
  const path = join(await temporaryFolder(t), "model.gguf");
  for (const wrong of [
    tensor("t", [4], 0, 15),
    tensor("t", [4], 0, 17),
    tensor("t", [31], 8, 34),
    tensor("t", [4], 99),
  ])
    await assert.rejects(writeGguf(path, { ...smallModel(), tensors: [wrong] }), (error) =>
      isMemosError(error, "INVALID_INPUT"),
    );
  await assert.rejects(inspectGguf(path), (error) => isMemosError(error, "NOT_FOUND"));
});

const TEXT = (value: string): GgufValue => ({ type: "string", value });
const COUNT = (value: number): GgufValue => ({ type: "uint32", value });

const REFUSED: readonly (readonly [string, Record<string, GgufValue | undefined>, RegExp])[] = [
  ["no architecture", { "general.architecture": undefined }, /which architecture/],
  ["a number as its architecture", { "general.architecture": COUNT(1) }, /which architecture/],
  [
    "an architecture that is not supported",
    { "general.architecture": TEXT("mamba") },
    /"mamba" are not supported/,
  ],
  [
    "an endless name of its architecture",
    { "general.architecture": TEXT("x".repeat(99_999)) },
    /not supported/,
  ],
  ["the type of an adapter", { "general.type": TEXT("adapter") }, /adapter/],
  ["several parts", { "split.count": { type: "uint16", value: 3 } }, /one of 3 parts/],
  ["no vocabulary", { "tokenizer.ggml.tokens": undefined }, /no vocabulary/],
  [
    "an empty vocabulary",
    { "tokenizer.ggml.tokens": { type: "array", of: "string", value: [] } },
    /no vocabulary/,
  ],
  ["no layers", { "llama.block_count": COUNT(0) }, /block_count/],
  ["too many layers", { "llama.block_count": COUNT(513) }, /block_count/],
  ["half a layer", { "llama.block_count": { type: "float32", value: 1.5 } }, /block_count/],
  ["no width", { "llama.embedding_length": undefined }, /embedding_length/],
  ["no context", { "llama.context_length": undefined }, /context_length/],
  ["no heads", { "llama.attention.head_count": undefined }, /head_count/],
  ["none of its heads", { "llama.attention.head_count": COUNT(0) }, /no attention/],
  ["more heads than width", { "llama.attention.head_count": COUNT(65) }, /key_length/],
  [
    "heads of fewer layers than it has",
    { "llama.attention.head_count_kv": { type: "array", of: "uint32", value: [1] } },
    /head_count_kv/,
  ],
  ["keys of no length", { "llama.attention.key_length": COUNT(0) }, /key_length/],
  ["an odd alignment", { "general.alignment": COUNT(24) }, /alignment/],
  ["no alignment at all", { "general.alignment": COUNT(0) }, /alignment/],
  ["a larger alignment than it keeps", { "general.alignment": COUNT(1_024) }, /truncated/],
];

for (const [what, changes, reason] of REFUSED)
  test(`a model with ${what} is refused`, async (t) => {
    await assert.rejects(inspectGguf(await written(t, smallModel(changes))), modelInvalid(reason));
  });

test("a model without tensors is refused", async (t) => {
  await assert.rejects(
    inspectGguf(await written(t, { ...smallModel(), tensors: [] })),
    modelInvalid(/no tensors/),
  );
});

test("what is not a model is refused: text, nothing, a folder, a missing file", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "model.gguf");
  await assert.rejects(inspectGguf(path), (error) => isMemosError(error, "NOT_FOUND"));
  await assert.rejects(inspectGguf(folder), modelInvalid(/not a file/));
  for (const content of ["", "GGUF", "Once upon a time there was a file that was no model at all."]) {
    await writeFile(path, content);
    await assert.rejects(inspectGguf(path), modelInvalid(/not a GGUF file/));
  }
});
