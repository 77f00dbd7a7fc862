import assert from "node:assert/strict";
import { appendFile, mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import {
  GGML,
  type GgufTensor,
  type GgufValue,
  sha256OfFile,
  writeGguf,
} from "../../../../memos/inference/gguf/index.js";
import {
  type AdapterSummary,
  checkAdapter,
  readAdapterGguf,
  writeAdapterGguf,
} from "../../../../memos/parametric/files/index.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { arbitraryMutation, mutated } from "../../activation/mutation.js";
import { temporaryFolder } from "../../support.js";
import { adapterRefused, sampleAdapter, smallBase } from "./support.js";

const BASE = smallBase();

/** One pair, so that there are few bytes between what can go wrong. */
const SMALL = { ...sampleAdapter(), pairs: sampleAdapter().pairs.slice(0, 1) };

function numbers(length: number, value = 0.5): () => Uint8Array[] {
  return () => [new Uint8Array(new Float32Array(length).fill(value).buffer)];
}

function tensor(name: string, dimensions: readonly number[], changes: Partial<GgufTensor> = {}): GgufTensor {
  const length = dimensions.reduce((product, size) => product * size, 1);
  return { name, dimensions, type: GGML.F32, data: numbers(length), ...changes };
}

const Q = "blk.0.attn_q.weight";
const PAIR = [tensor(`${Q}.lora_a`, [8, 2]), tensor(`${Q}.lora_b`, [2, 8])] as const;

const METADATA: Readonly<Record<string, GgufValue>> = {
  "general.type": { type: "string", value: "adapter" },
  "general.architecture": { type: "string", value: "llama" },
  "adapter.type": { type: "string", value: "lora" },
  "adapter.lora.alpha": { type: "float32", value: 8 },
};

async function write(
  path: string,
  metadata: Readonly<Record<string, GgufValue | undefined>> = {},
  tensors: readonly GgufTensor[] = PAIR,
): Promise<string> {
  const all = Object.entries({ ...METADATA, ...metadata });
  await writeGguf(path, {
    metadata: Object.fromEntries(all.filter((pair): pair is [string, GgufValue] => pair[1] !== undefined)),
    tensors,
  });
  return path;
}

test("what is right is summed up", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const written = await writeAdapterGguf(path, sampleAdapter(), BASE, "F16");
  assert.deepEqual(await checkAdapter(path, BASE, { sha256: written.sha256 }), {
    ...written,
    architecture: "llama",
    rank: 2,
    alpha: 8,
    scale: 4,
    type: "F16",
    pairs: 14,
    targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    baseSha256: BASE.sha256,
  } satisfies AdapterSummary);
});

test("an adapter of another program, which names no base and describes itself, is taken", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  await write(path, { "general.name": { type: "string", value: "mine" } });
  const { baseSha256, pairs } = await checkAdapter(path, BASE);
  assert.deepEqual([baseSha256, pairs], [undefined, 1]);
});

const text = (value: string): GgufValue => ({ type: "string", value });

const METADATA_FAULTS: readonly (readonly [
  string,
  Readonly<Record<string, GgufValue | undefined>>,
  RegExp,
])[] = [
  ["a model instead of an adapter", { "general.type": text("model") }, /not a LoRA adapter/],
  ["no type", { "general.type": undefined }, /not a LoRA adapter/],
  ["a type that is a number", { "general.type": { type: "uint32", value: 1 } }, /not a LoRA adapter/],
  ["another kind of adapter", { "adapter.type": text("control_vector") }, /not a LoRA adapter/],
  ["another architecture", { "general.architecture": text("qwen3") }, /architecture "qwen3", not for llama/],
  ["no architecture", { "general.architecture": undefined }, /architecture/],
  ["no alpha", { "adapter.lora.alpha": undefined }, /alpha/],
  // llama.cpp aborts the process for it.
  ["an alpha that is a whole number", { "adapter.lora.alpha": { type: "uint32", value: 8 } }, /alpha/],
  ["an alpha in double precision", { "adapter.lora.alpha": { type: "float64", value: 8 } }, /alpha/],
  ["an alpha of 0", { "adapter.lora.alpha": { type: "float32", value: 0 } }, /alpha 0/],
  ["an alpha below 0", { "adapter.lora.alpha": { type: "float32", value: -8 } }, /alpha -8/],
  [
    "an alpha that is no number",
    { "adapter.lora.alpha": { type: "float32", value: Number.NaN } },
    /alpha NaN/,
  ],
  [
    "an alpha beyond the limit",
    { "adapter.lora.alpha": { type: "float32", value: ADAPTER_LIMITS.alpha + 1 } },
    /alpha 65537/,
  ],
  ["another base", { "memos.base.sha256": text("cd".repeat(32)) }, /another base/],
  ["a base that is no hash", { "memos.base.sha256": { type: "uint32", value: 1 } }, /another base/],
  [
    "tokens that switch it on",
    { "adapter.alora.invocation_tokens": { type: "array", of: "uint32", value: [1] } },
    /adapter\.alora\.invocation_tokens/,
  ],
  ["a key of nobody", { "nemos.base.sha256": text(BASE.sha256) }, /nemos/],
  ["an alignment of its own", { "general.alignment": { type: "uint32", value: 32 } }, /general\.alignment/],
];

