import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import * as z from "zod";
import { canonicalJson, MemosError, sha256Schema } from "../../memcube/index.js";
import { writeAtomically } from "../atomicFile.js";
import { parse } from "../parse.js";
import { engineFingerprintSchema, PREFIX_BLOCK } from "./fingerprint.js";
import { STATE_LIMITS } from "./limits.js";
import { stateInvalid } from "./stateInvalid.js";

/*
 * The file that a compiled state is kept in. Integers are little-endian.
 *
 *     offset  bytes
 *     0       8      magic: 89 'M' 'K' 'V' 'S' 0D 0A 1A     (as in PNG: a text-mode copy breaks it visibly)
 *     8       4      length H of the header
 *     12      H      header: canonical JSON, `containerHeaderSchema`
 *     12+H    P      payload: the state as its codec encoded it
 *     end-32  32     SHA-256 of everything before
 */
const MAGIC = Buffer.of(0x89, 0x4d, 0x4b, 0x56, 0x53, 0x0d, 0x0a, 0x1a);
export const CONTAINER_VERSION = 1;
const FIXED = MAGIC.length + 4;
const DIGEST = 32;

/** Bytes that are read, hashed and written at once: about 2 ms of hashing. */
const PIECE = 4 * 1024 * 1024;

export const containerHeaderSchema = z
  .strictObject({
    version: z.literal(CONTAINER_VERSION),
    fingerprint: engineFingerprintSchema,
    tokens: z.int().positive().max(STATE_LIMITS.tokens),
    /** Fewer than tokens when some were left out. */
    cells: z.int().positive().max(STATE_LIMITS.tokens),
    /** `prefixChain` of the tokens. */
    prefix: z.array(sha256Schema).min(1).readonly(),
    /** What the engine's model decides about the state (`StateLayout`). */
    layout: z.strictObject({
      blocks: z.union([z.literal(1), z.literal(2)]),
      extras: z.boolean(),
      values: z.boolean(),
      recurrent: z.boolean(),
    }),
    /** How the payload was made; the codec checks its own parameters. */
    codec: z.strictObject({ name: z.string().min(1).max(64), parameters: z.record(z.string(), z.unknown()) }),
    payloadBytes: z.int().nonnegative().max(STATE_LIMITS.containerBytes),
    /** Of the state file, before the codec. */
    stateBytes: z.int().positive().max(STATE_LIMITS.containerBytes),
  })
  .refine(({ tokens, prefix }) => prefix.length === Math.ceil(tokens / PREFIX_BLOCK), {
    path: ["prefix"],
    message: "is not as long as the tokens",
  })
  .refine(({ tokens, cells }) => cells <= tokens, { path: ["cells"], message: "are more than the tokens" })
  .meta({ id: "StateContainerHeader" });

export type ContainerHeader = Readonly<z.output<typeof containerHeaderSchema>>;

/**
 * Writes a container, atomically and durably. The chunks are written and hashed piece by piece, and never put
 * together.
 *
 * @param chunks the payload, `header.payloadBytes` together.
 * @returns SHA-256 and length of the whole file.
 * @throws MemosError INVALID_INPUT for a header that is not well-formed, or chunks of another length; TOO_LARGE for a
 * header beyond its limit; DISK_FULL.
 */
export async function writeContainer(
  path: string,
  header: ContainerHeader,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const json = Buffer.from(canonicalJson(parse(containerHeaderSchema, header)));
  if (json.length > STATE_LIMITS.headerBytes)
    throw new MemosError(
      "TOO_LARGE",
      `The header of the state has ${json.length} bytes; ${STATE_LIMITS.headerBytes} are allowed.`,
    );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return await writeAtomically(path, async (file) => {
    const hash = createHash("sha256");
    await append(file, hash, Buffer.concat([MAGIC, length, json]));
    let payloadBytes = 0;
    for await (const chunk of chunks) {
      await append(file, hash, chunk);
      payloadBytes += chunk.byteLength;
    }
    if (payloadBytes !== header.payloadBytes)
      throw new MemosError(
        "INVALID_INPUT",
        `The payload has ${payloadBytes} bytes; its header says ${header.payloadBytes}.`,
        { path: "payloadBytes" },
      );
    await append(file, hash, hash.copy().digest());
    return { sha256: hash.digest("hex"), bytes: FIXED + json.length + payloadBytes + DIGEST };
  });
}

async function append(file: FileHandle, hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    const writing = file.writeFile(piece);
    hash.update(piece);
    await writing;
  }
}

