import type { CubeId, Scope } from "../../memcube/index.js";
import type { ManifestEntry } from "../activation/block.js";
import type { Label } from "../governance/label.js";
import type { GateLimits } from "../parametric/gates/index.js";
import type { AdapterManifest, LeftOut, TrainingPoint } from "../parametric/manifest.js";
import type { Recipe } from "../parametric/recipe.js";
import type { Job, NewJob } from "./jobLedger.js";

/**
 * Where an adapter stands. Only one that is `ready` is ever used; only it and one in `training` or `failed` have files.
 *
 *     training → ready → stale      a memory that it learned has changed
 *        │  ↑      └───→ revoked    taken back, or a memory that it learned was purged: from every state
 *        │  failed                  its job has died or was cancelled, and can be replayed
 *        └→ refused                 a gate was not passed, or the training was given up
 */
export type AdapterState = "training" | "failed" | "refused" | "ready" | "stale" | "revoked";

/** The kind of job that trains; triggers of the schema know it too. */
export const TRAIN_ADAPTER = "train-adapter";

/** What was asked for. */
export interface AdapterRequest {
  readonly cubes: readonly ManifestEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly recipe: Recipe;
  readonly gates: GateLimits;
  readonly paraphrase: boolean;
  /** Questions over memory in the prompt that the gates ask. */
  readonly retention: number;
  readonly limits: { readonly seconds: number; readonly bytes: number };
  /** The scale with which it is attached to its scope once it is ready; not attached without. */
  readonly attach?: number | undefined;
}

export interface AdapterFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** PEFT's two files, and the GGUF that is derived from them. */
export interface AdapterFiles {
  readonly weights: AdapterFile;
  readonly config: AdapterFile;
  readonly gguf: AdapterFile;
}

/** Who may use an adapter: those who may read everything that it learned. */
export interface Audience {
  /** How many memories it learned, and their labels. */
  readonly memories: number;
  readonly labels: readonly Label[];
  /** The users, agents and apps that they are of; memories of nobody in particular add none. */
  readonly users: readonly string[];
  readonly agents: readonly string[];
  readonly apps: readonly string[];
}

export interface Adapter {
  readonly id: CubeId;
  /** Whose memories it learned. */
  readonly scope: Scope;
  readonly state: AdapterState;
  /** A sentence, where it is not ready. */
  readonly reason: string;
  /** SHA-256 of the model that it is for. */
  readonly base: string;
  readonly request: AdapterRequest;
  /** Once it is trained. */
  readonly manifest: AdapterManifest | null;
  readonly manifestSha256: string | null;
  readonly files: AdapterFiles | null;
  readonly audience: Audience;
  /** When something that it learned ceases to hold or to be kept, by the clock alone. */
  readonly until: number | null;
  readonly curve: readonly TrainingPoint[];
  readonly job: CubeId;
  /** The adapter whose attachments it takes over. */
  readonly replaces: CubeId | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly lastUsedAt: number | null;
  readonly uses: number;
}

export type NewAdapter = Pick<
  Adapter,
  "id" | "scope" | "base" | "request" | "job" | "replaces" | "createdAt"
>;

/** What training has come to. */
export interface FinishedAdapter {
  readonly state: "ready" | "refused";
  readonly reason: string;
  readonly manifest: AdapterManifest;
  readonly manifestSha256: string;
  /** Of one that is ready. */
  readonly files: AdapterFiles | null;
}

export interface Attachment {
  /** Where it is used: in this scope and in narrower ones. */
  readonly scope: Scope;
  readonly adapter: CubeId;
  readonly scale: number;
}

/** An adapter that is attached, with as much as a prompt needs to know of it. */
export interface AttachedAdapter
  extends Pick<Adapter, "id" | "scope" | "state" | "reason" | "base" | "files" | "audience" | "until"> {
  readonly attached: Scope;
  readonly scale: number;
}

/** The ledger's part that knows adapters, what they learned and where they are attached. */
export interface AdapterLedger {
  /**
   * Notes an adapter that is to be trained, and the job that does it.
   *
   * @returns undefined when one of its sources is not at its version any more.
   * @throws MemosError TOO_MANY_JOBS.
   */
  beginAdapter(
    adapter: NewAdapter,
    job: NewJob,
    now: number,
    waitingAtMost: number,
  ): Promise<Job | undefined>;
  /** @throws MemosError NOT_FOUND, also for an adapter whose memories are not all of this scope. */
  adapter(id: string, scope: Scope): Promise<Adapter>;
  /** Those whose memories are those of exactly this scope, the oldest first. */
  adapters(scope: Scope): Promise<Adapter[]>;
  /** The curve so far; false when it is not in training any more. */
  saveCurve(id: string, scope: Scope, curve: readonly TrainingPoint[]): Promise<boolean>;
  /**
   * Ends the training of an adapter: it becomes what was found, unless it was given up meanwhile or one of its
   * sources is not as it was learned.
   */
  finishAdapter(id: string, scope: Scope, finished: FinishedAdapter, now: number): Promise<AdapterState>;
  /** The derived file is another one now. */
  saveGguf(id: string, scope: Scope, gguf: AdapterFile): Promise<void>;
  /** At the end of those of its scope, or with another scale where it is; false unless it is ready. */
  attachAdapter(attachment: Attachment, now: number): Promise<boolean>;
  /** False when it was not attached there. */
  detachAdapter(id: string, scope: Scope, now: number): Promise<boolean>;
  /** Where an adapter is attached. */
  attachmentsOf(id: string, scope: Scope): Promise<Attachment[]>;
  /**
   * What is attached to a scope and to wider ones, in the order in which it is used: the widest scope first, in each
   * in the order of attaching. Whoever is attached to several counts where it is nearest.
   */
  attachedAdapters(scope: Scope): Promise<AttachedAdapter[]>;
  /** Of these cubes, those that each of these adapters has learned. */
  learned(
    adapters: readonly string[],
    cubes: readonly string[],
    scope: Scope,
  ): Promise<{ adapter: CubeId; cube: CubeId }[]>;
  usedAdapters(ids: readonly string[], at: number): Promise<void>;
  /** Takes an adapter back for good; false when it was already. */
  revokeAdapter(id: string, scope: Scope, reason: string): Promise<boolean>;
  /** Adapters of all tenants that are ready, or in training, or may go on with it. */
  adapterFolders(): Promise<Pick<Adapter, "id" | "scope" | "state" | "base" | "files">[]>;
}
