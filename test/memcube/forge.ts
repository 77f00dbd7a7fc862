import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  CUBE_FILE_VERSION,
  type CubeFile,
  canonicalJson,
  decodeCubeFile,
  encodeCubeFile,
  MemosError,
} from "../../memcube/index.js";
import { arbitraryCubeFile, type PayloadKind } from "./arbitrary.js";

/** Where the header's text begins: after magic, format version and header length. */
export const HEADER_AT = 14;
export const DIGEST_BYTES = 32;
const MAGIC = Buffer.from([0x89, 0x4d, 0x43, 0x55, 0x42, 0x45, 0x0d, 0x0a]);

/** The same cube in every run, with several versions and, where its kind has any, several blobs. */
export function sampleFile(kind: PayloadKind, seed = 9): CubeFile {
  const [file] = fc.sample(arbitraryCubeFile(kind), { numRuns: 1, seed });
  if (file === undefined) throw new Error("no sample");
  return file;
}

/** A file whose checksum is right, whatever is in it: what damage does not make, but a person can. */
export function forge(parts: {
  header: string | Uint8Array;
  headerBytes?: number;
  version?: number;
  blobs?: readonly Uint8Array[];
}): Uint8Array {
  const header = Buffer.from(parts.header);
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16LE(parts.version ?? CUBE_FILE_VERSION, 0);
  fixed.writeUInt32LE(parts.headerBytes ?? header.length, 2);
  return seal(Buffer.concat([MAGIC, fixed, header, ...(parts.blobs ?? [])]));
}

export function seal(body: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([body, createHash("sha256").update(body).digest()]));
}

/** What `encodeCubeFile` puts in, in parts that a test can change before it forges them together again. */
export function partsOf(file: CubeFile): {
  header: { blobs: { sha256: string; bytes: number; mediaType: string }[]; portable: CubeFile["portable"] };
  blobs: Uint8Array[];
} {
  const bytes = Buffer.from(encodeCubeFile(file));
  const headerEnd = HEADER_AT + bytes.readUInt32LE(10);
  const header = JSON.parse(bytes.toString("utf8", HEADER_AT, headerEnd)) as ReturnType<
    typeof partsOf
  >["header"];
  let at = headerEnd;
  const blobs = header.blobs.map((ref) => {
    at += ref.bytes;
    return new Uint8Array(bytes.subarray(at - ref.bytes, at));
  });
  return { header, blobs };
}

/** The sentence with which a file is refused; fails when it is accepted or refused in any other way. */
export function refusalOf(bytes: Uint8Array): string {
  try {
    decodeCubeFile(bytes);
  } catch (error) {
    if (error instanceof MemosError && error.code === "CUBE_FILE_INVALID") return error.message;
    throw error;
  }
  throw new Error("the file was accepted");
}

export function forgedRefusal(header: unknown, blobs: readonly Uint8Array[] = []): string {
  return refusalOf(forge({ header: canonicalJson(header), blobs }));
}
