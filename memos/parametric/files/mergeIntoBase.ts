import { resolve } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import {
  GGML,
  GgufFile,
  ggmlLayout,
  NUMBER_CODECS,
  type NumberCodec,
  sha256OfFile,
  type TensorEntry,
  writeGguf,
} from "../../inference/gguf/index.js";
import { Pace } from "../../pace.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { type BaseShape, tensorName } from "./baseShape.js";
import { checkFit } from "./checkFit.js";
import type { WeightedAdapter } from "./mergeAdapters.js";
import { rowOrder } from "./rowOrder.js";

export interface MergeIntoBase {
  readonly base: BaseShape;
  /** With the SHA-256 that each is known by. */
  readonly adapters: readonly (WeightedAdapter & { readonly sha256: string })[];
  /** Where the new model goes: another file than the base. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

export interface MergedBase {
  readonly sha256: string;
  readonly bytes: number;
  /** Tensors that were quantised, and had to be so again: each lost a little. */
  readonly requantised: number;
}

/** Which adapters a model holds: `SHA-256:weight`, by commas. */
export const MERGED_KEY = "memos.merged.adapters";

/** One term of what is added to a matrix: factor · B · A. */
interface Term {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly rank: number;
  readonly factor: number;
  readonly order: (row: number) => number;
}

/**
 * Adds adapters to a copy of a model: W + Σ weight · scale · B · A for each matrix they change, computed in double
 * precision and rounded to the type that the matrix has (F32, F16, BF16; Q8_0 is quantised again). All other tensors
 * and the metadata are copied byte for byte; one key more names the adapters. The file is made piece by piece and
 * never in memory, and appears only when it is whole.
 *
 * @throws MemosError INVALID_INPUT for no adapters, a weight that is not finite, or the base's own path;
 * ADAPTER_INVALID for an adapter that does not fit or a sum that the type cannot hold; UNSUPPORTED for DoRA, and for
 * a matrix of another type; MODEL_INVALID when the base is not the file that it was; ABORTED, DISK_FULL.
 */
export async function mergeIntoBase({ base, adapters, path, signal }: MergeIntoBase): Promise<MergedBase> {
  if (adapters.length === 0) throw new MemosError("INVALID_INPUT", "There are no adapters to merge.");
  if (resolve(path) === resolve(base.path))
    throw new MemosError("INVALID_INPUT", "The merged model cannot replace its base.", { path: "path" });
  const terms = termsOf(base, adapters);
  if ((await sha256OfFile(base.path, signal)) !== base.sha256)
    throw new MemosError("MODEL_INVALID", "The base is not the file that it was.");
  const file = await GgufFile.open(base.path);
  try {
    const names = adapters.map(({ sha256, weight }) => `${sha256}:${weight}`).join(",");
    const before = file.header.metadata.get(MERGED_KEY);
    const written = await writeGguf(path, {
      copied: copiedPairs(file),
      metadata: {
        [MERGED_KEY]: { type: "string", value: typeof before === "string" ? `${before},${names}` : names },
      },
      tensors: file.header.tensors.map((tensor) => {
        const added = terms.get(tensor.name);
        const data =
          added === undefined
            ? () => copiedData(file, tensor, signal)
            : () => mergedData(file, tensor, added, signal);
        return { ...tensor, data };
      }),
    });
    const changed = file.header.tensors.filter(({ name }) => terms.has(name));
    return { ...written, requantised: changed.filter(({ type }) => type === GGML.Q8_0).length };
  } finally {
    await file.close();
  }
}

function termsOf(base: BaseShape, adapters: MergeIntoBase["adapters"]): Map<string, Term[]> {
  const terms = new Map<string, Term[]>();
  for (const { adapter, weight } of adapters) {
    checkFit(adapter, base);
    if (!Number.isFinite(weight))
      throw new MemosError("INVALID_INPUT", `The weight ${weight} is not finite.`);
    for (const { layer, target, a, b } of adapter.pairs) {
      const name = tensorName(layer, target);
      const type = base.tensors.get(name)?.type ?? GGML.F32;
      if (!NUMBER_CODECS.has(type))
        throw new MemosError(
          "UNSUPPORTED",
          `${name} is of type ${ggmlLayout(type)?.name}, which cannot be merged into; attach the adapter instead.`,
        );
      const factor = weight * adapter.scale;
      const term = { a, b, rank: adapter.rank, factor, order: rowOrder(base, target) };
      terms.set(name, [...(terms.get(name) ?? []), term]);
    }
  }
  return terms;
}

function copiedPairs(file: GgufFile): {
  count: number;
  data: () => AsyncIterable<Uint8Array>;
  alignment: number;
} {
  const places = [...file.header.pairs].filter(([key]) => key !== MERGED_KEY).map(([, place]) => place);
  return {
    count: places.length,
    alignment: file.header.alignment,
    data: async function* () {
      for (const { start, end } of stretches(places)) yield* file.bytes(start, end);
    },
  };
}

/** Places that touch, as one. */
function stretches(places: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { start, end } of places) {
    const last = found.at(-1);
    if (last?.end === start) last.end = end;
    else found.push({ start, end });
  }
  return found;
}

async function* copiedData(
  file: GgufFile,
  { offset, bytes }: TensorEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const piece of file.bytes(offset, offset + bytes)) {
    throwIfAborted(signal);
    yield piece;
  }
}

async function* mergedData(
  file: GgufFile,
  tensor: TensorEntry,
  terms: readonly Term[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const codec = NUMBER_CODECS.get(tensor.type) as NumberCodec;
  const [columns = 0, rows = 0] = tensor.dimensions;
  const rowBytes = tensor.bytes / rows;
  const numbers = new Float32Array(columns);
  const sum = new Float64Array(columns);
  const pace = new Pace();
  let row = 0;
  for await (const piece of file.rows(tensor)) {
    throwIfAborted(signal);
    for (let at = 0; at < piece.length; at += rowBytes) {
      const bytes = piece.subarray(at, at + rowBytes);
      codec.decode(bytes, numbers);
      sum.set(numbers);
      for (const term of terms) await add(term, row, sum, pace);
      numbers.set(sum);
      if (!numbers.every((value) => Math.abs(value) <= codec.largest))
        throw adapterInvalid(`The sum of ${tensor.name} and the adapter is more than its type can hold.`);
      codec.encode(numbers, bytes);
      row++;
    }
    yield piece;
  }
}

/** Adds a row of factor · B · A. */
async function add({ a, b, rank, factor, order }: Term, row: number, sum: Float64Array, pace: Pace) {
  const columns = sum.length;
  for (let at = 0, of = order(row) * rank; at < rank; at++) {
    const weight = factor * (b[of + at] as number);
    for (let column = 0, from = at * columns; column < columns; column++)
      sum[column] = (sum[column] as number) + weight * (a[from + column] as number);
    if (pace.due(columns)) await pace.turn();
  }
}
