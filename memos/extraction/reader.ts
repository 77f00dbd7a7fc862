import type { MemCube } from "../../memcube/index.js";
import type { PrincipalName } from "../governance/principal.js";
import type { Warning } from "../operations.js";

/** A few new memories of one owner, with the same readers, in the order in which they were written. */
export interface Reading {
  readonly cubes: readonly MemCube[];
  /** Who wrote each, by its id: what it asks for is done with their rights. */
  readonly writers: ReadonlyMap<string, PrincipalName>;
  /** Ids of memories that were not answered about: they are not shown beside others. */
  readonly without: readonly string[];
  readonly signal: AbortSignal;
}

/** What became of a reading, for the receipt of whoever waited. */
export interface ReadingResult {
  /** Ids of memories that nothing was answered about: they are read again later. */
  readonly unanswered: ReadonlySet<string>;
  readonly llmCalls: number;
  readonly llmTokens: number;
  readonly warnings: readonly Warning[];
}

/**
 * Reads what was written, in the background, and makes something of it. That nothing is passed over, and nothing
 * read by two processes at once, is the business of the queue (`readingQueue.ts`).
 */
export interface Reader {
  /** Memories that are read together, at most. */
  readonly batch: number;
  /** When memories that wait are read, in milliseconds since the epoch; at once unless said otherwise. */
  dueAt?(waiting: readonly MemCube[]): number;
  /** Rejects only for what is no fault of the memories: all of them are read again later. */
  read(reading: Reading): Promise<ReadingResult>;
}
