import type { Source } from "../../memcube/index.js";
import type { Core, Episodic, Procedural, Resource, Semantic } from "../types/index.js";

/** Types that memories are made of here; secrets go into the vault before anything is written. */
export const MADE_TYPES = ["core", "episodic", "semantic", "procedural", "resource"] as const;

export type MadeType = (typeof MADE_TYPES)[number];

/** What a memory that is to be made says. */
export type MadeMemory =
  | { readonly type: "core"; readonly content: Core }
  | { readonly type: "episodic"; readonly content: Episodic }
  | { readonly type: "semantic"; readonly content: Semantic }
  | { readonly type: "procedural"; readonly content: Procedural }
  | { readonly type: "resource"; readonly content: Resource };

/** A memory that is to be made: what it says, and which memories it comes from. */
export type Memory = MadeMemory & { readonly from: readonly Source[] };
