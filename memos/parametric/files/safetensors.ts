import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { writeAtomically } from "../../atomicFile.js";
import { GGML, NUMBER_CODECS, shown } from "../../inference/gguf/index.js";
import { Pace } from "../../pace.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { adapterInvalid } from "./adapterInvalid.js";

/*
 * The safetensors format. Integers and numbers are little-endian, rows come first (C order), nothing is padded.
 *
 *     offset  bytes
 *     0       8      length H of the header
 *     8       H      header: JSON, { name: { dtype, shape, data_offsets: [begin, end] }, …, __metadata__?: { text: text } }
 *     8+H     …      data: every tensor where its offsets say, without gaps
 */
const LENGTH_BYTES = 8;
const METADATA = "__metadata__";

const DTYPES = {
  F32: { bytes: 4, type: GGML.F32 },
  F16: { bytes: 2, type: GGML.F16 },
  BF16: { bytes: 2, type: GGML.BF16 },
} as const;

/** Numbers that are read or written at once. */
const NUMBERS_AT_ONCE = 128 * 1024;

const sizeSchema = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.enum(["F32", "F16", "BF16"]),
  shape: z.array(sizeSchema).max(4),
  data_offsets: z.tuple([sizeSchema, sizeSchema]),
});
const metadataSchema = z.record(z.string(), z.string());

export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: keyof typeof DTYPES;
  /** Slowest dimension first. */
  readonly shape: readonly number[];
  /** Where its data begins in the file, and how long it is. */
  readonly offset: number;
  readonly bytes: number;
}

/** A safetensors file that is open, its header read and checked. Whoever opens it closes it. */
export class SafetensorsFile {
  readonly #file: FileHandle;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;

  private constructor(file: FileHandle, entries: ReadonlyMap<string, SafetensorsEntry>) {
    this.#file = file;
    this.entries = entries;
  }

