import assert from "node:assert/strict";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isMemosError } from "../../../../memcube/index.js";
import {
  GGML,
  GgufFile,
  type GgufTensor,
  ggmlLayout,
  NUMBER_CODECS,
  sha256OfFile,
  writeGguf,
} from "../../../../memos/inference/gguf/index.js";
import {
  type Adapter,
  type BaseShape,
  baseShape,
  mergeIntoBase,
} from "../../../../memos/parametric/files/index.js";
import { MERGED_KEY } from "../../../../memos/parametric/files/mergeIntoBase.js";
import { smallModel, tensor } from "../../inference/gguf/sample.js";
import { type Lifetime, temporaryFolder } from "../../support.js";
import { adapterRefused } from "./support.js";

const WIDTH = 64;
const HEAD = 16;

function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin(at * step));
}

function bytesOf(type: number, numbers: Float32Array): Uint8Array {
  const { elements, bytes } = ggmlLayout(type) ?? { elements: 1, bytes: 1 };
  const encoded = new Uint8Array((numbers.length / elements) * bytes);
  NUMBER_CODECS.get(type)?.encode(numbers, encoded);
  return encoded;
}

/** A model of two matrices that adapters change among tensors that they do not. */
async function smallFile(t: Lifetime, type: number): Promise<{ folder: string; base: BaseShape }> {
  const folder = await temporaryFolder(t);
  const path = join(folder, "base.gguf");
  const matrix = (name: string, columns: number, step: number): GgufTensor => ({
    name,
    dimensions: [columns, WIDTH],
    type,
    data: () => [
      NUMBER_CODECS.has(type)
        ? bytesOf(type, wave(columns * WIDTH, step))
        : new Uint8Array((columns * WIDTH * 18) / 32),
    ],
  });
  const { metadata, tensors } = smallModel({
    "llama.attention.key_length": { type: "uint32", value: HEAD },
    "general.alignment": { type: "uint32", value: 64 },
    "a.list": { type: "array", of: "float32", value: new Float32Array(3_000).fill(0.5) },
  });
  const all = [
    tensor("first", [5], GGML.F32),
    matrix("blk.0.attn_q.weight", WIDTH, 0.7),
    ...tensors,
    tensor("blk.1.attn_q.weight", [32, WIDTH], 2, (32 * WIDTH * 18) / 32),
    matrix("blk.0.ffn_down.weight", 2 * WIDTH, 0.3),
    tensor("last", [3], GGML.F32),
  ];
  const copied = { count: 0, alignment: 64, data: async function* () {} };
  await writeGguf(path, { copied, metadata, tensors: all });
  return { folder, base: await baseShape(path) };
}

const RANK = 3;

const ADAPTER: Adapter = {
  rank: RANK,
  alpha: 6,
  scale: 2,
  pairs: [
    { layer: 0, target: "q_proj", a: wave(RANK * WIDTH, 0.11), b: wave(WIDTH * RANK, 0.13) },
    { layer: 0, target: "down_proj", a: wave(RANK * 2 * WIDTH, 0.17), b: wave(WIDTH * RANK, 0.19) },
  ],
};
const SHA = "ef".repeat(32);

async function dataOf(path: string): Promise<Map<string, Buffer>> {
  const file = await GgufFile.open(path);
  const bytes = await readFile(path);
  await file.close();
  return new Map(
    file.header.tensors.map(({ name, offset, bytes: length }) => [
      name,
      bytes.subarray(offset, offset + length),
    ]),
  );
}

/** The row of PEFT's matrix at a row of the file: halves of each head take turns. */
function peftRow(target: string, row: number): number {
  if (target !== "q_proj") return row;
  const place = row % HEAD;
  return row - place + (place % 2 === 0 ? place / 2 : HEAD / 2 + (place - 1) / 2);
}

