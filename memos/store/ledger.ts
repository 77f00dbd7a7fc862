import type { CubeState, CubeType, MemCube, PortableCube, Scope, Version } from "../../memcube/index.js";
import type { CubeGraph } from "../extraction/cubeGraph.js";
import type { Filter } from "../filter.js";
import type { AuditHead } from "../governance/auditEntry.js";
import type { Remarks } from "../governance/firewall/screening.js";
import type { Grant } from "../governance/grant.js";
import type { Label } from "../governance/label.js";
import type { PrincipalName } from "../governance/principal.js";
import type { Once } from "../once.js";
import type { ActivationLedger } from "./activationLedger.js";
import type { AdapterLedger } from "./adapterLedger.js";
import type { ConsolidationCommit, ConsolidationLedger } from "./consolidationLedger.js";
import type { Authorized, GovernanceChange, GovernanceLedger } from "./governanceLedger.js";
import type { GraphLedger } from "./graphLedger.js";
import type { JobLedger } from "./jobLedger.js";
import type { LifecycleLedger, Transition } from "./lifecycleLedger.js";
import type { PurgeLedger } from "./purgeLedger.js";
import type { TraceLedger } from "./traceLedger.js";
import type { SealedValue, VaultLedger } from "./vaultLedger.js";

/** The labels that a reader may see; every one without. A cube with another one is not there. */
export type Permitted = readonly Label[] | undefined;

/** A cube ready to be written: validated, hashed, embedded. Its versions are one for a new cube, more for an import. */
export interface PreparedCube {
  readonly cube: MemCube;
  readonly versions: readonly Version[];
  /** What the text says, hashed (retrieval/digest.ts); null for payloads without text. */
  readonly digest: Uint8Array | null;
  readonly vector: Uint8Array | null;
  readonly graph: CubeGraph;
  /** The value of a memory in the vault. */
  readonly sealed?: SealedValue;
  /** What the receipt says of it. */
  readonly remarks?: Remarks;
}

export interface AddCommit {
  readonly cubes: readonly PreparedCube[];
  readonly embedder: number;
  readonly idempotency?: Once;
  /** A model is to be asked about these cubes. */
  readonly awaitsModel?: boolean;
  /** What happens to cubes that are there already, in the same transaction: the parents of a merge. */
  readonly transition?: Transition;
  /** The step of consolidation that makes them: it must still stand on what it was proposed on. */
  readonly consolidation?: ConsolidationCommit;
  /** For the audit; the owner without. */
  readonly authorized?: Authorized | undefined;
  /** Nobody in this process searches their tenant: what the index would hold of them is not read back. */
  readonly unwatched?: boolean;
  /** An import keeps ids: cubes that exist already are skipped, sources that do not exist here are no edges. */
  readonly imported?: boolean;
}

export interface CommittedCube {
  readonly id: string;
  readonly type: CubeType;
  readonly kind: MemCube["payload"]["kind"];
  readonly version: number;
  readonly duplicateOf?: string;
  readonly quarantined?: Remarks["quarantined"];
  readonly findings?: Remarks["findings"];
}

export interface AddCommitted {
  readonly written: readonly CommittedCube[];
  /** Positions in `AddCommit.cubes` that existed already. */
  readonly existing: readonly number[];
  readonly replayed: boolean;
  readonly changes: readonly CommittedChange[];
}

/** A change of one existing cube on top of the version the caller saw. */
export interface Revision {
  readonly scope: Scope;
  readonly cube: MemCube;
  readonly version: Version;
  readonly digest: Uint8Array | null;
  /** `keep` when the text has not changed. */
  readonly vector: Uint8Array | null | "keep";
  readonly embedder: number;
  /** `keep` when nothing has changed that the graph is made of. */
  readonly graph: CubeGraph | "keep";
  /** A model is to be asked about what the cube says now. */
  readonly awaitsModel?: boolean;
  /** For the audit; the owner without. */
  readonly authorized?: Authorized | undefined;
  readonly once?: Once | undefined;
}

/** What the index holds of a cube, with the neighbours in its session that help to find it. */
export interface IndexedCube {
  readonly key: number;
  readonly id: string;
  readonly scope: Scope;
  readonly type: CubeType;
  readonly recordedAt: number;
  readonly expiresAt: number | null;
  readonly duplicateOf: number | null;
  readonly title: string;
  readonly text: string;
  /** Keywords, tags and context: words that find the cube without being its text. */
  readonly labels: string;
  readonly neighbours: readonly string[];
  readonly vector: Uint8Array | null;
  readonly embedder: number | null;
}

/** One outbox entry with what it does to the index; `cube` is null for a removal. */
export interface Change {
  readonly sequence: number;
  readonly tenant: string;
  readonly key: number;
  readonly cube: IndexedCube | null;
}

/** Without `cube` when it was not read back ({@link AddCommit.unwatched}). */
export type CommittedChange = Omit<Change, "cube"> & Partial<Pick<Change, "cube">>;

