import * as z from "zod";
import { MemosError } from "./errors.js";
import { canonicalJson, sha256 } from "./hash.js";
import { countJsonValues } from "./jsonValues.js";
import { LIMITS } from "./limits.js";
import { type BlobRef, blobRefSchema } from "./payload.js";
import { blobsOfVersions, contradictionIn, type PortableCube, portableCubeSchema } from "./portable.js";

/*
 * The portable file of one cube, `.memcube`. Integers are little-endian.
 *
 *     offset  bytes
 *     0       8      magic: 89 'M' 'C' 'U' 'B' 'E' 0D 0A   (as in PNG: a text-mode copy breaks it visibly)
 *     8       2      format version, 1
 *     10      4      length H of the header
 *     14      H      header: canonical JSON { blobs: [{ bytes, mediaType, sha256 }], portable }
 *     14+H    …      the bytes of the blobs, one after another, in the header's order (by hash)
 *     end-32  32     SHA-256 of everything before
 */
const MAGIC = Uint8Array.of(0x89, 0x4d, 0x43, 0x55, 0x42, 0x45, 0x0d, 0x0a);
export const CUBE_FILE_VERSION = 1;
const FIXED = MAGIC.length + 2 + 4;
const DIGEST = 32;

/** A header of more values is told that it is wrong, not where: a hostile one can be wrong in all of them. */
const LOCATED_VALUES = 65_536;
const SHOWN_CHARACTERS = 200;

const headerSchema = z.strictObject({ blobs: z.array(blobRefSchema), portable: portableCubeSchema });

/** A cube, its versions, and the blobs that any of its versions refers to, by hash. */
export interface CubeFile {
  readonly portable: PortableCube;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/**
 * A cube as the bytes of a `.memcube` file; the same cube gives the same bytes.
 *
 * @throws MemosError INVALID_INPUT when the cube contradicts its versions, or when the blobs are not exactly
 * those that its versions refer to; TOO_LARGE when the file would pass a limit of `LIMITS.cubeFile…`.
 */
export function encodeCubeFile({ portable, blobs }: CubeFile): Uint8Array {
  const cube = validInput(portable);
  const refs = blobsOfVersions(cube);
  const blobBytes = refs.reduce((sum, ref) => sum + ref.bytes, 0);
  if (FIXED + blobBytes + DIGEST > LIMITS.cubeFileBytes)
    throw tooLarge(`The blobs have ${blobBytes} bytes`, `${LIMITS.cubeFileBytes} bytes`);
  const parts = refs.map((ref) => suppliedBlob(ref, blobs));
  const known = new Set(refs.map((ref) => ref.sha256));
  for (const name of blobs.keys())
    if (!known.has(name)) throw inputFault(`No version refers to the blob ${name}.`, `blobs.${name}`);
  const header = headerOf(cube, refs);
  const size = FIXED + header.length + blobBytes + DIGEST;
  if (size > LIMITS.cubeFileBytes)
    throw tooLarge(`The file would have ${size} bytes`, `${LIMITS.cubeFileBytes} bytes`);
  const file = Buffer.alloc(size);
  file.set(MAGIC);
  file.writeUInt16LE(CUBE_FILE_VERSION, 8);
  file.writeUInt32LE(header.length, 10);
  let at = FIXED;
  for (const part of [header, ...parts]) {
    file.set(part, at);
    at += part.byteLength;
  }
  file.write(sha256(file.subarray(0, at)), at, "hex");
  return plainView(file);
}

/**
 * Reads a `.memcube` file. Total: every byte string gives a cube that is whole and consistent, or an error
 * that says what is wrong. Lengths are compared with the file's before anything is allocated. The blobs are
 * views into `bytes`, not copies: keep `bytes` unchanged for as long as they are used.
 *
 * @throws MemosError CUBE_FILE_INVALID.
 */
export function decodeCubeFile(bytes: Uint8Array): CubeFile {
  if (bytes.byteLength < FIXED + DIGEST)
    throw invalid(`The file has ${bytes.byteLength} bytes, fewer than any cube file.`);
  if (bytes.byteLength > LIMITS.cubeFileBytes)
    throw invalid(`The file has more bytes than a cube file may have, ${LIMITS.cubeFileBytes}.`);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC))
    throw invalid("The file does not begin as a cube file does.");
  const version = file.readUInt16LE(8);
  if (version !== CUBE_FILE_VERSION)
    throw invalid(
      version > CUBE_FILE_VERSION
        ? `The file has format version ${version}, which is newer than version ${CUBE_FILE_VERSION} that this program reads.`
        : `The file has format version ${version}, which does not exist.`,
    );
  const end = file.length - DIGEST;
  const headerBytes = file.readUInt32LE(10);
  if (headerBytes > end - FIXED)
    throw invalid(
      `The header has ${headerBytes} bytes by its length, the file ${end - FIXED} at most for it.`,
    );
  if (headerBytes > LIMITS.cubeFileHeaderBytes)
    throw invalid(`The header has more bytes than a header may have, ${LIMITS.cubeFileHeaderBytes}.`);
  if (sha256(file.subarray(0, end)) !== file.toString("hex", end))
    throw invalid("The checksum at the end does not fit what comes before: the file is damaged.");
  const { portable, blobs } = readHeader(file.subarray(FIXED, FIXED + headerBytes));
  return { portable, blobs: readBlobs(file.subarray(FIXED + headerBytes, end), blobs) };
}

