import type { CubeId, Scope, TransitionName } from "../../memcube/index.js";
import type { UseKind } from "../lifecycle/heat.js";
import type { LifecyclePolicy } from "../lifecycle/policy.js";
import type { Once } from "../once.js";
import type { Authorized } from "./governanceLedger.js";
import type { Change, CommittedCube } from "./ledger.js";

export type { LifecyclePolicy };

/** Transitions that change the state of cubes and nothing that they say. */
export type StateChange = Exclude<TransitionName, "update" | "restore" | "renew" | "govern" | "rollback">;

/** The same transition for some cubes: all of them, or none. */
export interface Transition {
  readonly scope: Scope;
  readonly ids: readonly CubeId[];
  readonly operation: StateChange;
  readonly actor: string;
  readonly cause: string;
  readonly recordedAt: number;
  /** Only on top of this version of each; for one cube that the caller has seen. */
  readonly ifVersion?: number | undefined;
  /** For the audit; the owner without. */
  readonly authorized?: Authorized | undefined;
}

export interface Transitioned {
  readonly committed: readonly CommittedCube[];
  readonly changes: readonly Change[];
}

/** Uses of one cube of one kind; the last at `at`. */
export interface Use {
  /** Who used it: what this scope cannot see is left out. */
  readonly scope: Scope;
  readonly id: CubeId;
  readonly kind: UseKind;
  readonly at: number;
}

/** What moves the rank of a cube beside what it says. */
export interface Standing {
  readonly key: number;
  readonly priority: number;
  readonly heat: number;
  readonly lastUsedAt: number | null;
  readonly useful: number;
  readonly wrong: number;
  readonly outdated: number;
}

export interface Snapshot {
  readonly name: string;
  readonly at: number;
}

/** A cube whose state or version differs between two times. */
export interface Difference {
  readonly key: number;
  readonly id: CubeId;
  /** The version that counted then; null when the cube was not there. */
  readonly before: number | null;
  readonly after: number | null;
}

/** The ledger's part that holds how cubes live: states, use, retention, names of times. */
export interface LifecycleLedger {
  /**
   * Takes cubes from state to state, all of them or none.
   *
   * @throws MemosError NOT_FOUND, INVALID_TRANSITION, CONFLICT or IDEMPOTENCY_MISMATCH.
   */
  transition(transitions: readonly Transition[], once?: Once): Promise<Transitioned & { replayed: boolean }>;
  /** Expires what is due, the longest due first. */
  expireDue(now: number, limit: number): Promise<Transitioned>;
  /** When the next cube expires; null when none will. */
  nextExpiry(): Promise<number | null>;
  /** Archives active cubes of tenants that want it and that have gone cold. */
  archiveCold(now: number, limit: number): Promise<Transitioned>;
  /** Adds up uses; an archived cube that was used is active again. What is not there any more is left out. */
  recordUses(uses: readonly Use[], once?: Once): Promise<Transitioned>;
  /** What moves the rank of these cubes; those that nothing moves are left out. */
  standings(keys: readonly number[]): Promise<Standing[]>;
  lifecyclePolicy(tenant: string): Promise<LifecyclePolicy>;
  /** Replaces a tenant's policy. What is stored already follows it: the number of entries this put in the outbox. */
  setLifecyclePolicy(tenant: string, policy: LifecyclePolicy): Promise<number>;
  saveSnapshot(tenant: string, snapshot: Snapshot): Promise<void>;
  snapshots(tenant: string): Promise<Snapshot[]>;
  dropSnapshot(tenant: string, name: string): Promise<void>;
  /** Cubes of a scope that are not the same at two times, in order of their keys. */
  differences(scope: Scope, from: number, to: number, after: number, limit: number): Promise<Difference[]>;
  /** These cubes and all that was derived from them, as far as they are of the tenant. */
  derivedFrom(tenant: string, ids: readonly CubeId[]): Promise<{ key: number; id: CubeId }[]>;
}
