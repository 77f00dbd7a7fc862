import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { throwIfAborted } from "../../aborted.js";
import type { BucketObjects } from "../../store/objects/bucketObjects.js";
import { type Fingerprint, proofOf, RollSet, WINDOW_BYTES, windowsIn } from "./fingerprints.js";

/** Bytes looked at between two turns of the event loop: some milliseconds. */
const SLICE = 512 * 1024;

/** Bytes of an object that one request brings. */
const FETCHED = 8 * 1024 * 1024;

export interface Sighting {
  /** The file, from the folder of the store, or the address of an object. */
  readonly file: string;
  readonly offset: number;
  readonly proof: string;
  /** What stands there. */
  readonly bytes: Buffer;
}

export interface Scan {
  readonly files: number;
  readonly bytes: number;
  readonly sightings: readonly Sighting[];
}

/** Something whose bytes are looked at: a file, or an object of a bucket. */
export interface Source {
  readonly file: string;
  /** Its bytes from the beginning; none when it is gone by now. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads every byte of the sources and looks for windows whose fingerprints are known. */
export async function scanBytes(
  sources: AsyncIterable<Source>,
  fingerprints: readonly Fingerprint[],
  salt: string,
  signal: AbortSignal | undefined,
): Promise<Scan> {
  const rolls = new RollSet(fingerprints.map(({ roll }) => roll));
  const proofs = new Map<number, Set<string>>();
  for (const { roll, proof } of fingerprints) proofs.set(roll, (proofs.get(roll) ?? new Set()).add(proof));
  const sightings: Sighting[] = [];
  let files = 0;
  let bytes = 0;
  for await (const { file, chunks } of sources) {
    files++;
    for await (const { block, offset } of overlapping(chunks)) {
      throwIfAborted(signal);
      for (const { start, roll } of windowsIn(block, rolls)) {
        const window = block.subarray(start, start + WINDOW_BYTES);
        const proof = proofOf(window, salt);
        if (proofs.get(roll)?.has(proof) === true)
          sightings.push({ file, offset: offset + start, proof, bytes: Buffer.from(window) });
      }
      bytes += block.length;
      await turn();
    }
  }
  return { files, bytes, sightings };
}

/** Every file below a folder. */
export async function* filesBelow(folder: string): AsyncGenerator<Source> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    yield { file: relative(folder, path), chunks: chunksOf(path) };
  }
}

/** Every object of a store in a bucket. */
export async function* objectsIn(bucket: BucketObjects): AsyncGenerator<Source> {
  for await (const { key, bytes } of bucket.list(""))
    yield { file: `${bucket.url}${key}`, chunks: partsOf(bucket, key, bytes) };
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    // Gone since the folder was listed: a flush has replaced it.
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const buffer = Buffer.alloc(SLICE);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, SLICE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* partsOf(bucket: BucketObjects, key: string, bytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes; start += FETCHED) {
    const part = await bucket.get(key, { start, bytes: FETCHED });
    if (part === undefined) return;
    for (let at = 0; at < part.length; at += SLICE) yield part.subarray(at, at + SLICE);
  }
}

/** The chunks as blocks that overlap by a window less one byte, so that nothing falls between two. */
async function* overlapping(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ block: Buffer; offset: number }> {
  const buffer = Buffer.alloc(SLICE + WINDOW_BYTES - 1);
  let kept = 0;
  let offset = 0;
  for await (const chunk of chunks) {
    buffer.set(chunk, kept);
    const length = kept + chunk.length;
    yield { block: buffer.subarray(0, length), offset };
    const next = Math.min(WINDOW_BYTES - 1, length);
    buffer.copyWithin(0, length - next, length);
    offset += length - next;
    kept = next;
  }
}