function invalid(message: string, cause?: unknown): MemosError {
  return new MemosError("CUBE_FILE_INVALID", message, { cause });
}

function inputFault(message: string, path: string): MemosError {
  return new MemosError("INVALID_INPUT", message, { path });
}

function tooLarge(what: string, limit: string): MemosError {
  return new MemosError("TOO_LARGE", `${what}; a cube file takes ${limit}.`);
}

/** Without the type `Buffer`, whose `slice` and `toString` are not those of a `Uint8Array`. */
function plainView(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The first fault as `header.portable.cube.version: Too small`; names in it come from the file and may be endless. */
function firstFault({ issues: [issue] }: z.ZodError, root: string): { path: string; fault: string } {
  const clip = (text: string) => text.slice(0, SHOWN_CHARACTERS).toWellFormed();
  const path = clip([root, ...(issue?.path ?? [])].join("."));
  return { path, fault: `${path}: ${clip(issue?.message ?? "")}` };
}

function validInput(portable: PortableCube): PortableCube {
  const parsed = portableCubeSchema.safeParse(portable);
  if (!parsed.success) {
    const { path, fault } = firstFault(parsed.error, "portable");
    throw inputFault(`${fault}.`, path);
  }
  refuseIfTooLong(parsed.data);
  const contradiction = contradictionIn(parsed.data);
  if (contradiction !== null) throw inputFault(contradiction, "portable");
  return parsed.data;
}

/** Version by version and before the rest: the JSON of all of them could be longer than a string can be. */
function refuseIfTooLong({ versions }: PortableCube): void {
  let bytes = 0;
  for (const version of versions) {
    bytes += Buffer.byteLength(canonicalJson(version));
    if (bytes > LIMITS.cubeFileHeaderBytes)
      throw tooLarge(
        `The versions up to ${version.version} have ${bytes} bytes`,
        `${LIMITS.cubeFileHeaderBytes} bytes of them`,
      );
  }
}

function suppliedBlob(ref: BlobRef, blobs: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const path = `blobs.${ref.sha256}`;
  const bytes = blobs.get(ref.sha256);
  if (bytes === undefined) throw inputFault(`The blob ${ref.sha256} is missing.`, path);
  if (bytes.byteLength !== ref.bytes)
    throw inputFault(`The blob ${ref.sha256} has ${bytes.byteLength} bytes instead of ${ref.bytes}.`, path);
  if (sha256(bytes) !== ref.sha256)
    throw inputFault(`The blob ${ref.sha256} has other bytes than its hash says.`, path);
  return bytes;
}

function headerOf(portable: PortableCube, blobs: readonly BlobRef[]): Buffer {
  const header = Buffer.from(canonicalJson({ blobs, portable }));
  if (header.length > LIMITS.cubeFileHeaderBytes)
    throw tooLarge(`The header has ${header.length} bytes`, `${LIMITS.cubeFileHeaderBytes} bytes of it`);
  const values = countJsonValues(header);
  if (values > LIMITS.cubeFileValues)
    throw tooLarge(`The header has ${values} values`, `${LIMITS.cubeFileValues} of them`);
  return header;
}

function readHeader(bytes: Buffer): z.output<typeof headerSchema> {
  const values = countJsonValues(bytes);
  if (values > LIMITS.cubeFileValues)
    throw invalid(`The header has more values than a header may have, ${LIMITS.cubeFileValues}.`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("The header is not JSON.", error);
  }
  if (values > LOCATED_VALUES && !headerSchema.validate(value))
    throw invalid("The header is not that of a cube.");
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success)
    throw invalid(`The header is not that of a cube: ${firstFault(parsed.error, "header").fault}.`);
  const { portable, blobs } = parsed.data;
  const contradiction = contradictionIn(portable);
  if (contradiction !== null) throw invalid(contradiction);
  if (canonicalJson(blobs) !== canonicalJson(blobsOfVersions(portable)))
    throw invalid("The list of blobs is not what the versions refer to.");
  // One cube has one file: what parses to the same cube from other bytes was not written by an encoder.
  if (canonicalJson(parsed.data) !== text) throw invalid("The header is not in canonical form.");
  return parsed.data;
}

function readBlobs(bytes: Buffer, refs: readonly BlobRef[]): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  let at = 0;
  for (const ref of refs) {
    if (ref.bytes > bytes.length - at) throw invalid(`The blob ${ref.sha256} is longer than the file.`);
    const part = bytes.subarray(at, at + ref.bytes);
    if (sha256(part) !== ref.sha256)
      throw invalid(`The blob ${ref.sha256} has other bytes than its hash says.`);
    blobs.set(ref.sha256, plainView(part));
    at += ref.bytes;
  }
  if (at !== bytes.length)
    throw invalid(`After the last blob are ${bytes.length - at} bytes that belong to nothing.`);
  return blobs;
}