  /**
   * Total and bounded: what is made of the file is never more than the limits and the file's own length allow.
   *
   * @throws MemosError ADAPTER_INVALID for a file that is missing, truncated, longer than it says, too large, or not
   * well-formed: an unknown type, a name twice, tensors that overlap, leave gaps or are not as long as their shape.
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const found = await stat(path).catch(() => undefined);
    // Opening a pipe would wait for its other end.
    if (found?.isFile() !== true) throw adapterInvalid(`There is no adapter file ${path}.`);
    const file = await open(path, "r");
    try {
      return new SafetensorsFile(file, await readHeader(file, (await file.stat()).size));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The numbers of a tensor, in single precision. @throws MemosError ADAPTER_INVALID when the file has become shorter. */
  async read({ dtype, offset, bytes }: SafetensorsEntry): Promise<Float32Array> {
    const { bytes: numberBytes, type } = DTYPES[dtype];
    const numbers = new Float32Array(bytes / numberBytes);
    const buffer = Buffer.allocUnsafe(Math.min(bytes, NUMBERS_AT_ONCE * numberBytes));
    for (let at = 0; at < numbers.length; at += NUMBERS_AT_ONCE) {
      const into = numbers.subarray(at, at + NUMBERS_AT_ONCE);
      const piece = buffer.subarray(0, into.length * numberBytes);
      await readWhole(this.#file, piece, offset + at * numberBytes);
      NUMBER_CODECS.get(type)?.decode(piece, into);
    }
    return numbers;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readHeader(file: FileHandle, size: number): Promise<Map<string, SafetensorsEntry>> {
  if (size > ADAPTER_LIMITS.fileBytes)
    throw adapterInvalid(`The file has ${size} bytes; ${ADAPTER_LIMITS.fileBytes} are allowed.`);
  const length = Buffer.alloc(LENGTH_BYTES);
  await readWhole(file, length, 0);
  const headerBytes = length.readUInt32LE(0) + length.readUInt32LE(4) * 2 ** 32;
  if (headerBytes > ADAPTER_LIMITS.headerBytes)
    throw adapterInvalid(`The header has ${headerBytes} bytes; ${ADAPTER_LIMITS.headerBytes} are allowed.`);
  if (LENGTH_BYTES + headerBytes > size) throw truncated();
  const json = Buffer.alloc(headerBytes);
  await readWhole(file, json, LENGTH_BYTES);
  return await entriesOf(json.toString("utf8"), LENGTH_BYTES + headerBytes, size);
}

async function entriesOf(json: string, start: number, size: number): Promise<Map<string, SafetensorsEntry>> {
  const header = parsed(json);
  const tensors = Object.entries(header).filter(([name]) => name !== METADATA);
  if (tensors.length > ADAPTER_LIMITS.tensors)
    throw adapterInvalid(`The file has ${tensors.length} tensors; ${ADAPTER_LIMITS.tensors} are allowed.`);
  const metadata = metadataSchema.optional().safeParse(header[METADATA]);
  if (!metadata.success) throw adapterInvalid("The metadata of the file are not texts.");
  const pace = new Pace();
  await pace.turn();
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of tensors) {
    // One entry is about as much work as so many numbers.
    if (pace.due(256)) await pace.turn();
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw adapterInvalid(`The header says nothing sensible of ${shown(name)}.`);
    const { dtype, shape, data_offsets: offsets } = entry.data;
    const bytes = shape.reduce((product, length) => product * length, DTYPES[dtype].bytes);
    if (bytes !== offsets[1] - offsets[0])
      throw adapterInvalid(`The tensor ${shown(name)} is not as long as its shape says.`);
    entries.push({ name, dtype, shape, offset: start + offsets[0], bytes });
  }
  await pace.turn();
  // Parsing keeps the last of equal names: then there are more colons than names.
  const names =
    4 * entries.length + (metadata.data === undefined ? 0 : 1 + Object.keys(metadata.data).length);
  if (colons(json) !== names) throw adapterInvalid("The header of the file has a name twice.");
  const inPlace = entries.toSorted((one, other) => one.offset - other.offset || one.bytes - other.bytes);
  let end = start;
  for (const { name, offset, bytes } of inPlace) {
    if (offset !== end)
      throw adapterInvalid(`There is an overlap or a gap before the tensor ${shown(name)}.`);
    end += bytes;
  }
  if (end > size) throw truncated();
  if (end < size) throw adapterInvalid(`The file has ${size - end} bytes after its last tensor.`);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function parsed(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw adapterInvalid("The header of the file is not JSON.", error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw adapterInvalid("The header of the file is not a JSON object.");
  return value as Record<string, unknown>;
}

/** How many colons are outside of texts. */
function colons(json: string): number {
  let count = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') inText = !inText;
    else if (inText && character === "\\") at++;
    else if (!inText && character === ":") count++;
  }
  return count;
}

async function readWhole(file: FileHandle, into: Buffer, start: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, start + filled);
    if (bytesRead === 0) throw truncated();
    filled += bytesRead;
  }
}

function truncated(): MemosError {
  return adapterInvalid("The file ends before what its header announces: it is truncated.");
}

export interface SafetensorsTensor {
  readonly name: string;
  /** Slowest dimension first. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Writes a safetensors file in single precision, atomically. Equal tensors give equal bytes, in whichever order they
 * are given: names are sorted.
 *
 * @returns SHA-256 and length of the file.
 * @throws MemosError INVALID_INPUT for values that are not as many as the shape says, or two tensors of one name;
 * TOO_LARGE for a header beyond its limit; DISK_FULL.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<{ sha256: string; bytes: number }> {
  const sorted = tensors.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const header = headerOf(sorted, metadata);
  return await writeAtomically(path, async (file) => {
    const hash = createHash("sha256");
    let bytes = 0;
    const append = async (piece: Uint8Array) => {
      const writing = file.writeFile(piece);
      hash.update(piece);
      bytes += piece.byteLength;
      await writing;
    };
    await append(header);
    for (const { values } of sorted)
      for (let at = 0; at < values.length; at += NUMBERS_AT_ONCE) {
        const piece = values.subarray(at, at + NUMBERS_AT_ONCE);
        await append(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      }
    return { sha256: hash.digest("hex"), bytes };
  });
}

function headerOf(
  sorted: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const { name, shape, values } of sorted) {
    if (values.length !== shape.reduce((product, length) => product * length, 1))
      throw new MemosError("INVALID_INPUT", `The values of ${name} are not as many as its shape says.`);
    if (name === entries.at(-1)?.[0])
      throw new MemosError("INVALID_INPUT", `There are two tensors of the name ${name}.`);
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] }]);
    offset += values.byteLength;
  }
  const json = JSON.stringify(Object.fromEntries(entries));
  // The data begins at a multiple of 8, as the format's own library has it.
  const padded = json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8), " ");
  const bytes = Buffer.from(padded);
  if (bytes.length > ADAPTER_LIMITS.headerBytes)
    throw new MemosError(
      "TOO_LARGE",
      `The header of the file would have ${bytes.length} bytes; ${ADAPTER_LIMITS.headerBytes} are allowed.`,
    );
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
