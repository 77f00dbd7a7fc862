import type { MemCube } from "../../../memcube/index.js";

/** What somebody or something has: `relation` as the ledger names it, or as `phrasings.json` does. */
export interface Fact {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
}

/** A cube with what the ledger knows of it. */
export interface Source {
  readonly cube: MemCube;
  /** What the cube states and what holds at present, in the order of the text. */
  readonly facts: readonly Fact[];
  /** Something that the cube states holds no longer: nothing is learned from it then. */
  readonly superseded: boolean;
}
