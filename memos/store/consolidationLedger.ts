import type { CubeId, MemCube, Scope } from "../../memcube/index.js";
import type { AppliedKind, ConsolidationRun } from "../lifecycle/consolidation/operations.js";

/** A cube that may take part in consolidation, and the vector of its text. */
export interface Consolidable {
  readonly key: number;
  readonly cube: MemCube;
  readonly vector: Uint8Array | null;
  readonly embedder: number | null;
}

/** Which cubes are looked at. All are active and plain text, and none is secret, read-only or under legal hold. */
export type ConsolidableQuery =
  /** Notes and episodes after a key, in order. */
  | { readonly of: "texts"; readonly after: number; readonly limit: number }
  /** Those among these keys. */
  | { readonly of: "texts"; readonly keys: readonly number[] }
  /** Episodes after a key that no summary was made of, in order. */
  | { readonly of: "unsummarised"; readonly after: number; readonly limit: number }
  /** What was said or done, before a key, the latest first. */
  | { readonly of: "episodes"; readonly before: number; readonly limit: number }
  /** Those among these. */
  | { readonly of: "episodes"; readonly ids: readonly CubeId[] }
  /** What was distilled from episodes and is not forgotten, whatever has become of it; without those that later ones replaced. */
  | { readonly of: "distilled"; readonly limit: number };

/** The record of a run, as the ledger keeps it: ids, counts and reasons, no content. */
export type RunHead = Pick<ConsolidationRun, "id" | "scope" | "startedAt">;

/** One thing that a run made, and what it was made of. */
export interface ConsolidationStep {
  readonly proposal: string;
  readonly kind: AppliedKind;
  /** The cube that it makes or changes, and the version that this is. */
  readonly cube: CubeId;
  readonly version: number;
  readonly sources: readonly CubeId[];
}

/** A step and what must be true for it, written together with what it makes. */
export interface ConsolidationCommit {
  readonly run: RunHead;
  readonly step: ConsolidationStep;
  /** The versions that it was made on top of; another current one is a CONFLICT. */
  readonly basis: readonly { readonly id: CubeId; readonly version: number }[];
}

export interface TakenStep extends ConsolidationStep {
  readonly number: number;
}

/** The ledger's part that holds what consolidation did, so that it can be undone and goes on where it stopped. */
export interface ConsolidationLedger {
  consolidable(scope: Scope, now: number, query: ConsolidableQuery): Promise<Consolidable[]>;
  /** Key up to which a kind was looked for in a scope; 0 when it never was. */
  consolidatedThrough(scope: Scope, kind: AppliedKind): Promise<number>;
  saveConsolidatedThrough(scope: Scope, kind: AppliedKind, key: number): Promise<void>;
  /** Notes a step that changes a cube rather than make one. @throws MemosError CONFLICT, NOT_FOUND. */
  noteConsolidation(commit: ConsolidationCommit): Promise<void>;
  saveConsolidation(run: ConsolidationRun): Promise<void>;
  /** Runs of a scope, the latest first. */
  consolidations(scope: Scope, limit: number): Promise<ConsolidationRun[]>;
  /** @throws MemosError NOT_FOUND. */
  consolidation(id: string, scope: Scope): Promise<{ run: ConsolidationRun; steps: TakenStep[] }>;
  /** Notes that some steps of a run are undone. */
  undoneConsolidation(id: string, steps: readonly number[], at: string): Promise<void>;
  /** Of these proposals, those that were applied and undone, or whose statement somebody has forgotten. */
  declined(tenant: string, proposals: readonly string[]): Promise<string[]>;
}
