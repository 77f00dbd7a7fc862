import type * as z from "zod";
import type { CubeId, MemCube, manifestEntrySchema, Scope } from "../../memcube/index.js";
import type { EngineFingerprint } from "../inference/engine.js";
import type { Selection } from "./ledger.js";

/** Where a compiled state is: as the engine wrote it, or compressed. */
export type StateTier = "file" | "compressed";

/** A compiled state: what it was made of, for which model, and the file that holds it. */
export interface Activation {
  readonly id: string;
  /** Whose prompts begin with it. */
  readonly scope: Scope;
  /** Hash of the fingerprint, and the fingerprint. */
  readonly configuration: string;
  readonly fingerprint: EngineFingerprint;
  /** Hash of everything that a prompt says up to the end of the state. */
  readonly beginning: string;
  readonly manifest: readonly z.infer<typeof manifestEntrySchema>[];
  readonly tokens: number;
  /** Hash over the tokens. */
  readonly prefix: string;
  readonly tier: StateTier;
  readonly codec: string;
  /** Of the file. */
  readonly sha256: string;
  readonly bytes: number;
  /** What computing it took. */
  readonly prefillMs: number;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly uses: number;
}

/** What quotas look at. */
export type ActivationFile = Pick<
  Activation,
  "id" | "sha256" | "bytes" | "tier" | "tokens" | "uses" | "lastUsedAt"
>;

/** A set of memories as it was made last. */
export interface SavedSet {
  readonly id: string;
  readonly cubes: readonly CubeId[];
}

/** The ledger's part that knows what is compiled: a catalogue of files that can be made again. */
export interface ActivationLedger {
  /** Core memory, what has priority, and what is used, in this order; the hottest first. */
  blockCubes(selection: Selection, limit: number): Promise<MemCube[]>;
  savedSets(scope: Scope): Promise<SavedSet[]>;
  saveSets(scope: Scope, sets: readonly SavedSet[]): Promise<void>;
  /** Counts a prompt that began with the block of a scope; how many such there are in a day, of late. */
  usedBlock(scope: Scope, at: number): Promise<number>;
  /** The same without counting one. */
  usesOfBlock(scope: Scope, at: number): Promise<number>;
  /** The activations of a scope for one configuration, under any of these beginnings. */
  activationsFor(scope: Scope, configuration: string, beginnings: readonly string[]): Promise<Activation[]>;
  activations(scope: Scope): Promise<Activation[]>;
  /**
   * Notes a compiled state, unless one of its sources is not at the version that it was compiled from any more, or it
   * was computed under an adapter that is not ready.
   * Another one for the same beginning is replaced.
   */
  saveActivation(activation: Activation): Promise<boolean>;
  /** Its file is another one now; false when it is gone meanwhile. */
  moveActivation(id: string, file: Pick<Activation, "tier" | "codec" | "sha256" | "bytes">): Promise<boolean>;
  usedActivation(id: string, at: number): Promise<void>;
  dropActivations(ids: readonly string[]): Promise<void>;
  /** Files of all tenants that are to be kept, by their hashes. */
  activationFiles(): Promise<ActivationFile[]>;
  /** A number that grows with every purge, and when an adapter is taken back: what is held in memory may be gone from the ledger. */
  purgedThrough(): Promise<number>;
}
