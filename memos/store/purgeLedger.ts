import type { CubeId, CubeState, Scope } from "../../memcube/index.js";
import type { Filter } from "../filter.js";
import type { Change } from "./ledger.js";

/** Which cubes of a scope are to be forgotten; all conditions together. */
export interface Forgettable {
  readonly scope: Scope;
  readonly ids?: readonly CubeId[] | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly actors?: readonly string[] | undefined;
  /** Half-open range of the time of recording, milliseconds since the epoch. */
  readonly recordedFrom?: number | undefined;
  readonly recordedTo?: number | undefined;
  readonly where?: Filter | undefined;
  /** Without what is forgotten already. */
  readonly alive?: boolean | undefined;
}

export interface ForgettableCube {
  readonly id: CubeId;
  readonly version: number;
  readonly state: CubeState;
  /** Why it may not be forgotten; null when it may. */
  readonly held: string | null;
}

/** What a purge took out of the ledger. */
export interface Purged {
  readonly cubes: readonly PurgedCube[];
  readonly changes: readonly Change[];
  /** Blobs that nothing refers to any more: their files can go. */
  readonly blobs: readonly string[];
}

export interface PurgedCube {
  readonly id: CubeId;
  readonly tenant: string;
  readonly versions: number;
  /** Hash of the last version: proof of what it was for who still has it. */
  readonly hash: string;
  /** Purged because all it says comes from a purged cube. */
  readonly derived: boolean;
  /** Every text that was in it, for fingerprints; goes no further than the receipt's maker. */
  readonly texts: readonly string[];
}

/** A purge whose last steps are still to be done. */
export interface PendingPurge {
  readonly id: string;
  readonly tenant: string;
  readonly at: number;
}

/** The ledger's part that takes content out for good. */
export interface PurgeLedger {
  /** Cubes that a wish to forget is about, expired and forgotten ones too, oldest first. */
  forgettable(wanted: Forgettable, limit: number): Promise<ForgettableCube[]>;
  /**
   * Removes content: rows, versions, vectors, graph, cached answers, jobs; of derived cubes as well. A bare row
   * with the id stays, so that nothing takes its place.
   *
   * @throws MemosError NOT_FOUND, CONFLICT for a cube that is read-only or under legal hold.
   */
  purge(purge: { id: string; scope: Scope; ids: readonly CubeId[]; at: number }): Promise<Purged>;
  /** Tombstones that can no longer be undone. */
  pastUndo(before: number, limit: number): Promise<{ id: CubeId; tenant: string }[]>;
  pendingPurges(): Promise<PendingPurge[]>;
  purgeDone(id: string): Promise<void>;
  /** Writes everything from the log into the file and empties the log; false when a reader stood in the way. */
  checkpoint(): Promise<boolean>;
  /** Of these cubes, those of which there is still content; and whether some bytes are said by a cube that is left. */
  remains(ids: readonly CubeId[]): Promise<CubeId[]>;
  says(text: string): Promise<boolean>;
}