for (const [what, metadata, reason] of METADATA_FAULTS)
  test(`an adapter with ${what} is refused`, async (t) => {
    const path = await write(join(await temporaryFolder(t), "adapter.gguf"), metadata);
    await assert.rejects(checkAdapter(path, BASE), adapterRefused(reason));
    await assert.rejects(readAdapterGguf(path, BASE), adapterRefused(reason));
  });

const [A, B] = PAIR;
const K = "blk.0.attn_k.weight";

const TENSOR_FAULTS: readonly (readonly [string, readonly GgufTensor[], RegExp])[] = [
  ["nothing in it", [], /changes nothing/],
  ["half of a pair", [A], /half of a pair/],
  ["the other half of a pair", [B], /half of a pair/],
  ["a tensor of a model", [...PAIR, tensor(Q, [8, 8])], /none of a LoRA adapter/],
  ["a norm", [...PAIR, tensor("blk.0.attn_norm.weight", [8])], /none of a LoRA adapter/],
  ["a matrix that no adapter changes", [tensor("output.weight.lora_a", [8, 2])], /none of a LoRA adapter/],
  [
    "a layer that the base does not have",
    PAIR.map((one) => ({ ...one, name: one.name.replace("0", "2") })),
    /blk\.2/,
  ],
  [
    "a layer that is no number",
    PAIR.map((one) => ({ ...one, name: one.name.replace("0", "00") })),
    /none of/,
  ],
  ["a tensor twice", [A, B, A], /twice/],
  ["rows that are too long", [tensor(A.name, [9, 2]), B], /8 rows of 8 numbers/],
  ["too many rows", [A, tensor(B.name, [2, 9])], /8 rows of 8 numbers/],
  ["matrices that are turned", [tensor(A.name, [2, 8]), B], /8 rows of 8 numbers/],
  ["a cube", [tensor(A.name, [8, 2, 1]), B], /8 rows of 8 numbers/],
  ["two ranks in a pair", [A, tensor(B.name, [3, 8])], /rank 2, but not for blk\.0\.attn_q/],
  [
    "two ranks in two pairs",
    [...PAIR, tensor(`${K}.lora_a`, [8, 3]), tensor(`${K}.lora_b`, [3, 4])],
    /rank 2, but not for blk\.0\.attn_k/,
  ],
  ["rank 0", [tensor(A.name, [8, 0]), tensor(B.name, [0, 8])], /rank 0/],
  [
    "a rank beyond the limit",
    [tensor(A.name, [8, ADAPTER_LIMITS.rank + 1]), tensor(B.name, [ADAPTER_LIMITS.rank + 1, 8])],
    /rank 257/,
  ],
  [
    "quantised weights",
    [tensor(A.name, [8, 4], { type: GGML.BF16, data: () => [new Uint8Array(64)] }), B],
    /BF16; an adapter is all F32 or all F16/,
  ],
  [
    "weights of two types",
    [A, tensor(B.name, [2, 8], { type: GGML.F16, data: () => [new Uint8Array(32)] })],
    /F16; an adapter is all F32 or all F16/,
  ],
  [
    "more tensors than allowed",
    Array.from({ length: ADAPTER_LIMITS.tensors + 1 }, (_, at) => tensor(`${at}`, [1])),
    /3073 tensors/,
  ],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
    (value) =>
      [
        `a weight that is ${value}`,
        [A, { ...B, data: numbers(16, value) }],
        /lora_b that is not finite/,
      ] as const,
  ),
];

for (const [what, tensors, reason] of TENSOR_FAULTS)
  test(`an adapter with ${what} is refused`, async (t) => {
    const path = await write(join(await temporaryFolder(t), "adapter.gguf"), {}, tensors);
    await assert.rejects(checkAdapter(path, BASE), adapterRefused(reason));
    await assert.rejects(readAdapterGguf(path, BASE), adapterRefused(reason));
  });