for (const type of [GGML.F32, GGML.F16, GGML.BF16, GGML.Q8_0])
  test(`what an adapter adds is added to its matrices, and all else is as it was (${ggmlLayout(type)?.name})`, async (t) => {
    const { folder, base } = await smallFile(t, type);
    const path = join(folder, "merged.gguf");
    const merged = await mergeIntoBase({
      base,
      adapters: [{ adapter: ADAPTER, weight: 0.5, sha256: SHA }],
      path,
    });
    assert.equal(merged.requantised, type === GGML.Q8_0 ? 2 : 0);
    assert.deepEqual(
      [merged.sha256, merged.bytes],
      [await sha256OfFile(path), (await readFile(path)).length],
    );
    const [before, after] = [await dataOf(base.path), await dataOf(path)];
    assert.deepEqual([...after.keys()], [...before.keys()]);
    for (const { target, a, b } of ADAPTER.pairs) {
      const name = target === "q_proj" ? "blk.0.attn_q.weight" : "blk.0.ffn_down.weight";
      const columns = a.length / RANK;
      const numbers = new Float32Array(columns * WIDTH);
      NUMBER_CODECS.get(type)?.decode(before.get(name) ?? Buffer.alloc(0), numbers);
      const sum = numbers.map((value, at) => {
        const row = peftRow(target, Math.floor(at / columns));
        let delta = 0;
        for (let of = 0; of < RANK; of++)
          delta += (b[row * RANK + of] ?? 0) * (a[of * columns + (at % columns)] ?? 0);
        return value + 0.5 * ADAPTER.scale * delta;
      });
      const found = new Float32Array(sum.length);
      NUMBER_CODECS.get(type)?.decode(after.get(name) ?? Buffer.alloc(0), found);
      const expected = new Float32Array(sum.length);
      NUMBER_CODECS.get(type)?.decode(bytesOf(type, sum), expected);
      // The sum is taken in another order: it may be rounded to the next number, in Q8_0 to the next step.
      const step =
        { [GGML.F32]: 2 ** -21, [GGML.F16]: 2 ** -8, [GGML.BF16]: 2 ** -5, [GGML.Q8_0]: 0.05 }[type] ?? 0;
      found.forEach((value, at) => {
        assert.ok(Math.abs(value - (expected[at] ?? 0)) <= step, `${name} ${at}: ${value} ${expected[at]}`);
      });
      assert.notDeepEqual(after.get(name), before.get(name));
    }
    for (const [name, data] of after)
      if (name !== "blk.0.attn_q.weight" && name !== "blk.0.ffn_down.weight")
        assert.deepEqual(data, before.get(name));
  });

test("the metadata is copied byte for byte, and one key more names the adapters of all merges", async (t) => {
  const { folder, base } = await smallFile(t, GGML.F32);
  const first = join(folder, "first.gguf");
  const second = join(folder, "second.gguf");
  const use = (sha256: string, weight: number) => ({ adapter: ADAPTER, weight, sha256 });
  await mergeIntoBase({ base, adapters: [use(SHA, 1), use("aa".repeat(32), -0.25)], path: first });
  await mergeIntoBase({ base: await baseShape(first), adapters: [use(SHA, 2)], path: second });
  const pairsOf = async (path: string) => {
    const file = await GgufFile.open(path);
    await file.close();
    const { header } = file;
    const bytes = await readFile(path);
    const places = [...header.pairs].filter(([key]) => key !== MERGED_KEY);
    return {
      key: header.metadata.get(MERGED_KEY),
      alignment: header.alignment,
      pairs: places.map(([, { start, end }]) => bytes.subarray(start, end).toString("hex")),
    };
  };
  const [before, once, twice] = [await pairsOf(base.path), await pairsOf(first), await pairsOf(second)];
  assert.ok(before.pairs.length > 5 && before.key === undefined);
  assert.deepEqual(once.pairs, before.pairs);
  assert.deepEqual(twice.pairs, before.pairs);
  assert.equal(once.key, `${SHA}:1,${"aa".repeat(32)}:-0.25`);
  assert.equal(twice.key, `${once.key},${SHA}:2`);
  assert.deepEqual([once.alignment, twice.alignment], [64, 64]);
  const { name, layers } = await baseShape(second);
  assert.deepEqual([name, layers], [base.name, base.layers]);
});

