import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { MemosError } from "../../../memcube/index.js";
import { writeAtomically } from "../../atomicFile.js";
import { ggmlLayout } from "./ggmlType.js";

/** The numbers of value types in a GGUF header. */
export const GGUF_VALUE = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

type NumberType = "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "float32" | "float64";

/** A typed value of the header. */
export type GgufValue =
  | { readonly type: NumberType; readonly value: number }
  | { readonly type: "uint64" | "int64"; readonly value: number | bigint }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "array"; readonly of: NumberType; readonly value: ArrayLike<number> }
  | { readonly type: "array"; readonly of: "bool"; readonly value: readonly boolean[] }
  | { readonly type: "array"; readonly of: "string"; readonly value: readonly string[] };

export interface GgufTensor {
  readonly name: string;
  /** Fastest dimension first, as GGML has it: a matrix of `out` rows of `in` numbers is `[in, out]`. */
  readonly dimensions: readonly number[];
  /** GGML type. */
  readonly type: number;
  /** Its bytes in pieces, made when they are written: `ggufTensorBytes` of them together. */
  readonly data: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Pairs of another file's header, taken over byte for byte. */
export interface CopiedPairs {
  readonly count: number;
  /** Their bytes in pieces. */
  readonly data: () => AsyncIterable<Uint8Array>;
  /** What `general.alignment` among them says, `GGUF_ALIGNMENT` without. */
  readonly alignment: number;
}

export interface GgufContent {
  /** Come first. None of them may be in `metadata` too. */
  readonly copied?: CopiedPairs;
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensor[];
}

export const GGUF_MAGIC = 0x46554747;
export const GGUF_VERSION = 3;
/** Tensors begin at multiples of it, where a file says nothing else. */
export const GGUF_ALIGNMENT = 32;
/** Bytes that are gathered before they are written and hashed. */
const WRITTEN_AT_ONCE = 4 * 1024 * 1024;

/** Bytes of a tensor's data. @throws MemosError INVALID_INPUT for an unknown type or a row of broken blocks. */
export function ggufTensorBytes(tensor: Pick<GgufTensor, "name" | "dimensions" | "type">): number {
  const layout = ggmlLayout(tensor.type);
  const row = tensor.dimensions[0] ?? 0;
  if (layout === undefined || row % layout.elements !== 0)
    throw new MemosError("INVALID_INPUT", `The tensor ${tensor.name} cannot have type ${tensor.type}.`);
  return (tensor.dimensions.reduce((product, size) => product * size, 1) / layout.elements) * layout.bytes;
}

/**
 * Writes a GGUF version 3 file, atomically:
 *
 *     magic, version, tensors, pairs      u32 u32 u64 u64
 *     pairs ×    { key, type, value }
 *     tensors ×  { name, dimensions, type, offset of its data }
 *     padding to 32; then each tensor's data, padded to 32
 *
 * The data is made and written piece by piece: a large model is never in memory.
 *
 * @returns SHA-256 and length of the file.
 * @throws MemosError INVALID_INPUT for a tensor whose data is not as long as its shape says; DISK_FULL.
 */
export async function writeGguf(
  path: string,
  content: GgufContent,
): Promise<{ sha256: string; bytes: number }> {
  return await writeAtomically(path, async (file) => {
    const output = new Output(file, content.copied?.alignment ?? GGUF_ALIGNMENT);
    await output.write(counts(content));
    if (content.copied !== undefined)
      for await (const piece of content.copied.data()) await output.write(piece);
    await output.write(pairsAndEntries(content, output));
    for (const tensor of content.tensors) {
      await output.pad();
      const start = output.bytes;
      for await (const piece of tensor.data()) await output.write(piece);
      if (output.bytes - start !== ggufTensorBytes(tensor))
        throw new MemosError("INVALID_INPUT", `The data of ${tensor.name} is not as long as its shape says.`);
    }
    await output.pad();
    await output.flush();
    return { sha256: output.digest(), bytes: output.bytes };
  });
}

class Output {
  bytes = 0;
  readonly #hash = createHash("sha256");
  readonly #buffer = new Uint8Array(WRITTEN_AT_ONCE);
  #filled = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly alignment: number,
  ) {}