export interface Partition {
  readonly number: number;
  readonly tenant: string;
  readonly state: "live" | "building";
  readonly embedder: number;
  /** Numbers in a vector; 0 when the partition has none. */
  readonly dimension: number;
  readonly baseVersion: number;
  readonly flushedThrough: number;
  readonly cursor: number;
  readonly rows: number;
  readonly terms: number;
}

/** Where the log ends and which table of the tenant is the truth. */
export interface Unembedded {
  readonly tenants: readonly string[];
  /** The last key that was looked at; null behind the last cube. */
  readonly through: number | null;
}

export interface LogHead {
  readonly sequence: number;
  readonly partition: Partition | null;
}

/** What a flush put into the base: committed together with the outbox entries that it makes obsolete. */
export interface Flushed {
  readonly partition: number;
  /** The base version that the flush started from; another one by now means that another process flushed. */
  readonly replaces: number;
  readonly baseVersion: number;
  readonly flushedThrough: number;
  readonly cursor: number;
  readonly rows: number;
  readonly terms: number;
  /** Change of the document frequency per term hash. */
  readonly lexicon: { readonly terms: Float64Array; readonly deltas: Int32Array };
}

export interface Selection {
  readonly scope: Scope;
  readonly types?: readonly CubeType[] | undefined;
  readonly where?: Filter | undefined;
  /** Milliseconds since the epoch. */
  readonly asOf?: number | undefined;
  /** The moment at which what expires is looked at: `asOf` where there is one. */
  readonly now: number;
  /** States of the cubes that count; those that are recalled unless said otherwise. */
  readonly states?: readonly CubeState[] | undefined;
  /** Keys of cubes that are to be as if they did not exist. */
  readonly without?: readonly number[] | undefined;
  readonly permit?: Permitted;
}

/** The cubes that a selection allows: keys whose current version counts, and older versions to be read instead. */
export interface Selected {
  readonly keys: Int32Array;
  readonly historic: readonly IndexedCube[];
}

export interface Page {
  readonly limit: number;
  readonly order: "newest" | "oldest";
  /** Key of the last cube of the page before. */
  readonly after?: number | undefined;
  /** Cubes that are passed over. */
  readonly skip?: number | undefined;
}

/** The cubes of one owner: how many, and when the first and the last were recorded. */
export interface OwnerCount {
  readonly user: string | null;
  readonly agent: string | null;
  readonly app: string | null;
  readonly session: string | null;
  readonly cubes: number;
  readonly first: number;
  readonly last: number;
}

export interface Located {
  readonly key: number;
  readonly cube: MemCube;
}

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** On whose behalf requests with this key act. */
  readonly principal: PrincipalName;
  /** Requests with this key only read, whatever the principal may do. */
  readonly readOnly: boolean;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

export interface NewApiKey extends Pick<ApiKey, "id" | "tenant" | "name" | "principal" | "readOnly"> {
  readonly hash: string;
}

export interface LedgerStats {
  readonly cubes: number;
  readonly byType: Partial<Record<CubeType, number>>;
  readonly forgotten: number;
  readonly versions: number;
  readonly pending: number;
  readonly withoutVector: number;
  readonly partition: Partition | null;
  readonly building: boolean;
}

/** How much a tenant has, and where its hash chains end. */
export interface TenantInventory {
  readonly tenant: string;
  readonly cubes: number;
  readonly versions: number;
  /** SHA-256 over the hash of the last version of every cube, in the order of their arrival. */
  readonly heads: string;
  /** The last entry of the audit; null where there is none. */
  readonly audit: AuditHead | null;
}

export interface Backlog {
  readonly tenant: string;
  readonly entries: number;
}

/** A copy of the ledger on another server. */
export interface ReplicaState {
  /** Bytes of the log that it has still to apply. */
  readonly behind: number;
  /** Why it is not asked; it is tried again. */
  readonly away?: string;
}

/**
 * The truth. Every method is one transaction; nothing else in the system writes. A dialect (SQLite today)
 * implements this interface and passes the contract suite in `test/memos/store`.
 */
