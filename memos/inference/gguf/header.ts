import { MemosError } from "../../../memcube/index.js";
import { type Cursor, truncated } from "./cursor.js";
import { ggmlLayout } from "./ggmlType.js";
import { GGUF_LIMITS } from "./limits.js";
import { GGUF_ALIGNMENT, GGUF_MAGIC, GGUF_VALUE, GGUF_VERSION } from "./write.js";

/** A list is there with its numbers when it is short, with its length otherwise. */
export type MetadataValue = string | number | boolean | readonly number[] | { readonly items: number };

export interface TensorEntry {
  readonly name: string;
  /** Fastest dimension first. */
  readonly dimensions: readonly number[];
  /** GGML type. */
  readonly type: number;
  /** Where its data begins in the file, and how long it is. */
  readonly offset: number;
  readonly bytes: number;
}

/** Where a pair of metadata is in the file, key and all, and the type of its value (`GGUF_VALUE`). */
export interface PairPlace {
  readonly start: number;
  readonly end: number;
  readonly type: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** By key, in the order of the file: they follow each other without gaps. */
  readonly pairs: ReadonlyMap<string, PairPlace>;
  readonly tensors: readonly TensorEntry[];
  /** Tensors begin at multiples of it. */
  readonly alignment: number;
  /** Where the first tensor may begin. */
  readonly tensorsStart: number;
}

/** Bytes of a number of each value type, and how it is read. */
const NUMBERS: ReadonlyMap<number, { bytes: number; read: (bytes: Buffer) => number }> = new Map([
  [GGUF_VALUE.uint8, { bytes: 1, read: (bytes: Buffer) => bytes.readUInt8() }],
  [GGUF_VALUE.int8, { bytes: 1, read: (bytes: Buffer) => bytes.readInt8() }],
  [GGUF_VALUE.uint16, { bytes: 2, read: (bytes: Buffer) => bytes.readUInt16LE() }],
  [GGUF_VALUE.int16, { bytes: 2, read: (bytes: Buffer) => bytes.readInt16LE() }],
  [GGUF_VALUE.uint32, { bytes: 4, read: (bytes: Buffer) => bytes.readUInt32LE() }],
  [GGUF_VALUE.int32, { bytes: 4, read: (bytes: Buffer) => bytes.readInt32LE() }],
  [GGUF_VALUE.float32, { bytes: 4, read: (bytes: Buffer) => bytes.readFloatLE() }],
  [GGUF_VALUE.bool, { bytes: 1, read: (bytes: Buffer) => bytes.readUInt8() }],
  [GGUF_VALUE.uint64, { bytes: 8, read: (bytes: Buffer) => Number(bytes.readBigUInt64LE()) }],
  [GGUF_VALUE.int64, { bytes: 8, read: (bytes: Buffer) => Number(bytes.readBigInt64LE()) }],
  [GGUF_VALUE.float64, { bytes: 8, read: (bytes: Buffer) => bytes.readDoubleLE() }],
]);

/** Bytes of a pair, of a tensor's entry and of a list's text at the very least: counts are compared with them first. */
const LEAST = { pair: 8 + 4 + 1, tensor: 8 + 4 + 8 + 4 + 8, text: 8 } as const;

const SHOWN_CHARACTERS = 64;

/**
 * The header of a GGUF file (version 2 or 3). Total and bounded: every count is compared with a limit and with what
 * is left of the file before anything is made of it, and every tensor must lie inside the file.
 *
 * @throws MemosError MODEL_INVALID.
 */
export async function readGgufHeader(cursor: Cursor): Promise<GgufHeader> {
  if (cursor.size < 24) throw invalid("The file is not a GGUF file.");
  await cursor.fill(24);
  if (cursor.u32() !== GGUF_MAGIC) throw invalid("The file is not a GGUF file.");
  const version = cursor.u32();
  if (version !== GGUF_VERSION && version !== 2)
    throw invalid(`The file has GGUF version ${version}; versions 2 and 3 are known.`);
  const tensorCount = bounded(cursor.u64(), "tensors", GGUF_LIMITS.tensors);
  const pairCount = bounded(cursor.u64(), "pairs of metadata", GGUF_LIMITS.pairs);
  if (tensorCount * LEAST.tensor + pairCount * LEAST.pair > cursor.left) throw truncated();
  const metadata = new Map<string, MetadataValue>();
  const pairs = new Map<string, PairPlace>();
  for (let pair = 0; pair < pairCount; pair++) {
    const start = cursor.position;
    const key = await text(cursor, GGUF_LIMITS.keyBytes);
    if (metadata.has(key)) throw invalid(`The key ${shown(key)} is there twice.`);
    await cursor.fill(4);
    const type = cursor.u32();
    metadata.set(key, await value(cursor, type));
    pairs.set(key, { start, end: cursor.position, type });
  }
  const entries: Omit<TensorEntry, "bytes">[] = [];
  for (let tensor = 0; tensor < tensorCount; tensor++) entries.push(await tensorEntry(cursor));
  const alignment = metadata.get("general.alignment") ?? GGUF_ALIGNMENT;
  if (typeof alignment !== "number" || !isAlignment(alignment))
    throw invalid("The alignment of the tensors is not a power of two.");
  const tensorsStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = entries.map((entry) => placed(entry, tensorsStart, alignment, cursor.size));
  return { metadata, pairs, tensors, alignment, tensorsStart };
}

