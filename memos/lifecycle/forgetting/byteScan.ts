import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { throwIfAborted } from "../../aborted.js";
import { type Fingerprint, proofOf, RollSet, WINDOW_BYTES, windowsIn } from "./fingerprints.js";

/** Bytes looked at between two turns of the event loop: some milliseconds. */
const SLICE = 512 * 1024;

export interface Sighting {
  /** The file, from the folder of the store. */
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

/** Reads every byte below a folder and looks for windows whose fingerprints are known. */
export async function scanFolder(
  folder: string,
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
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const file = relative(folder, path);
    files++;
    for await (const { block, offset } of blocksOf(path, signal)) {
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

/** A file in blocks that overlap by a window less one byte, so that nothing falls between two. */
async function* blocksOf(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ block: Buffer; offset: number }> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    // Gone since the folder was listed: a flush has replaced it.
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const buffer = Buffer.alloc(SLICE + WINDOW_BYTES - 1);
    let kept = 0;
    for (let offset = 0; ; ) {
      throwIfAborted(signal);
      const { bytesRead } = await handle.read(buffer, kept, SLICE, offset + kept);
      if (bytesRead === 0) return;
      const length = kept + bytesRead;
      yield { block: buffer.subarray(0, length), offset };
      const next = Math.min(WINDOW_BYTES - 1, length);
      buffer.copyWithin(0, length - next, length);
      offset += length - next;
      kept = next;
    }
  } finally {
    await handle.close();
  }
}