test("an adapter that is merged and taken away again leaves what single precision can keep", async (t) => {
  const { folder, base } = await smallFile(t, GGML.F32);
  const path = join(folder, "merged.gguf");
  const use = (weight: number) => ({ adapter: ADAPTER, weight, sha256: SHA });
  await mergeIntoBase({ base, adapters: [use(1), use(-1)], path });
  const [before, after] = [await dataOf(base.path), await dataOf(path)];
  assert.deepEqual(after, before);
});

test("what cannot be merged is refused, and no file is left", async (t) => {
  const { folder, base } = await smallFile(t, GGML.F16);
  const path = join(folder, "merged.gguf");
  const merge = (changes: Partial<Parameters<typeof mergeIntoBase>[0]> = {}, adapter = ADAPTER, weight = 1) =>
    mergeIntoBase({ base, adapters: [{ adapter, weight, sha256: SHA }], path, ...changes });
  const refused =
    (code: "INVALID_INPUT" | "UNSUPPORTED" | "ABORTED" | "MODEL_INVALID", reason: RegExp) =>
    (error: unknown) =>
      isMemosError(error, code) && reason.test(error.message);
  const [q] = ADAPTER.pairs;
  assert.ok(q !== undefined);
  const only = (changes: object): Adapter => ({ ...ADAPTER, pairs: [{ ...q, ...changes }] });

  await assert.rejects(merge({ adapters: [] }), refused("INVALID_INPUT", /no adapters/));
  await assert.rejects(
    merge({ path: join(folder, ".", "base.gguf") }),
    refused("INVALID_INPUT", /replace its base/),
  );
  await assert.rejects(merge({}, ADAPTER, Number.NaN), refused("INVALID_INPUT", /not finite/));
  await assert.rejects(
    merge({}, only({ magnitude: new Float32Array(WIDTH) })),
    refused("UNSUPPORTED", /DoRA/),
  );
  await assert.rejects(
    merge({}, only({ layer: 1, a: new Float32Array(RANK * 32) })),
    refused("UNSUPPORTED", /blk\.1\.attn_q\.weight is of type Q4_0/),
  );
  await assert.rejects(merge({}, only({ layer: 7 })), adapterRefused(/does not have/));
  await assert.rejects(merge({}, only({ a: new Float32Array(RANK) })), adapterRefused(/does not fit/));
  await assert.rejects(merge({}, ADAPTER, 1e5), adapterRefused(/more than its type can hold/));
  await assert.rejects(
    merge({}, only({ a: q.a.with(7, Number.NaN) })),
    adapterRefused(/more than its type can hold/),
  );
  await assert.rejects(merge({ signal: AbortSignal.abort() }), refused("ABORTED", /./));
  await merge();
  await appendFile(base.path, "changed");
  await assert.rejects(merge(), refused("MODEL_INVALID", /not the file that it was/));
  assert.deepEqual((await readdir(folder)).sort(), ["base.gguf", "merged.gguf"]);
});

test("a merge that is cancelled on its way leaves no file", async (t) => {
  const { folder, base } = await smallFile(t, GGML.F32);
  const abort = new AbortController();
  const merging = mergeIntoBase({
    base,
    adapters: [{ adapter: ADAPTER, weight: 1, sha256: SHA }],
    path: join(folder, "merged.gguf"),
    signal: abort.signal,
  });
  setImmediate(() => abort.abort());
  await assert.rejects(merging, (error) => isMemosError(error, "ABORTED"));
  assert.deepEqual(await readdir(folder), ["base.gguf"]);
});
