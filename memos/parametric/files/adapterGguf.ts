import { F16_MAX } from "../../inference/gguf/float16.js";
import {
  GGML,
  type GgufFile,
  type GgufTensor,
  NUMBER_CODECS,
  type TensorEntry,
  writeGguf,
} from "../../inference/gguf/index.js";
import { Pace } from "../../pace.js";
import { type Adapter, type AdapterPair, inOrder } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { adapterLayout, BASE_KEY, ofAdapter, openAdapter } from "./adapterLayout.js";
import { type BaseShape, tensorName } from "./baseShape.js";
import { checkAlpha, checkFit } from "./checkFit.js";
import { finite } from "./finite.js";
import { rowOrder } from "./rowOrder.js";

export type AdapterGgufType = "F32" | "F16";

/**
 * Writes an adapter as llama.cpp attaches it, atomically; equal adapters give equal bytes. llama.cpp counts B · A
 * `alpha / rank` times, so the `alpha` of the file is `scale · rank`, for rsLoRA too.
 *
 * @param base the model that it is for: its architecture decides about the order of rows.
 * @returns SHA-256 and length of the file.
 * @throws MemosError ADAPTER_INVALID for an adapter that does not fit the base, has a number that is not finite, or in
 * F16 one that half precision cannot hold; UNSUPPORTED for DoRA; DISK_FULL.
 */
export async function writeAdapterGguf(
  path: string,
  adapter: Adapter,
  base: BaseShape,
  type: AdapterGgufType,
): Promise<{ sha256: string; bytes: number }> {
  checkFit(adapter, base);
  const alpha = Math.fround(adapter.scale * adapter.rank);
  checkAlpha(alpha);
  return await writeGguf(path, {
    metadata: {
      "general.type": { type: "string", value: "adapter" },
      "general.architecture": { type: "string", value: base.architecture },
      "adapter.type": { type: "string", value: "lora" },
      "adapter.lora.alpha": { type: "float32", value: alpha },
      [BASE_KEY]: { type: "string", value: base.sha256 },
    },
    tensors: inOrder(adapter.pairs).flatMap((pair) => tensorsOf(pair, adapter.rank, base, GGML[type])),
  });
}

function tensorsOf(pair: AdapterPair, rank: number, base: BaseShape, type: number): GgufTensor[] {
  const { layer, target, a, b } = pair;
  const name = tensorName(layer, target);
  const order = rowOrder(base, target);
  return [
    {
      name: `${name}.lora_a`,
      dimensions: [a.length / rank, rank],
      type,
      data: () => encoded(a, a.length / rank, (row) => row, type, name),
    },
    {
      name: `${name}.lora_b`,
      dimensions: [rank, b.length / rank],
      type,
      data: () => encoded(b, rank, order, type, name),
    },
  ];
}

/** Numbers that are encoded at once. */
const NUMBERS_AT_ONCE = 64 * 1024;

/** Rows of `columns` numbers in another order, as bytes. */
async function* encoded(
  numbers: Float32Array,
  columns: number,
  order: (row: number) => number,
  type: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  const pace = new Pace();
  const rows = numbers.length / columns;
  const atOnce = Math.max(1, Math.floor(NUMBERS_AT_ONCE / columns));
  for (let first = 0; first < rows; first += atOnce) {
    const piece = new Float32Array(Math.min(atOnce, rows - first) * columns);
    for (let row = 0; row * columns < piece.length; row++) {
      const start = order(first + row) * columns;
      piece.set(numbers.subarray(start, start + columns), row * columns);
    }
    if (!finite(piece)) throw adapterInvalid(`The adapter has a number for ${name} that is not finite.`);
    if (type === GGML.F16 && !piece.every((value) => Math.abs(value) <= F16_MAX))
      throw adapterInvalid(`The adapter has a number for ${name} that half precision cannot hold.`);
    const bytes = new Uint8Array(piece.length * (type === GGML.F16 ? 2 : 4));
    NUMBER_CODECS.get(type)?.encode(piece, bytes);
    yield bytes;
    if (pace.due(piece.length)) await pace.turn();
  }
}

/**
 * Reads a GGUF adapter, after all the checks of `checkAdapter`: what `writeAdapterGguf` wrote in F32 comes back bit for
 * bit (of rsLoRA as plain LoRA of the same scale).
 *
 * @throws MemosError ADAPTER_INVALID.
 */
export async function readAdapterGguf(path: string, base: BaseShape): Promise<Adapter> {
  const file = await openAdapter(path);
  try {
    const { rank, alpha, pairs } = adapterLayout(file, base);
    const read: AdapterPair[] = [];
    for (const { layer, target, a, b } of pairs)
      read.push({
        layer,
        target,
        a: await numbersOf(file, a, (row) => row),
        b: await numbersOf(file, b, rowOrder(base, target)),
      });
    return { rank, alpha, scale: alpha / rank, pairs: read };
  } catch (error) {
    throw ofAdapter(error);
  } finally {
    await file.close();
  }
}

async function numbersOf(
  file: GgufFile,
  tensor: TensorEntry,
  order: (row: number) => number,
): Promise<Float32Array> {
  const [columns = 0, rows = 0] = tensor.dimensions;
  const numbers = new Float32Array(columns * rows);
  let row = 0;
  for await (const piece of decoded(file, tensor))
    for (let at = 0; at < piece.length; at += columns) {
      numbers.set(piece.subarray(at, at + columns), order(row) * columns);
      row++;
    }
  return numbers;
}

/**
 * The numbers of a tensor of an adapter in pieces of whole rows, each of which is done with before the next.
 *
 * @throws MemosError ADAPTER_INVALID for one that is not finite.
 */
export async function* decoded(file: GgufFile, tensor: TensorEntry): AsyncGenerator<Float32Array> {
  const numberBytes = tensor.type === GGML.F16 ? 2 : 4;
  for await (const bytes of file.rows(tensor)) {
    const numbers = new Float32Array(bytes.length / numberBytes);
    NUMBER_CODECS.get(tensor.type)?.decode(bytes, numbers);
    if (!finite(numbers))
      throw adapterInvalid(`The adapter has a number in ${tensor.name} that is not finite.`);
    yield numbers;
  }
}