  async write(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.byteLength; ) {
      const taken = piece.subarray(at, at + WRITTEN_AT_ONCE - this.#filled);
      this.#buffer.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      at += taken.byteLength;
      if (this.#filled === WRITTEN_AT_ONCE) await this.flush();
    }
    this.bytes += piece.byteLength;
  }

  async pad(): Promise<void> {
    await this.write(new Uint8Array(this.padding(this.bytes)));
  }

  padding(bytes: number): number {
    return (this.alignment - (bytes % this.alignment)) % this.alignment;
  }

  async flush(): Promise<void> {
    const filled = this.#buffer.subarray(0, this.#filled);
    this.#hash.update(filled);
    await this.file.writeFile(filled);
    this.#filled = 0;
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

function counts({ metadata, copied, tensors }: GgufContent): Uint8Array {
  const pairs = Object.keys(metadata).length + (copied?.count ?? 0);
  return Buffer.concat([
    number("uint32", GGUF_MAGIC),
    number("uint32", GGUF_VERSION),
    number("uint64", tensors.length),
    number("uint64", pairs),
  ]);
}

function pairsAndEntries({ metadata, tensors }: GgufContent, output: Output): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(metadata))
    parts.push(text(key), number("uint32", GGUF_VALUE[value.type]), ...valueParts(value));
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), number("uint32", tensor.dimensions.length));
    for (const size of tensor.dimensions) parts.push(number("uint64", size));
    parts.push(number("uint32", tensor.type), number("uint64", offset));
    const bytes = ggufTensorBytes(tensor);
    offset += bytes + output.padding(bytes);
  }
  return Buffer.concat(parts);
}

function valueParts(value: GgufValue): Uint8Array[] {
  switch (value.type) {
    case "string":
      return [text(value.value)];
    case "bool":
      return [Uint8Array.of(value.value ? 1 : 0)];
    case "array": {
      const head = [number("uint32", GGUF_VALUE[value.of]), number("uint64", value.value.length)];
      if (value.of === "string") return [...head, ...value.value.map(text)];
      if (value.of === "bool") return [...head, Uint8Array.from(value.value, Number)];
      return [...head, numbers(value.of, value.value)];
    }
    default:
      return [number(value.type, value.value)];
  }
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([number("uint64", bytes.byteLength), bytes]);
}

function number(type: NumberType | "uint64" | "int64", value: number | bigint): Uint8Array {
  return numbers(type, [value]);
}

function numbers(type: NumberType | "uint64" | "int64", values: ArrayLike<number | bigint>): Uint8Array {
  const { bytes, set } = NUMBERS[type];
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  for (let at = 0; at < values.length; at++) set(view, at * bytes, values[at] ?? 0);
  return new Uint8Array(view.buffer);
}

type Setter = (view: DataView, at: number, value: number | bigint) => void;

const NUMBERS: Readonly<Record<NumberType | "uint64" | "int64", { bytes: number; set: Setter }>> = {
  uint8: { bytes: 1, set: (view, at, value) => view.setUint8(at, Number(value)) },
  int8: { bytes: 1, set: (view, at, value) => view.setInt8(at, Number(value)) },
  uint16: { bytes: 2, set: (view, at, value) => view.setUint16(at, Number(value), true) },
  int16: { bytes: 2, set: (view, at, value) => view.setInt16(at, Number(value), true) },
  uint32: { bytes: 4, set: (view, at, value) => view.setUint32(at, Number(value), true) },
  int32: { bytes: 4, set: (view, at, value) => view.setInt32(at, Number(value), true) },
  float32: { bytes: 4, set: (view, at, value) => view.setFloat32(at, Number(value), true) },
  float64: { bytes: 8, set: (view, at, value) => view.setFloat64(at, Number(value), true) },
  uint64: { bytes: 8, set: (view, at, value) => view.setBigUint64(at, BigInt(value), true) },
  int64: { bytes: 8, set: (view, at, value) => view.setBigInt64(at, BigInt(value), true) },
};