function isAlignment(value: number): boolean {
  return Number.isInteger(Math.log2(value)) && value >= 1 && value <= GGUF_LIMITS.textBytes;
}

async function text(cursor: Cursor, limit: number): Promise<string> {
  await cursor.fill(8);
  const bytes = bounded(cursor.u64(), "bytes in a text", limit);
  await cursor.fill(bytes);
  return cursor.take(bytes).toString("utf8");
}

async function value(cursor: Cursor, type: number): Promise<MetadataValue> {
  if (type === GGUF_VALUE.string) return await text(cursor, GGUF_LIMITS.textBytes);
  if (type === GGUF_VALUE.array) return await list(cursor);
  const form = NUMBERS.get(type);
  if (form === undefined) throw invalid(`The header has a value of type ${type}, which does not exist.`);
  await cursor.fill(form.bytes);
  const number = form.read(cursor.take(form.bytes));
  return type === GGUF_VALUE.bool ? number !== 0 : number;
}

async function list(cursor: Cursor): Promise<MetadataValue> {
  await cursor.fill(12);
  const type = cursor.u32();
  const items = bounded(cursor.u64(), "items in a list", GGUF_LIMITS.items);
  if (type === GGUF_VALUE.string) {
    if (items * LEAST.text > cursor.left) throw truncated();
    for (let item = 0; item < items; item++) {
      if (!cursor.has(8)) await cursor.fill(8);
      cursor.skip(bounded(cursor.u64(), "bytes in a text", GGUF_LIMITS.textBytes));
    }
    return { items };
  }
  const form = NUMBERS.get(type);
  if (form === undefined)
    throw invalid(`The header has a list of values of type ${type}, which are not known.`);
  if (items > GGUF_LIMITS.keptNumbers) {
    cursor.skip(items * form.bytes);
    return { items };
  }
  await cursor.fill(items * form.bytes);
  return Array.from({ length: items }, () => form.read(cursor.take(form.bytes)));
}

async function tensorEntry(cursor: Cursor): Promise<Omit<TensorEntry, "bytes">> {
  const name = await text(cursor, GGUF_LIMITS.tensorNameBytes);
  await cursor.fill(4);
  const count = bounded(cursor.u32(), `dimensions in ${shown(name)}`, GGUF_LIMITS.dimensions);
  await cursor.fill(count * 8 + 12);
  const dimensions = Array.from({ length: count }, () =>
    bounded(cursor.u64(), `numbers in ${shown(name)}`, GGUF_LIMITS.size),
  );
  return { name, dimensions, type: cursor.u32(), offset: cursor.u64() };
}

function placed(
  entry: Omit<TensorEntry, "bytes">,
  start: number,
  alignment: number,
  fileBytes: number,
): TensorEntry {
  const { name, dimensions, type, offset } = entry;
  const layout = ggmlLayout(type);
  if (layout === undefined) throw invalid(`The tensor ${shown(name)} has type ${type}, which is not known.`);
  const numbers = dimensions.reduce(
    (product, size) => bounded(product * size, `numbers in ${shown(name)}`, GGUF_LIMITS.size),
    1,
  );
  if ((dimensions[0] ?? 1) % layout.elements !== 0 || offset % alignment !== 0)
    throw invalid(`The tensor ${shown(name)} is not laid out as its type ${layout.name} is.`);
  const bytes = (numbers / layout.elements) * layout.bytes;
  if (start + offset + bytes > fileBytes) throw truncated();
  return { name, dimensions, type, offset: start + offset, bytes };
}

/** A name out of a file, as an error may repeat it. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, SHOWN_CHARACTERS).toWellFormed());
}

function bounded(value: number, what: string, limit: number): number {
  if (value > limit) throw invalid(`The header announces ${value} ${what}; ${limit} are allowed.`);
  return value;
}

function invalid(message: string): MemosError {
  return new MemosError("MODEL_INVALID", message);
}
