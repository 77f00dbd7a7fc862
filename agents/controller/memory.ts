import type { Source } from "../../memcube/index.js";
import type { Core, Episodic, Procedural, Resource, Semantic } from "../types/index.js";

/** A memory that is to be made: what it says, and which memories it comes from. */
export type Memory = { readonly from: readonly Source[] } & (
  | { readonly type: "core"; readonly content: Core }
  | { readonly type: "episodic"; readonly content: Episodic }
  | { readonly type: "semantic"; readonly content: Semantic }
  | { readonly type: "procedural"; readonly content: Procedural }
  | { readonly type: "resource"; readonly content: Resource }
);

/** Types that memories are made of here; secrets go into the vault before anything is written. */
export type MadeType = Memory["type"];