test("a half-precision weight that is not finite is refused", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const halves = PAIR.map((one) => ({
    ...one,
    type: GGML.F16,
    data: () => [new Uint8Array(Uint16Array.from({ length: 16 }, (_, at) => (at === 7 ? 0x7c00 : 0)).buffer)],
  }));
  await write(path, {}, halves);
  await assert.rejects(checkAdapter(path, BASE), adapterRefused(/not finite/));
});

test("an adapter for a base whose heads it would cut is refused", async (t) => {
  const path = await write(join(await temporaryFolder(t), "adapter.gguf"));
  await assert.rejects(checkAdapter(path, { ...BASE, headDim: 3 }), adapterRefused(/whole attention heads/));
});

test("an adapter that is cut off anywhere is refused, and one with something after its end", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const { bytes } = await writeAdapterGguf(path, SMALL, BASE, "F32");
  await appendFile(path, "\0");
  await assert.rejects(checkAdapter(path, BASE), adapterRefused(/1 bytes after/));
  for (let length = bytes - 1; length >= 0; length--) {
    await truncate(path, length);
    await assert.rejects(checkAdapter(path, BASE), adapterRefused());
  }
});

test("tensors that overlap or leave a gap are refused", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  await writeAdapterGguf(path, SMALL, BASE, "F32");
  const file = await readFile(path);
  // The place of the second tensor is the last 8 bytes before the data, which begins at a multiple of 32.
  const start = file.length - 128;
  const place = file.lastIndexOf(Buffer.of(64, 0, 0, 0, 0, 0, 0, 0), start);
  for (const offset of [0, 32, 96]) {
    file[place] = offset;
    await writeFile(path, file);
    await assert.rejects(checkAdapter(path, BASE), adapterRefused(/overlap or a gap|truncated/));
  }
});

test("a file that is absent, a folder or something else is refused", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(checkAdapter(join(folder, "absent"), BASE), adapterRefused(/no adapter file/));
  await mkdir(join(folder, "folder"));
  await assert.rejects(checkAdapter(join(folder, "folder"), BASE), adapterRefused(/not a file/));
  await writeFile(join(folder, "text"), "something else, and long enough to be a header");
  await assert.rejects(checkAdapter(join(folder, "text"), BASE), adapterRefused(/not a GGUF file/));
});

test("a file beyond the limit is refused before its weights are read", async (t) => {
  const path = await write(join(await temporaryFolder(t), "adapter.gguf"));
  // Nothing of what is added is on the disk.
  await truncate(path, ADAPTER_LIMITS.fileBytes + 1);
  await assert.rejects(checkAdapter(path, BASE), adapterRefused(/4294967297 bytes; 4294967296/));
});

test("a check can be cancelled", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  await writeAdapterGguf(path, SMALL, BASE, "F32");
  await assert.rejects(checkAdapter(path, BASE, {}, AbortSignal.abort()), (error) =>
    isMemosError(error, "ABORTED"),
  );
});

test("of damaged adapters each is refused or says what the whole one said, in little memory; its hash tells them all", async (t) => {
  const path = join(await temporaryFolder(t), "adapter.gguf");
  const { sha256 } = await writeAdapterGguf(path, SMALL, BASE, "F32");
  const file = await readFile(path);
  const whole = await checkAdapter(path, BASE);
  const before = process.resourceUsage().maxRSS;
  let refused = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryMutation, async (mutation) => {
      const damaged = mutated(file, mutation);
      await writeFile(path, damaged);
      runs++;
      try {
        const found = await checkAdapter(path, BASE);
        // Weights may be others, and alpha, which is a weight for all: nothing else, and only the hash can tell.
        const { alpha, scale } = found;
        assert.ok(alpha > 0 && alpha <= ADAPTER_LIMITS.alpha && scale === alpha / 2);
        assert.deepEqual({ ...found, alpha: 8, scale: 4, sha256 }, whole);
      } catch (error) {
        assert.ok(isMemosError(error, "ADAPTER_INVALID"), `${error} ${JSON.stringify(mutation)}`);
        refused++;
      }
      if (!damaged.every((byte, at) => byte === file[at]) || damaged.length !== file.length) {
        assert.notEqual(await sha256OfFile(path), sha256);
        await assert.rejects(checkAdapter(path, BASE, { sha256 }), adapterRefused());
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(refused > runs / 4, `only ${refused} of ${runs} were refused`);
  assert.ok(process.resourceUsage().maxRSS - before < 256 * 1024, "kilobytes");
});