export interface Ledger
  extends GraphLedger,
    LifecycleLedger,
    JobLedger,
    PurgeLedger,
    ConsolidationLedger,
    TraceLedger,
    GovernanceLedger,
    VaultLedger,
    ActivationLedger,
    AdapterLedger {
  /** Writes cubes, versions, edges, vectors and outbox entries, or nothing at all. */
  add(commit: AddCommit): Promise<AddCommitted>;
  /** @throws MemosError NOT_FOUND, or CONFLICT when the current version is not the one before `version`. */
  revise(revision: Revision): Promise<{
    committed: CommittedCube;
    changes: readonly Change[];
    replayed: boolean;
  }>;
  /** What the first write of this key has written; null when there was none. @throws IDEMPOTENCY_MISMATCH. */
  writtenOnce(once: Once): Promise<CommittedCube[] | null>;

  get(id: string, scope: Scope, asOf: number | undefined, permit?: Permitted): Promise<MemCube>;
  /** The same for many; null for each that is not there. */
  getMany(
    ids: readonly string[],
    scope: Scope,
    asOf: number | undefined,
    permit?: Permitted,
  ): Promise<(MemCube | null)[]>;
  /** A cube with all its versions, to change it; `forgotten` takes one that is gone, too. */
  chain(
    id: string,
    scope: Scope,
    forgotten: boolean,
    permit?: Permitted,
  ): Promise<{ cube: MemCube; versions: Version[] }>;
  history(id: string, scope: Scope, permit?: Permitted): Promise<Version[]>;
  byKeys(
    keys: readonly number[],
    scope: Scope,
    asOf: number | undefined,
    permit?: Permitted,
  ): Promise<Located[]>;
  list(selection: Selection, page: Page): Promise<Located[]>;
  /** Whose the selected cubes are: one row for each owner, in the order of their names. */
  census(selection: Selection): Promise<OwnerCount[]>;
  select(selection: Selection): Promise<Selected>;
  /** Core cubes of a scope, oldest first: the stable head of every context. */
  core(selection: Selection, limit: number): Promise<MemCube[]>;
  recent(selection: Selection, limit: number): Promise<number[]>;
  /** Without cubes that have a version which the reader may not see: a chain is given whole or not at all. */
  portable(
    scope: Scope,
    afterKey: number,
    limit: number,
    permit?: Permitted,
  ): Promise<{ key: number; cube: PortableCube }[]>;
  stats(scope: Scope, permit?: Permitted): Promise<LedgerStats>;
  tenants(): Promise<string[]>;
  /** Of the ledger file. */
  bytes(): Promise<number>;

  head(tenant: string): Promise<LogHead>;
  /** Entries of the outbox after a sequence number, in order. */
  changesAfter(sequence: number, limit: number): Promise<{ changes: Change[]; sequence: number }>;
  /** Entries of one tenant after a sequence number, only the last one of each cube; `read` entries were looked at. */
  pending(
    tenant: string,
    after: number,
    limit: number,
  ): Promise<{ changes: Change[]; through: number; read: number }>;
  backlog(): Promise<Backlog[]>;
  /** Current cubes of a tenant in key order, as the index wants them. */
  scan(
    tenant: string,
    afterKey: number,
    limit: number,
  ): Promise<{ cubes: IndexedCube[]; cursor: number; done: boolean }>;
  /**
   * Tenants with searchable text that has no vector of this embedder, among `limit` cubes after a key. Passes over
   * those of which it is known that nothing is missing.
   */
  unembedded(embedder: number, afterKey: number, limit: number): Promise<Unembedded>;
  frequencies(partition: number, terms: Float64Array): Promise<Int32Array>;

  embedder(fingerprint: { hash: string; name: string; dimension: number }): Promise<number>;
  partitions(): Promise<Partition[]>;
  openPartition(tenant: string, embedder: number, state: "live" | "building"): Promise<Partition>;
  flushed(flush: Flushed): Promise<void>;
  /** The building partition of a tenant becomes the live one; returns the number of the one it replaced. */
  promote(partition: number): Promise<number | null>;
  dropPartition(partition: number): Promise<void>;
  /** Keeps vectors that were made later; with `reindex` their rows go to the index again. */
  saveVectors(
    tenant: string,
    embedder: number,
    vectors: readonly { key: number; vector: Uint8Array }[],
    reindex: boolean,
  ): Promise<void>;
  withoutVector(
    tenant: string,
    embedder: number,
    afterKey: number,
    limit: number,
  ): Promise<{ key: number; text: string }[]>;
  /** Takes or extends a lease; false when another holder has it. */
  lease(name: string, holder: string, milliseconds: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;

  /** Makes the key's principal as well when there is none of that name, with `own` as its grant. */
  createKey(key: NewApiKey, own: Grant | undefined, change: GovernanceChange): Promise<void>;
  findKey(hash: string): Promise<ApiKey | undefined>;
  listKeys(tenant?: string): Promise<ApiKey[]>;
  /** @throws MemosError NOT_FOUND, also for a key of another tenant. */
  revokeKey(id: string, tenant: string, change: GovernanceChange): Promise<void>;

  /** What this store is called, whatever it is opened as; null for a store that was never asked and is only read. */
  storeId(): Promise<string | null>;
  retainBlob(sha256: string, bytes: number): Promise<void>;
  releaseBlob(sha256: string): Promise<number>;
  blobs(): Promise<{ sha256: string; bytes: number; references: number }[]>;

  /**
   * Copies the ledger as it is at one instant into a new file, while others read and write. Leases stay behind: the
   * processes that hold them are none of the copy's.
   *
   * @throws MemosError DISK_FULL.
   */
  copyTo(file: string): Promise<void>;
  /** What each tenant has, in the order of their names: by it two ledgers are told to say the same. */
  inventory(): Promise<TenantInventory[]>;

  /** How the copy is that answers reads of the past; null where there is none. */
  replica(): Promise<ReplicaState | null>;

  /** SQLite's own check of the file, and the version chain of every cube. */
  verify(): Promise<{ file: string; cubes: number; broken: string[] }>;
  close(): Promise<void>;
}
