import type * as z from "zod";
import type { CubeType, MemCube } from "../../memcube/index.js";
import type { NewMemory } from "../../memos/index.js";

/** What a memory is written as. Who it comes from is added by whoever writes it. */
export type Draft = Pick<
  NewMemory,
  "text" | "title" | "format" | "facts" | "occurredAt" | "validTo" | "metadata" | "secret" | "governance"
>;

/**
 * One of MIRIX's memory types (arXiv 2507.07957, section 3): what a memory of it says, how that is written, and how
 * two that are about the same become one. The text is the truth: what a cube says is read from its text, so that
 * whoever changes the text changes the memory.
 */
export interface MemoryType<Content> {
  readonly type: CubeType;
  /** In a sentence, for people and for models. */
  readonly holds: string;
  readonly schema: z.ZodType<Content>;
  draft(content: Content): Draft;
  /** What a cube says; undefined for one that was not written as `draft` does it. */
  read(cube: MemCube): Content | undefined;
  /** What earlier memories about the same are found by; undefined where each stands for itself. */
  identity(content: Content): string | undefined;
  /**
   * What becomes of a later one among the earlier ones of the same identity. Nothing is merged in place: a memory is
   * one statement with its own sources, so that forgetting a source takes along what was made of it and nothing else.
   */
  settles(earlier: readonly Content[], later: Content): Settlement;
}

export interface Settlement {
  /** It says nothing that they do not say. */
  readonly known: boolean;
  /** Places of those that it takes the place of: they go to the archive. */
  readonly replaces: readonly number[];
  /** Why it cannot be taken in, in a sentence; it is refused then. */
  readonly refusal?: string;
}

export const STANDS_ALONE: Settlement = Object.freeze({ known: false, replaces: Object.freeze([]) });

export const KNOWN: Settlement = Object.freeze({ known: true, replaces: Object.freeze([]) });

/** The field of `metadata` that identities are kept in. */
export const IDENTITY = "memory";

/** Names that differ in case and spacing alone are one. */
export function identityOf(name: string): string {
  return name.normalize("NFKC").trim().replace(/\s+/gu, " ").toLowerCase();
}
