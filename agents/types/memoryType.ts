import type { z } from "zod";
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
  /** What an earlier memory of the same is found by; undefined where each stands for itself. */
  identity(content: Content): string | undefined;
  /**
   * The two as one; `earlier` itself when `later` says nothing new.
   *
   * @throws MemosError TOO_LARGE for more than the type holds.
   */
  merged(earlier: Content, later: Content): Content;
}

/** The field of `metadata` that identities are kept in. */
export const IDENTITY = "memory";

/** Names that differ in case and spacing alone are one. */
export function identityOf(name: string): string {
  return name.normalize("NFKC").trim().replace(/\s+/gu, " ").toLowerCase();
}
