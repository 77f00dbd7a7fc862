import { createHash } from "node:crypto";
import { z } from "zod";
import { MemosError } from "./errors.js";
import { canonicalJson, sha256 } from "./hash.js";
import { LIMITS } from "./limits.js";
import { type BlobRef, blobRefSchema, blobsOf } from "./payload.js";
import { type PortableCube, portableCubeSchema } from "./portable.js";
import { contentOf, firstBrokenVersion } from "./version.js";

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

const headerSchema = z.strictObject({ blobs: z.array(blobRefSchema), portable: portableCubeSchema });

/** A cube, its versions, and the blobs that any of its versions refers to, by hash. */
export interface CubeFile {
  readonly portable: PortableCube;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

function invalid(message: string, cause?: unknown): MemosError {
  return new MemosError("CUBE_FILE_INVALID", message, cause === undefined ? {} : { cause });
}

/** Every blob of every version once, by hash. */
function neededBlobs({ versions }: PortableCube): BlobRef[] {
  const byHash = new Map<string, BlobRef>();
  for (const { content } of versions)
    for (const blob of blobsOf(content.payload)) byHash.set(blob.sha256, blob);
  return [...byHash.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

function check(portable: PortableCube): void {
  const { cube, versions } = portable;
  const broken = firstBrokenVersion(cube.id, versions);
  if (broken !== null) throw invalid(`Version ${broken} of the cube does not follow from the one before it.`);
  const last = versions.at(-1);
  if (last?.version !== cube.version || canonicalJson(last.content) !== canonicalJson(contentOf(cube)))
    throw invalid("The cube is not what its last version says.");
}

/**
 * A cube as the bytes of a `.memcube` file; the same cube gives the same bytes.
 *
 * @throws MemosError CUBE_FILE_INVALID when the cube contradicts its versions or a blob is missing or has
 * other bytes than its hash says; TOO_LARGE when the file would pass `LIMITS.cubeFileBytes`.
 */
export function encodeCubeFile({ portable, blobs }: CubeFile): Uint8Array {
  check(portable);
  const needed = neededBlobs(portable);
  const parts = needed.map((blob) => {
    const bytes = blobs.get(blob.sha256);
    if (bytes === undefined) throw invalid(`The blob ${blob.sha256} is missing.`);
    if (bytes.byteLength !== blob.bytes || sha256(bytes) !== blob.sha256)
      throw invalid(`The blob ${blob.sha256} has other bytes than its name says.`);
    return bytes;
  });
  const header = Buffer.from(canonicalJson({ blobs: needed, portable }));
  const size = FIXED + header.length + parts.reduce((sum, part) => sum + part.byteLength, 0) + DIGEST;
  if (header.length > LIMITS.cubeFileHeaderBytes || size > LIMITS.cubeFileBytes)
    throw new MemosError("TOO_LARGE", "The cube does not fit into one file.");
  const fixed = Buffer.alloc(FIXED);
  fixed.set(MAGIC);
  fixed.writeUInt16LE(CUBE_FILE_VERSION, 8);
  fixed.writeUInt32LE(header.length, 10);
  const body = Buffer.concat([fixed, header, ...parts]);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

/**
 * Reads a `.memcube` file. Total: every byte string gives a cube that is whole and consistent, or an error
 * that says what is wrong. Lengths are compared with the file's before anything is allocated.
 *
 * @throws MemosError CUBE_FILE_INVALID.
 */
export function decodeCubeFile(bytes: Uint8Array): CubeFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < FIXED + DIGEST)
    throw invalid(`The file has ${file.length} bytes, less than any cube file.`);
  if (file.length > LIMITS.cubeFileBytes) throw invalid("The file is larger than a cube file may be.");
  if (!file.subarray(0, MAGIC.length).equals(MAGIC))
    throw invalid("The file does not begin as a cube file does.");
  const version = file.readUInt16LE(8);
  if (version !== CUBE_FILE_VERSION)
    throw invalid(`The file has format version ${version}; this program reads version ${CUBE_FILE_VERSION}.`);
  const end = file.length - DIGEST;
  const digest = createHash("sha256").update(file.subarray(0, end)).digest();
  if (!digest.equals(file.subarray(end)))
    throw invalid("The file's checksum does not fit its content: it is damaged.");
  const headerLength = file.readUInt32LE(10);
  if (headerLength > LIMITS.cubeFileHeaderBytes || FIXED + headerLength > end)
    throw invalid("The header is longer than the file.");
  const header = readHeader(file.subarray(FIXED, FIXED + headerLength));
  check(header.portable);
  return { portable: header.portable, blobs: readBlobs(file.subarray(FIXED + headerLength, end), header) };
}

function readHeader(bytes: Buffer): z.output<typeof headerSchema> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("The header is not JSON.", error);
  }
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`The header is not that of a cube: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  // One cube has one file: what parses to the same cube from other bytes was not written by an encoder.
  if (canonicalJson(parsed.data) !== text) throw invalid("The header is not in canonical form.");
  return parsed.data;
}

function readBlobs(
  bytes: Buffer,
  { blobs, portable }: z.output<typeof headerSchema>,
): Map<string, Uint8Array> {
  if (canonicalJson(blobs) !== canonicalJson(neededBlobs(portable)))
    throw invalid("The list of blobs is not what the cube refers to.");
  const found = new Map<string, Uint8Array>();
  let at = 0;
  for (const blob of blobs) {
    if (blob.bytes > bytes.length - at) throw invalid(`The blob ${blob.sha256} is longer than the file.`);
    const part = bytes.subarray(at, at + blob.bytes);
    if (sha256(part) !== blob.sha256)
      throw invalid(`The blob ${blob.sha256} has other bytes than its name says.`);
    found.set(blob.sha256, part);
    at += blob.bytes;
  }
  if (at !== bytes.length) throw invalid("The file has bytes that belong to nothing.");
  return found;
}
