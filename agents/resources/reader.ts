import type { Chunk } from "./chunk.js";
import type { DocumentFile } from "./documentFile.js";
import type { ResourceKind } from "./kind.js";
import type { ResourceLimits } from "./limits.js";

/** What a document says of itself. */
export interface About {
  readonly title?: string;
  readonly pages?: number;
  /** When a picture was taken, as an instant. */
  readonly takenAt?: string;
}

/** One reading of one document: its limits, and who is told what is found beside its text. */
export interface Reading {
  readonly limits: ResourceLimits;
  about(part: About): void;
  /** Says what could not be read; the rest is read all the same. */
  warn(code: string, message: string): void;
  /** Says that the reading gets on: a page or a piece of the file is done. */
  alive(): void;
}

/** Reads documents of some kinds a page or a piece at a time; no more than that is held at once. */
export interface DocumentReader {
  readonly kinds: readonly ResourceKind[];
  /**
   * @throws MemosError DOCUMENT_INVALID for a document that is damaged, encrypted or not of this kind, TOO_LARGE
   * beyond a limit.
   */
  read(file: DocumentFile, reading: Reading): AsyncIterable<Chunk>;
}
