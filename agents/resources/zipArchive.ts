import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { type Entry, fromFd, type ZipFile } from "yauzl";
import { isMemosError, MemosError } from "../../memcube/index.js";
import type { DocumentFile } from "./documentFile.js";
import type { ResourceLimits } from "./limits.js";

const openFd = promisify<number, { lazyEntries: true; autoClose: false }, ZipFile>(fromFd);

/** Entries smaller than this may be of any ratio. */
const RATIO_FROM_BYTES = 1024 * 1024;

/**
 * A zip archive of which the directory has been looked through before anything is inflated. While an entry is
 * inflated, it may not become larger than the directory says.
 */
export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #name: string;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, name: string) {
    this.#zip = zip;
    this.#entries = entries;
    this.#name = name;
  }

  /**
   * @throws MemosError DOCUMENT_INVALID for what is no zip archive, TOO_LARGE when it would inflate beyond
   * `limits.inflatedBytes` or `limits.inflatedRatio`.
   */
  static async open(file: DocumentFile, limits: ResourceLimits): Promise<ZipArchive> {
    try {
      const zip = await openFd(file.fd, { lazyEntries: true, autoClose: false });
      return new ZipArchive(zip, await directoryOf(zip, file.name, limits), file.name);
    } catch (error) {
      throw invalid(file.name, error);
    }
  }

  /** The names of all entries, in the order of the archive. */
  get paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The bytes of an entry, a piece at a time; nothing when there is no such entry. */
  async *stream(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    let stream: Readable | undefined;
    try {
      stream = await new Promise<Readable>((resolve, reject) =>
        this.#zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
      );
      for await (const piece of stream) yield piece as Uint8Array;
    } catch (error) {
      throw invalid(this.#name, error);
    } finally {
      stream?.destroy();
    }
  }
}

function directoryOf(zip: ZipFile, name: string, limits: ResourceLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let inflated = 0;
  const tooLarge = (why: string) => new MemosError("TOO_LARGE", `${name} ${why}.`);
  return new Promise((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", () => resolve(entries));
    zip.on("entry", (entry: Entry) => {
      inflated += entry.uncompressedSize;
      const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
      if (entries.size >= limits.zipEntries)
        return reject(tooLarge(`holds more than ${limits.zipEntries} entries`));
      if (inflated > limits.inflatedBytes)
        return reject(tooLarge(`would inflate to more than ${limits.inflatedBytes} bytes`));
      if (entry.uncompressedSize > RATIO_FROM_BYTES && ratio > limits.inflatedRatio)
        return reject(tooLarge(`would inflate to more than ${limits.inflatedRatio} times its size`));
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function invalid(name: string, cause: unknown): MemosError {
  if (isMemosError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MemosError("DOCUMENT_INVALID", `${name} is damaged: ${reason}.`, { cause });
}