/**
 * Reads a container in one pass, and gives nothing of it out before both hashes are right: the one at its end, and
 * that of the whole file when it is expected. What is allocated is never more than the file has.
 *
 * @param expected SHA-256 of the whole file, as `writeContainer` gave it.
 * @param payloadTo where the payload goes; nothing may be done with it before this resolves.
 * @returns the header, and the payload in memory of its own, or in that of `payloadTo`.
 * @throws MemosError STATE_INVALID for a file that is missing, damaged, truncated, longer than it says, another one
 * than expected, or of another version.
 */
export async function readContainer(
  path: string,
  expected: { readonly sha256?: string | undefined } = {},
  payloadTo: PayloadRoom = {},
): Promise<{ header: ContainerHeader; payload: Uint8Array }> {
  try {
    // Opening a pipe would wait for its other end.
    if (!(await stat(path)).isFile()) throw stateInvalid("The state is not a file.");
    const file = await open(path, "r");
    try {
      return await read(file, expected.sha256, payloadTo);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof MemosError) throw error;
    throw stateInvalid("The state's file cannot be read.", error);
  }
}

export interface PayloadRoom {
  /** Memory for the payload, of this length; new memory without. */
  readonly buffer?: (bytes: number) => Buffer;
  /** Is given the payload piece by piece while it is read and hashed, before any of it is known to be right. */
  readonly tee?: ((piece: Uint8Array, at: number) => Promise<unknown>) | undefined;
}

async function read(
  file: FileHandle,
  expected: string | undefined,
  payloadTo: PayloadRoom,
): Promise<{ header: ContainerHeader; payload: Uint8Array }> {
  const { size } = await file.stat();
  if (size < FIXED + DIGEST) throw stateInvalid(`The state's file has ${size} bytes, fewer than any has.`);
  if (size > STATE_LIMITS.containerBytes)
    throw stateInvalid(`The state's file has ${size} bytes; ${STATE_LIMITS.containerBytes} are allowed.`);
  const hash = createHash("sha256");
  const fixed = await readPart(file, hash, 0, FIXED);
  if (!fixed.subarray(0, MAGIC.length).equals(MAGIC))
    throw stateInvalid("The file does not begin as a compiled state does.");
  const headerBytes = fixed.readUInt32LE(MAGIC.length);
  if (headerBytes > STATE_LIMITS.headerBytes || headerBytes > size - FIXED - DIGEST)
    throw stateInvalid(`The header of the state has ${headerBytes} bytes by its length, which cannot be.`);
  const json = await readPart(file, hash, FIXED, headerBytes);
  const payload = await readPart(
    file,
    hash,
    FIXED + headerBytes,
    size - FIXED - headerBytes - DIGEST,
    payloadTo,
  );
  const digest = hash.copy().digest();
  if (!digest.equals(await readPart(file, hash, size - DIGEST, DIGEST)))
    throw stateInvalid("The checksum at the end of the state does not fit: the file is damaged.");
  if (expected !== undefined && hash.digest("hex") !== expected)
    throw stateInvalid("The state's file is another one than was written.");
  const header = readHeader(json);
  if (header.payloadBytes !== payload.byteLength)
    throw stateInvalid("The payload of the state is not as long as its header says.");
  return { header, payload };
}

/** Bytes of the file in a buffer of their own; the next piece is read while one is hashed. */
async function readPart(
  file: FileHandle,
  hash: Hash,
  start: number,
  length: number,
  { buffer: room = Buffer.allocUnsafeSlow, tee }: PayloadRoom = {},
): Promise<Buffer> {
  const buffer = room(length);
  const given: Promise<unknown>[] = [];
  let hashed = 0;
  for (let at = 0; at < length; ) {
    const reading = file.read(buffer, at, Math.min(PIECE, length - at), start + at);
    hash.update(buffer.subarray(hashed, at));
    hashed = at;
    const { bytesRead } = await reading;
    if (bytesRead === 0) throw stateInvalid("The state's file ends too early: it is truncated.");
    if (tee !== undefined) given.push(settledLater(tee(buffer.subarray(at, at + bytesRead), at)));
    at += bytesRead;
  }
  hash.update(buffer.subarray(hashed));
  await Promise.all(given);
  return buffer;
}

/** A promise whose failure is looked at later and is not unhandled until then. */
function settledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function readHeader(json: Buffer): ContainerHeader {
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch (error) {
    throw stateInvalid("The header of the state is not JSON.", error);
  }
  try {
    return parse(containerHeaderSchema, value);
  } catch (error) {
    throw stateInvalid(`The header of the state is not valid. ${(error as Error).message}`, error);
  }
}
