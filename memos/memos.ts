import { randomUUID } from "node:crypto";
import type * as z from "zod";
import {
  contentHash,
  contentOf,
  cubeIdSchema,
  firstBrokenVersion,
  isMemosError,
  LIMITS,
  type MemCube,
  MemosError,
  newCubeId,
  nextVersion,
  type PortableCube,
  type Scope,
  scopeSchema,
  textOf,
} from "../memcube/index.js";
import { throwIfAborted } from "./aborted.js";
import { Activations } from "./activation/activations.js";
import { CompiledMemory } from "./activation/compiledMemory.js";
import type { ActivationSettings } from "./activation/operations.js";
import { ApiKeys } from "./apiKeys.js";
import {
  type BatchForget,
  type BatchReceipt,
  type BatchUpdate,
  forgetsSchema,
  type GetManyOptions,
  type GetManyResult,
  getManyOptionsSchema,
  type ManyOptions,
  manyIdsSchema,
  manyOptionsSchema,
  oneByOne,
  updatesSchema,
} from "./batch.js";
import { Chat } from "./chat/chat.js";
import type { ChatEvent, ChatOptions } from "./chat/operations.js";
import type { ChatParts } from "./chat/parts.js";
import { ChatSessions } from "./chat/session.js";
import { checkUp, type Finding } from "./checkup.js";
import { commitStream, type Skipped } from "./commitStream.js";
import { Embedding } from "./embedding.js";
import { cubeGraph } from "./extraction/cubeGraph.js";
import { Deriving } from "./extraction/deriving.js";
import { type ExtractionQuestion, NOTES_QUESTION } from "./extraction/index.js";
import { NoteExtraction, type ProposalWriter } from "./extraction/noteExtraction.js";
import { NoteReader } from "./extraction/noteReader.js";
import { withModelAttributes, withModelNote } from "./extraction/proposals.js";
import type { Reader } from "./extraction/reader.js";
import { type Derived, ReadingQueue } from "./extraction/readingQueue.js";
import { Access, covers, GrantCache, type Permit, type Pointer, uncovered } from "./governance/access.js";
import { Audit } from "./governance/audit.js";
import { derivedTrust, Firewall, type FirewallPolicy, type Verdict } from "./governance/firewall/index.js";
import { firewallWarnings, type Remarks, screened } from "./governance/firewall/screening.js";
import { Governance } from "./governance/governance.js";
import { guarded } from "./governance/guarded.js";
import {
  CONSOLIDATION_RULES,
  FORGETTING_RULES,
  JOB_RULES,
  LIFECYCLE_RULES,
  TIME_RULES,
  TRACE_RULES,
  WEBHOOK_RULES,
} from "./governance/partRules.js";
import { type Principal, principalSchema } from "./governance/principal.js";
import { seal } from "./governance/vault/sealing.js";
import { Vault, VaultLock, type VaultOptions } from "./governance/vault/vault.js";
import type { ChatModel } from "./inference/chatModel.js";
import type { Embedder } from "./inference/embedder.js";
import type { Engine } from "./inference/engine.js";
import { StaticEmbedder } from "./inference/static.js";
import { newCube } from "./intake.js";
import { Knowledge } from "./knowledge/knowledge.js";
import { Activity } from "./lifecycle/consolidation/activity.js";
import { Consolidation } from "./lifecycle/consolidation/consolidation.js";
import type { Distiller } from "./lifecycle/consolidation/distiller.js";
import { CONSOLIDATION_LIMITS } from "./lifecycle/consolidation/operations.js";
import { Forgetting } from "./lifecycle/forgetting/forgetting.js";
import { Lifecycle, type LifecycleHost, refusePast } from "./lifecycle/lifecycle.js";
import { PlacementPolicy } from "./lifecycle/placement/policy.js";
import { presentHeat } from "./lifecycle/presentHeat.js";
import { TimeMachine } from "./lifecycle/timeMachine.js";
import { scheduleUpkeep } from "./lifecycle/upkeep.js";
import { UseLog } from "./lifecycle/useLog.js";
import { type Logger, SILENT } from "./logger.js";
import { Models } from "./models.js";
import { Nearest } from "./nearest/nearest.js";
import { type NearestOptions, type NearestResult, nearestOptionsSchema } from "./nearest/operations.js";
import { type Once, OwnKey, onceOf } from "./once.js";
import {
  type AddInput,
  type AddOptions,
  type AddProgress,
  addInputSchema,
  addOptionsSchema,
  type Census,
  type CensusOptions,
  censusOptionsSchema,
  type ForgetOptions,
  forgetOptionsSchema,
  type GetOptions,
  getOptionsSchema,
  type HistoryResult,
  type ListOptions,
  type ListResult,
  listOptionsSchema,
  type MemoryInput,
  memoryInputSchema,
  querySchema,
  type RecallOptions,
  type RecallResult,
  recallOptionsSchema,
  type SearchOptions,
  type SearchResult,
  type Stats,
  searchOptionsSchema,
  type UpdateOptions,
  type UpdatePatch,
  updateOptionsSchema,
  updatePatchSchema,
  type Warning,
  type WriteReceipt,
  type Written,
} from "./operations.js";
import { type OrderOptions, type OrderResult, orderOptionsSchema } from "./order/operations.js";
import { order } from "./order/order.js";
import { Adapters } from "./parametric/adapters.js";
import { ParametricMemory } from "./parametric/parametricMemory.js";
import type { Trainer } from "./parametric/trainer.js";
import { parse } from "./parse.js";
import { validPortable } from "./portable.js";
import { compileContext } from "./retrieval/context.js";
import { search } from "./retrieval/search.js";
import { selectionOf } from "./retrieval/selection.js";
import { o200k } from "./retrieval/tokens.js";
import { digestOf, embeddedText, Revising, type WantedChange } from "./revising.js";
import { patched, wentBack } from "./revision.js";
import { Jobs } from "./scheduler/jobs.js";
import { type WebhookOptions, Webhooks } from "./scheduler/webhooks.js";
import { createBackup } from "./store/backup/createBackup.js";
import type { BackupOptions, BackupReceipt } from "./store/backup/operations.js";
import type { RebuildProgress } from "./store/index/flusher.js";
import { mapInSlices } from "./store/index/slice.js";
import type { CommittedChange, CommittedCube, PreparedCube } from "./store/ledger.js";
import { type Collected, collectOrphans } from "./store/objects/orphans.js";
import type { ObjectOptions } from "./store/objects/settings.js";
import { Store } from "./store/store.js";
import type { SealedValue } from "./store/vaultLedger.js";
import { observed } from "./telemetry/observing.js";
import { type OpenTelemetry, openTelemetry } from "./telemetry/openTelemetry.js";
import { Traces } from "./traces/traces.js";
import type { Vitals } from "./vitals.js";

export interface OpenOptions {
  /** Folder of the store; made when it does not exist. */
  readonly path: string;
  /** The built-in deterministic one unless said otherwise. Another one than before re-embeds in the background. */
  readonly embedder?: Embedder;
  /**
   * Reads new memories in the background and adds keywords, facts and links as versions. Without one, rules do
   * what they can and nothing is sent anywhere.
   */
  readonly model?: ChatModel;
  /**
   * Reads new memories in the place of what `model` alone does, and may ask it; see `ReaderMaker`. `later` reads none here: they wait
   * in the ledger for a process that does.
   */
  readonly reader?: ReaderMaker | "later";
  /** Counts what recalls use, so that it ranks a little higher and stays: true unless said otherwise. */
  readonly trackUse?: boolean;
  readonly webhooks?: WebhookOptions;
  /**
   * Whether this process writes down in the background what time has done (expiry, archiving, purges): true unless
   * said otherwise. One process of a store that does is enough; what is due is not found either way.
   */
  readonly upkeep?: boolean;
  readonly readOnly?: boolean;
  /** Milliseconds without an operation before a consolidation begins: 30 seconds unless said otherwise. */
  readonly consolidateAfterIdleMs?: number;
  /** Distils episodes into statements and skills while consolidation runs: `reflection()` of `memos/agents`. */
  readonly distiller?: Distiller;
  /** Runs a language model to talk to (`chat`), and keeps its KV states. Whoever gives it disposes of it. */
  readonly engine?: Engine;
  /** Trains adapters, from memories, for the model that `engine` runs. */
  readonly trainer?: Trainer;
  /** How much is kept of compiled memory, and when it is compiled. */
  readonly activations?: ActivationSettings;
  /** The ledger refuses to grow past this (DISK_FULL); everything acknowledged stays. */
  readonly maxLedgerBytes?: number;
  /**
   * `postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME` for a ledger that several machines share (docs/scale.md);
   * `MEMOS_LEDGER` without, and else a file in the folder.
   */
  readonly ledger?: string;
  /** The key of the vault; without one, values can be neither kept nor shown, and everything else works. */
  readonly vault?: VaultOptions;
  /** Keeps the search index and the blobs in a bucket of any S3-compatible store; see docs/objects.md. */
  readonly objects?: ObjectOptions;
  /** What is done about secrets, personal data, instructions and echoes in what is written; see docs/firewall.md. */
  readonly firewall?: FirewallPolicy;
  readonly logger?: Logger;
}

/** What a reader asks the `model` of the memory with. */
export interface ReaderHost {
  /** Asks about new memories, and writes what is proposed of them as versions; undefined without a `model`. */
  extraction<More>(question: ExtractionQuestion<More>): NoteExtraction<More> | undefined;
}

/**
 * Makes what reads new memories in the background. It is handed the memory that it reads for, as its owner, and how
 * it asks the model. The controller (`memos/agents`) is one.
 */
export type ReaderMaker = (memos: MemOS, host: ReaderHost) => Reader;

export interface SignalOption {
  readonly signal?: AbortSignal;
}

export interface RebuildOptions extends SignalOption {
  readonly onProgress?: (progress: RebuildProgress) => void;
}

const EXPORT_PAGE = 256;

/** Core cubes that head a context. */
const CORE_CUBES = 32;

/** Results that are looked at for one message of a chat; the budget decides how many are given. */
const CHAT_RESULTS = 30;

type ParsedInput = z.output<typeof memoryInputSchema>;

/** What is to be written of a batch, and what is not. */
interface Intake extends PreparedBatch {
  readonly skipped: readonly Skipped[];
}

/**
 * The memory operating system: one object over one store. Every other surface (REST, command line, MCP,
 * dialects) calls these methods and nothing below them.
 *
 * @example
 * const memos = await MemOS.open({ path: "./.memos" });
 * const scope = { tenant: "local", user: "ana" };
 * await memos.add("I moved to Lisbon in March.", scope);
 * const context = await memos.recall("Where does Ana live?", scope, { budget: 400 });
 * console.log(context.text);
 * await memos.close();
 */
export class MemOS {
  readonly keys: ApiKeys;
  /** Work that is left to be done, and what has happened. */
  readonly jobs: Jobs;
  /** Other systems that are told what happens. */
  readonly webhooks: Webhooks;
  /** How cubes live: states, use, retention. */
  readonly lifecycle: Lifecycle;
  /** Forgetting many at once, for good, and the proof of it. */
  readonly forgetting: Forgetting;
  /** What is made of memories while nobody asks for anything. */
  readonly consolidation: Consolidation;
  /** What was decided about new memories, and why. */
  readonly traces: Traces;
  /** Memory at other times. */
  readonly time: TimeMachine;
  /** What is known beyond single texts: neighbours, paths, entities, facts. */
  readonly graph: Knowledge;
  /** Values that are encrypted and shown on request alone. */
  readonly vault: Vault;
  /** Compiled memory: the KV caches of what prompts begin with. */
  readonly activations: Activations;
  /** The models that this memory works with. */
  readonly models: Models;
  /** Parametric memory: adapters that are trained from memories. */
  readonly adapters: Adapters;
  /** Looks at everything that is written; `inspect` says what it would find. */
  readonly firewall: Firewall;
  /** Who may do what: principals, grants, quotas. */
  readonly governance: Governance;
  /** What was done and refused. */
  readonly audit: Audit;
  /** The OpenTelemetry API, where it is installed: operations are told to it. */
  readonly telemetry: OpenTelemetry | undefined;
  /** Whom this memory acts for; undefined for the owner, who opened the store. */
  readonly principal: Principal | undefined;
  /** The object that opened the store; it has the state that those for other principals share. */
  readonly #root: MemOS;
  readonly #access: Access;
  readonly #grants: GrantCache;
  readonly #store: Store;
  readonly #embedder: Embedder;
  readonly #options: OpenOptions;
  readonly #lock: VaultLock;
  readonly #embedding: Embedding;
  readonly #deriving: Deriving;
  readonly #reading: ReadingQueue | undefined;
  /** Whether new memories wait to be read, here or by another process. */
  readonly #awaitsReading: boolean;
  readonly #readOnly: boolean;
  readonly #revising: Revising;
  readonly #uses: UseLog;
  readonly #tracksUse: boolean;
  readonly #compiled: CompiledMemory;
  readonly #parametric: ParametricMemory;
  readonly #nearest: Nearest;
  readonly #chat: Chat;
  readonly #activity = new Activity();
  readonly #sessions = new ChatSessions();
  #lastInstant = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    store: Store,
    embedder: Embedder,
    firewall: Firewall,
    lock: VaultLock,
    options: OpenOptions,
    view: { root: MemOS; principal: Principal; readOnly: boolean } | undefined,
    telemetry: OpenTelemetry | undefined,
  ) {
    Object.defineProperty(this, "telemetry", { value: telemetry, enumerable: false });
    const logger = options.logger ?? SILENT;
    this.#store = store;
    this.#embedder = embedder;
    this.#options = options;
    this.#lock = lock;
    this.firewall = firewall;
    this.#readOnly = options.readOnly ?? false;
    this.#root = view?.root ?? this;
    this.principal = view?.principal;
    this.#grants =
      view === undefined ? new GrantCache(store.ledger, () => Date.parse(this.#now())) : view.root.#grants;
    this.#access = new Access(store.ledger, this.#grants, { ...view, records: !this.#readOnly });
    this.keys = new ApiKeys(store.ledger, this.#access);
    this.governance = new Governance(store.ledger, this.#access, () => this.#now());
    this.audit = new Audit(store.ledger, this.#access);
    this.models = new Models(options.engine, embedder, this.#access);
    this.vault = new Vault(store.ledger, lock, this.#access, () => this.#writable());
    const host: LifecycleHost = {
      writable: () => this.#writable(),
      now: () => this.#now(),
      committed: (changes) => this.#committed(changes),
      prepare: (cube, signal, warnings) => this.#prepareMade(cube, signal, warnings),
      derive: () => this.#deriving.run(undefined, () => undefined),
      receipt: writeReceipt,
    };
    if (view !== undefined) {
      const { root } = view;
      this.#embedding = root.#embedding;
      this.#revising = root.#revising;
      this.#deriving = root.#deriving;
      this.#reading = root.#reading;
      this.#awaitsReading = root.#awaitsReading;
      this.#uses = root.#uses;
      this.#tracksUse = root.#tracksUse;
      this.#compiled = root.#compiled;
      this.#parametric = root.#parametric;
      this.#nearest = root.#nearest;
      this.activations = this.#activations();
      this.adapters = this.#adapters();
      this.#chat = this.#chatWith(root.#sessions);
      this.jobs = guarded("jobs", root.jobs, JOB_RULES, this.#access);
      this.webhooks = guarded("webhooks", root.webhooks, WEBHOOK_RULES, this.#access);
      this.lifecycle = guarded("lifecycle", root.lifecycle, LIFECYCLE_RULES, this.#access);
      this.forgetting = guarded("forgetting", root.forgetting, FORGETTING_RULES, this.#access);
      this.consolidation = guarded("consolidation", root.consolidation, CONSOLIDATION_RULES, this.#access);
      this.traces = guarded("traces", root.traces, TRACE_RULES, this.#access);
      this.time = guarded("time", root.time, TIME_RULES, this.#access);
      this.graph = new Knowledge(store, this.#embedding, this.#access.authorize);
      return;
    }
    const reads = options.model !== undefined || options.reader !== undefined;
    this.#embedding = new Embedding(store, embedder, (error) =>
      logger.warn({ error }, "Some texts have no vector yet; they are found by their words and tried again."),
    );
    this.#nearest = new Nearest(store, this.#embedding);
    this.#revising = new Revising(store, this.#embedding, {
      now: () => this.#now(),
      committed: (changes) => this.#committed(changes),
      readByModel: reads,
      textChanged: () => this.#reading?.catchUp(),
    });
    this.#uses = new UseLog(
      store.ledger,
      (changes) => this.#committed(changes),
      (error) => logger.warn({ error }, "Some uses could not be counted."),
    );
    this.#tracksUse = (options.trackUse ?? true) && !this.#readOnly;
    this.jobs = new Jobs(store.ledger, {
      writable: () => this.#writable(),
      settled: () => this.settled(),
      onError: (error) => logger.warn({ error }, "Some jobs could not be looked after; it is tried again."),
    });
    store.watchers.add(() => this.jobs.wake());
    this.webhooks = new Webhooks(
      store.ledger,
      this.jobs,
      () => this.#writable(),
      options.webhooks ?? {},
      !this.#readOnly,
    );
    this.#compiled = new CompiledMemory(
      {
        ledger: store.ledger,
        folder: store.states,
        engine: options.engine,
        readOnly: this.#readOnly,
        now: () => Date.parse(this.#now()),
        purged: () => this.#sessions.clear(),
        onError: (error) =>
          logger.warn({ error }, "Memory could not be compiled; its text is used as it is."),
      },
      options.activations,
    );
    this.#parametric = new ParametricMemory({
      ledger: store.ledger,
      path: store.path,
      engine: options.engine,
      trainer: options.trainer,
      compiled: this.#compiled,
      policy: new PlacementPolicy(options.activations?.placement),
      readOnly: this.#readOnly,
      now: () => Date.parse(this.#now()),
      onError: (error) => logger.warn({ error }, "Something about adapters could not be done."),
    });
    this.activations = this.#activations();
    this.adapters = this.#adapters();
    this.#chat = this.#chatWith(this.#sessions);
    this.lifecycle = new Lifecycle(store, this.#revising, this.#uses, host);
    this.forgetting = new Forgetting(store, {
      ...host,
      search: (query, scope, k) => this.search(query, scope, { k }),
      purged: async () => {
        await this.#parametric.training.settle();
        await this.#compiled.sweep();
        await this.#compiled.forgetPurged();
      },
      rebuildIndex: (tenant) => this.#rebuildIndex(tenant),
    });
    this.consolidation = new Consolidation({
      store,
      revising: this.#revising,
      lifecycle: this.lifecycle,
      host,
      activity: this.#activity,
      model: options.model,
      distiller: options.distiller,
      idleMs: options.consolidateAfterIdleMs ?? CONSOLIDATION_LIMITS.idleMs,
    });
    this.traces = new Traces(store.ledger, () => this.#writable());
    this.time = new TimeMachine(store, this.#revising, host);
    this.graph = new Knowledge(store, this.#embedding, this.#access.authorize);
    this.#deriving = new Deriving(store, (error) =>
      logger.warn(
        { error },
        "Some cubes are not in the graph yet; they are found without it and tried again.",
      ),
    );
    this.#awaitsReading = reads && !this.#readOnly;
    const reader = this.#awaitsReading ? this.#reader() : undefined;
    this.#reading =
      reader === undefined
        ? undefined
        : new ReadingQueue({
            ledger: store.ledger,
            reader,
            holder: randomUUID(),
            onError: (error) =>
              logger.warn(
                { error },
                "New memories could not be read; they are stored and it is tried again.",
              ),
          });
    this.#parametric.work(this.jobs);
    if (!this.#readOnly) {
      this.#reading?.catchUp();
      this.#embedding.catchUp();
      this.#deriving.catchUp();
    }
  }

  /**
   * Opens a store, or starts a new one.
   *
   * @throws MemosError STORE_INVALID, STORE_NEWER, READ_ONLY, STORE_BUSY or DISK_FULL; INVALID_INPUT for a
   * firewall policy that is not valid. With `objects` also OBJECTS_UNAVAILABLE, OBJECTS_REFUSED, and UNSUPPORTED
   * when the bucket does not keep two writers apart.
   */
  static async open(options: OpenOptions): Promise<MemOS> {
    const firewall = new Firewall(options.firewall);
    const lock = await VaultLock.of(options.vault);
    const embedder = options.embedder ?? (await StaticEmbedder.load());
    const store = await Store.open({
      path: options.path,
      readOnly: options.readOnly ?? false,
      maxLedgerBytes: options.maxLedgerBytes,
      ledger: options.ledger,
      embedder: embedder.fingerprint,
      logger: options.logger ?? SILENT,
      objects: options.objects,
    });
    const memos = new MemOS(store, embedder, firewall, lock, options, undefined, await openTelemetry());
    if (options.readOnly !== true) await memos.#parametric.stock.sweep();
    if (options.readOnly !== true && options.upkeep !== false)
      await scheduleUpkeep(
        memos.jobs,
        store.ledger,
        memos.lifecycle,
        memos.forgetting,
        memos.#parametric.placement,
      );
    return memos;
  }

  /**
   * The same memory for another principal, who may do what its grants say and nothing else. It costs nothing
   * to make and nothing to let go: only the one who opened the store closes it. `readOnly` refuses all but
   * reads, whatever is granted.
   *
   * @throws MemosError FORBIDDEN unless called by the one who opened the store.
   */
  as(principal: Principal, options: { readonly readOnly?: boolean } = {}): MemOS {
    if (this.#access.principal !== undefined)
      throw new MemosError("FORBIDDEN", "Only who opened the store acts for others.");
    const { readOnly = false } = options;
    const view = { root: this, principal: parse(principalSchema, principal), readOnly };
    const { firewall, telemetry } = this;
    return new MemOS(this.#store, this.#embedder, firewall, this.#lock, this.#options, view, telemetry);
  }

  /**
   * Remembers. Resolves after the commit is on disk and every new cube can be found; one call is one
   * transaction, so either all of it is kept or none.
   *
   * @throws MemosError INVALID_INPUT, TOO_LARGE, IDEMPOTENCY_MISMATCH, DISK_FULL, READ_ONLY, ABORTED.
   */
  async add(input: AddInput, scope: Scope, options: AddOptions = {}): Promise<WriteReceipt> {
    const started = performance.now();
    this.#writable();
    this.#activity.note();
    const { idempotencyKey, wait, signal } = parse(addOptionsSchema, options);
    const owner = parse(scopeSchema, scope);
    if (Array.isArray(input) && input.length > LIMITS.messagesPerAdd)
      throw new MemosError("TOO_LARGE", `More than ${LIMITS.messagesPerAdd} memories in one call.`, {
        path: "input",
      });
    const parsed = parse(addInputSchema, input);
    for (const [index, one] of [parsed].flat().entries())
      this.#refuseEnded(one, Array.isArray(parsed) ? `${index}.` : "");
    const warnings: Warning[] = [];
    const { prepared, skipped, permit } = await this.#prepare(
      Array.isArray(parsed) ? parsed : [parsed],
      owner,
      signal,
      warnings,
      "add",
    );
    await this.#store.flusher.room(owner.tenant);
    throwIfAborted(signal);
    const once = onceOf(owner.tenant, this.#ownKey(idempotencyKey), {
      owner,
      parsed: this.#withoutSecrets([parsed].flat()),
    });
    const {
      written: committed,
      replayed,
      changes,
    } = await this.#store.ledger.add({
      cubes: prepared,
      authorized: permit.authorized,
      embedder: this.#store.embedder,
      awaitsModel: this.#awaitsReading,
      ...(once === undefined ? {} : { idempotency: once }),
    });
    await this.#committed(changes);
    const written = await this.#shown(committed, owner.tenant);
    if (wait === "derived" && this.#reading !== undefined) {
      const read = written.filter(({ quarantined }) => !replayed && quarantined === undefined);
      const derived = await this.#reading.derived(
        read.map(({ id }) => id),
        signal,
      );
      warnings.push(...derived.warnings);
      return {
        ...writeReceipt("add", written, { replayed, warnings, started, skipped }),
        ...costOf(derived),
      };
    }
    this.#reading?.catchUp();
    return writeReceipt("add", written, { replayed, warnings, started, skipped });
  }

  /**
   * Remembers a stream: commits batch after batch and reports each. An item that is not valid is skipped
   * with its position and the reason; the rest goes on. A source that pauses does not delay what came before.
   */
  async *addMany(
    inputs: AsyncIterable<MemoryInput> | Iterable<MemoryInput>,
    scope: Scope,
    options: SignalOption = {},
  ): AsyncGenerator<AddProgress, void, undefined> {
    this.#writable();
    const owner = parse(scopeSchema, scope);
    await this.#access.authorize("addMany", "write", owner);
    const validate = (input: MemoryInput) => {
      const parsed = parse(memoryInputSchema, input);
      this.#refuseEnded(parsed, "");
      return parsed;
    };
    const steps = {
      prepare: (inputs: readonly ParsedInput[], warnings: Warning[]) =>
        this.#prepare(inputs, owner, options.signal, warnings, "addMany"),
      write: async (batch: Intake) => ({
        written: (await this.#commitBatch(batch, owner, false)).written,
        skipped: batch.skipped,
      }),
    };
    yield* commitStream(inputs, validate, sizeOf, steps, options.signal);
  }

  /**
   * Takes in exported cubes with their ids, times and versions. The tenant becomes the scope's; a cube that
   * is here already is skipped.
   */
  async *import(
    cubes: AsyncIterable<PortableCube> | Iterable<PortableCube>,
    scope: Scope,
    options: SignalOption = {},
  ): AsyncGenerator<AddProgress, void, undefined> {
    this.#writable();
    const owner = parse(scopeSchema, scope);
    const { tenant } = owner;
    await this.#access.authorize("import", "write", owner);
    const prepare = async (portables: readonly PortableCube[], warnings: Warning[]) => {
      const cubes = portables.map(({ cube: { duplicateOf: _, ...rest } }) => ({
        ...rest,
        scope: { ...rest.scope, tenant },
      }));
      const permit = await this.#access.authorizeCubes("import", owner, cubes);
      const vectors = await this.#embedding.passages(cubes.map(embeddedText), options.signal, warnings);
      const prepared = await mapInSlices([...cubes.entries()], ([index, cube]) =>
        preparedCube(cube, portables[index]?.versions ?? [], vectors[index] ?? null),
      );
      return { prepared, permit };
    };
    const write = async (batch: PreparedBatch) => {
      const { written, existing } = await this.#commitBatch(batch, { tenant }, true);
      const reason = "This cube is already in the store.";
      return { written, skipped: existing.map((index) => ({ index, reason })) };
    };
    yield* commitStream(
      cubes,
      validPortable,
      ({ cube }) => textOf(cube)?.length ?? 0,
      { prepare, write },
      options.signal,
    );
  }

  async #commitBatch({ prepared, permit }: PreparedBatch, scope: Scope, imported: boolean) {
    this.#activity.note();
    await this.#store.flusher.room(scope.tenant);
    const { written, existing, changes } = await this.#store.ledger.add({
      cubes: prepared,
      authorized: permit.authorized,
      embedder: this.#store.embedder,
      awaitsModel: this.#awaitsReading && !imported,
      unwatched: !this.#store.index.watches(scope.tenant),
      imported,
    });
    await this.#committed(changes);
    this.#reading?.catchUp();
    return { written: await this.#shown(written, scope.tenant), existing };
  }

  /** What a writer is told: a cube that says the same is named only to those who may read it. */
  async #shown(written: readonly CommittedCube[], tenant: string): Promise<readonly CommittedCube[]> {
    const named = written.flatMap(({ duplicateOf }) => duplicateOf ?? []);
    if (this.#access.principal === undefined || named.length === 0) return written;
    const readable = await this.#access.readable(tenant, named);
    return written.map(({ duplicateOf, ...cube }) =>
      duplicateOf !== undefined && readable.has(duplicateOf) ? { ...cube, duplicateOf } : cube,
    );
  }

  #ownKey(key: string | OwnKey | undefined): OwnKey | undefined {
    return key === undefined ? undefined : this.#access.ownKey(key);
  }

  /** The receipt of the first write with this key, where there was one. */
  async #replayed(
    operation: WriteReceipt["operation"],
    once: Once | undefined,
    tenant: string,
  ): Promise<WriteReceipt | undefined> {
    const started = performance.now();
    const first = once === undefined ? null : await this.#store.ledger.writtenOnce(once);
    if (first === null) return undefined;
    return writeReceipt(operation, await this.#shown(first, tenant), {
      replayed: true,
      warnings: [],
      started,
    });
  }

  async #prepare(
    inputs: readonly ParsedInput[],
    scope: Scope,
    signal: AbortSignal | undefined,
    warnings: Warning[],
    operation: "add" | "addMany",
  ): Promise<Intake> {
    throwIfAborted(signal);
    const recordedAt = this.#now();
    const sourceTrust = await this.#sourceTrust(inputs, scope);
    const skipped: Skipped[] = [];
    const verdicts: Verdict[] = [];
    const cubes = (
      await mapInSlices([...inputs.entries()], ([index, input]) => {
        let remarks: Remarks = {};
        let verdict: Verdict | undefined;
        let sealed: SealedValue | undefined;
        const made = newCube(input, scope, recordedAt, (cube) => {
          const trust = derivedTrust(this.firewall.trustIn(cube), sourceTrust(cube));
          verdict = this.firewall.inspect(withTrust(cube, trust), cube.scope);
          const safe = screened(cube, verdict);
          remarks = safe.remarks;
          const secret = typeof input === "object" && "secret" in input ? input.secret : undefined;
          if (secret === undefined || safe.cube.payload.kind !== "plaintext") return safe;
          const { id, scope } = safe.cube;
          sealed = seal(this.#lock.key, secret, { id: newCubeId(), tenant: scope.tenant, cube: id });
          const payload = { ...safe.cube.payload, sealed: { id: sealed.id } };
          return { ...safe, cube: { ...safe.cube, payload } };
        });
        if (verdict?.action === "skip") {
          skipped.push({ index, reason: verdict.reasons.join(" ") });
          return undefined;
        }
        if (verdict !== undefined) verdicts.push(verdict);
        return { ...made, remarks, sealed };
      })
    ).filter((made) => made !== undefined);
    warnings.push(...firewallWarnings(verdicts));
    const screenedCubes = cubes.map(({ cube }) => cube);
    const permit = await this.#access.authorizeCubes(operation, scope, screenedCubes);
    await this.#access.assertReadable(scope.tenant, screenedCubes.flatMap(pointersOf));
    const vectors = await this.#embedding.passages(
      cubes.map(({ cube }) => embeddedText(cube)),
      signal,
      warnings,
    );
    const prepared = await mapInSlices(
      [...cubes.entries()],
      ([index, { cube, version, remarks, sealed }]) => ({
        ...preparedCube(cube, [version], vectors[index] ?? null),
        remarks,
        ...(sealed === undefined ? {} : { sealed }),
      }),
    );
    return { prepared, skipped, permit };
  }

  /** How far the sources that inputs name are trusted; what is not in the scope says nothing. */
  async #sourceTrust(inputs: readonly ParsedInput[], scope: Scope): Promise<(cube: MemCube) => number[]> {
    const named = inputs.flatMap((input) =>
      typeof input === "object" && "sources" in input ? (input.sources ?? []) : [],
    );
    const trust = new Map<string, number>();
    for (const id of new Set(named.map(({ cube }) => cube))) {
      const source = await this.#store.ledger.get(id, scope, undefined).catch((error) => {
        if (isMemosError(error, "NOT_FOUND")) return undefined;
        throw error;
      });
      if (source !== undefined) trust.set(id, this.firewall.trustIn(source));
    }
    return ({ provenance }) =>
      provenance.sources.flatMap(({ cube }) => {
        const known = trust.get(cube);
        return known === undefined ? [] : [known];
      });
  }

  async #prepareMade(
    cube: MemCube,
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<PreparedCube> {
    const [vector] = await this.#embedding.passages([embeddedText(cube)], signal, warnings);
    const version = nextVersion(cube.id, null, {
      content: contentOf(cube),
      actor: cube.provenance.actor,
      operation: "add",
      cause: "",
      recordedAt: cube.time.recordedAt,
    });
    return preparedCube(cube, [version], vector ?? null);
  }

  /** A hash of a secret could be guessed at by whoever reads the ledger; one under the vault's key cannot. */
  #withoutSecrets(inputs: readonly ParsedInput[]): unknown[] {
    return inputs.map((input) =>
      typeof input === "object" && "secret" in input && input.secret !== undefined
        ? { ...input, secret: this.#lock.key.fingerprint(input.secret) }
        : input,
    );
  }

  /** A memory that has expired before it is stored is a mistake. */
  #refuseEnded(input: ParsedInput, at: string): void {
    if (typeof input === "string" || !("governance" in input)) return;
    refusePast(input.governance?.expiresAt, this.#now(), `${at}governance.expiresAt`);
  }

  /** An instant that is never before the last one, also when the clock of the machine is set back. */
  #now(): string {
    const root = this.#root;
    root.#lastInstant = Math.max(root.#lastInstant, Date.now());
    return new Date(root.#lastInstant).toISOString();
  }

  async #committed(changes: readonly CommittedChange[]): Promise<void> {
    await this.#store.index.committed(changes);
    const perTenant = new Map<string, number>();
    for (const { tenant } of changes) perTenant.set(tenant, (perTenant.get(tenant) ?? 0) + 1);
    for (const [tenant, count] of perTenant) this.#store.flusher.added(tenant, count);
    this.#root.jobs.notify();
  }

  /**
   * Ranked cubes for a query: full text, vectors, quoted phrases and recency, fused; repetitions collapsed.
   *
   * @throws MemosError INVALID_INPUT, INDEX_CORRUPT, ABORTED.
   */
  async search(query: string, scope: Scope, options: SearchOptions = {}): Promise<SearchResult> {
    this.#usable();
    this.#activity.note();
    const wanted = parse(searchOptionsSchema, options);
    const question = parse(querySchema, query);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("search", "read", owner);
    return search(this.#store, this.#embedding, question, owner, { ...wanted, permit: labels });
  }

  /**
   * The context for a prompt: what is relevant to the query, compiled into one fenced and cited text of at
   * most `budget` tokens, core memory first.
   */
  async recall(query: string, scope: Scope, options: RecallOptions = {}): Promise<RecallResult> {
    const started = performance.now();
    this.#usable();
    this.#activity.note();
    const { budget, ...wanted } = parse(recallOptionsSchema, options);
    const question = parse(querySchema, query);
    const owner = parse(scopeSchema, scope);
    const permit = await this.#access.authorize("recall", "read", owner);
    const [{ hits, receipt }, core, counter] = await Promise.all([
      search(this.#store, this.#embedding, question, owner, { ...wanted, permit: permit.labels }),
      selectionOf(this.#store.ledger, owner, { ...wanted, permit: permit.labels }).then((selection) =>
        this.#store.ledger.core(selection, CORE_CUBES),
      ),
      o200k(),
    ]);
    const context = compileContext(core, hits, budget, counter);
    // What would have been recalled at another time, or without some cubes, was not used.
    if (this.#tracksUse && wanted.asOf === undefined && wanted.without === undefined)
      this.#uses.note(
        owner,
        context.items.map(({ id: used }) => used),
        "recalled",
        Date.parse(this.#now()),
      );
    const given = new Set(context.items.map(({ id }) => id));
    this.firewall.gave(
      owner,
      [...core, ...hits.map(({ cube }) => cube)].filter(({ id }) => given.has(id)),
    );
    const explanations = new Map(hits.map((hit) => [hit.cube.id, hit.explanation]));
    return {
      text: context.text,
      tokens: context.tokens,
      items: context.items.map((item) => {
        const explanation = explanations.get(item.id);
        return explanation === undefined ? item : { ...item, explanation };
      }),
      receipt: { ...receipt, operation: "recall", milliseconds: performance.now() - started },
    };
  }

  /**
   * The label of a text by example: the labelled texts in memory vote, and the nearest are named. Examples are memories
   * with a `label` in their metadata, and texts that list many, each followed by a line `label: L`.
   *
   * @throws MemosError INVALID_INPUT, ABORTED.
   * @example
   * await memos.add({ text: "Where is my card?", metadata: { label: "arrival" } }, scope);
   * const { label, confidence, examples } = await memos.nearest("My card has not come yet.", scope);
   */
  async nearest(text: string, scope: Scope, options: NearestOptions = {}): Promise<NearestResult> {
    this.#usable();
    this.#activity.note();
    const wanted = parse(nearestOptionsSchema, options);
    const question = parse(querySchema, text);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("nearest", "read", owner);
    return this.#nearest.vote(question, owner, { ...wanted, permit: labels });
  }

  /**
   * Which of two texts came first in memory, and where both stand: by when their memories happened, the order in which
   * they arrived, or the places in one text. Words may be missing or in another order.
   *
   * @throws MemosError INVALID_INPUT, INDEX_CORRUPT, ABORTED.
   * @example
   * const { first } = await memos.order("the ship leaves the harbour", "the storm breaks the mast", scope);
   */
  async order(a: string, b: string, scope: Scope, options: OrderOptions = {}): Promise<OrderResult> {
    this.#usable();
    this.#activity.note();
    const wanted = parse(orderOptionsSchema, options);
    const texts = { a: parse(querySchema, a), b: parse(querySchema, b) };
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("order", "read", owner);
    return order(this.#store, this.#embedding, texts, owner, { ...wanted, permit: labels });
  }

  /**
   * Answers a message with what memory holds, in a stream of events, and remembers both. Turns of one session see
   * those before them. `parts` take the place of how it recalls and remembers, and give the model tools: `chatAgent`
   * (`memos/agents`) is a chat with all of them.
   *
   * @throws MemosError UNSUPPORTED without an `engine`, INVALID_INPUT, TOO_LARGE, MODEL_FAILED, ABORTED.
   */
  async *chat(
    message: string,
    scope: Scope,
    options: ChatOptions = {},
    parts: ChatParts = {},
  ): AsyncGenerator<ChatEvent, void, undefined> {
    this.#usable();
    this.#activity.note();
    yield* this.#chat.chat(message, scope, options, parts);
  }

  #activations(): Activations {
    return new Activations(
      {
        ledger: this.#store.ledger,
        compiled: this.#compiled,
        writable: () => this.#writable(),
        now: () => Date.parse(this.#now()),
        adapters: async (scope, labels, signal) => {
          const reader = { scope, labels, access: this.#access };
          return (await this.#parametric.inUse.of(reader, undefined, signal)).use;
        },
      },
      this.#access,
    );
  }

  #adapters(): Adapters {
    const { stock, training, placement } = this.#parametric;
    return new Adapters(
      {
        ledger: this.#store.ledger,
        compiled: this.#compiled,
        stock,
        training,
        placement,
        writable: () => this.#writable(),
        now: () => Date.parse(this.#now()),
        wake: () => this.#root.jobs.wake(),
        found: async (query, scope, k, signal) => {
          const wanted = parse(searchOptionsSchema, { k, signal });
          const { hits } = await search(this.#store, this.#embedding, query, scope, wanted);
          return hits.map(({ cube }) => cube.id);
        },
      },
      this.#access,
    );
  }

  #chatWith(sessions: ChatSessions): Chat {
    return new Chat({
      engine: this.#options.engine,
      access: this.#access,
      compiled: this.#compiled,
      adapters: this.#parametric.inUse,
      sessions,
      writable: () => this.#writable(),
      search: (text, scope, permit, signal) => {
        const query = text.slice(0, LIMITS.queryCharacters).toWellFormed();
        const wanted = parse(searchOptionsSchema, { k: CHAT_RESULTS, signal });
        return search(this.#store, this.#embedding, query, scope, { ...wanted, permit });
      },
      now: () => Date.parse(this.#now()),
      remember: (messages, scope, idempotencyKey) => this.add([...messages], scope, { idempotencyKey }),
      gave: (scope, cubes) => {
        const ids = cubes.map(({ id }) => id);
        if (this.#tracksUse) this.#uses.note(scope, ids, "recalled", Date.parse(this.#now()));
        this.firewall.gave(scope, cubes);
      },
    });
  }

  /**
   * One cube, now or as it was.
   *
   * @throws MemosError NOT_FOUND, also for a cube of another scope.
   */
  async get(id: string, scope: Scope, options: GetOptions = {}): Promise<MemCube> {
    this.#usable();
    const { asOf, signal } = parse(getOptionsSchema, options);
    throwIfAborted(signal);
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    const cubeId = parse(cubeIdSchema, id);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("get", "read", owner);
    return presentHeat(await this.#store.ledger.get(cubeId, owner, at, labels), at ?? Date.now());
  }

  /**
   * Changes a cube by adding a version; the versions before stay.
   *
   * @throws MemosError NOT_FOUND, INVALID_INPUT, or CONFLICT when `ifVersion` is not the current version or
   * the cube is read-only or frozen.
   */
  async update(
    id: string,
    patch: UpdatePatch,
    scope: Scope,
    options: UpdateOptions = {},
  ): Promise<WriteReceipt> {
    const { ifVersion, actor, cause, idempotencyKey, signal } = parse(updateOptionsSchema, options);
    const changes = parse(updatePatchSchema, patch);
    const permit = await this.#permitChange("update", "change", scope);
    const { tenant } = permit.authorized;
    const asked = { operation: "update", id, scope, changes, ifVersion, actor, cause };
    const once = onceOf(tenant, this.#ownKey(idempotencyKey), asked);
    await this.#access.assertReadable(permit.authorized.tenant, linkPointers(changes.links));
    return this.#revise(
      id,
      scope,
      { operation: "update", ifVersion, actor, cause, signal, once },
      (cube) => patched(cube, changes),
      permit,
    );
  }

  /**
   * Forgets a cube: it is not found, listed or returned any more, at no point in time. A tombstone with its
   * version chain stays in the ledger.
   *
   * @throws MemosError NOT_FOUND, or CONFLICT when `ifVersion` is not the current version, or when the cube is
   * read-only or under legal hold.
   */
  async forget(id: string, scope: Scope, options: ForgetOptions = {}): Promise<WriteReceipt> {
    const { labels, authorized } = await this.#permitChange("forget", "forget", scope);
    const { idempotencyKey, ...wanted } = parse(forgetOptionsSchema, options);
    const { signal: _, ...said } = wanted;
    const own = this.#ownKey(idempotencyKey);
    const key = own && new OwnKey(own.value, { operation: "forget", id, scope, said });
    const replayed = await this.#replayed("forget", onceOf(scope.tenant, key, id), scope.tenant);
    if (replayed !== undefined) return replayed;
    const cube = await this.#store.ledger.get(
      parse(cubeIdSchema, id),
      parse(scopeSchema, scope),
      undefined,
      labels,
    );
    return this.#root.lifecycle.forget(cube.id, scope, { ...wanted, idempotencyKey: key }, authorized);
  }

  /**
   * Many cubes by their ids, now or as they were.
   *
   * @throws MemosError INVALID_INPUT for more than `LIMITS.batch` ids. What is not in the scope is named as missing.
   */
  async getMany(ids: readonly string[], scope: Scope, options: GetManyOptions = {}): Promise<GetManyResult> {
    this.#usable();
    const { asOf, signal } = parse(getManyOptionsSchema, options);
    const wanted = parse(manyIdsSchema, ids);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("getMany", "read", owner);
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    throwIfAborted(signal);
    const found = await this.#store.ledger.getMany(wanted, owner, at, labels);
    return {
      cubes: found.flatMap((cube) => (cube === null ? [] : [presentHeat(cube, at ?? Date.now())])),
      missing: wanted.filter((_, index) => found[index] === null),
    };
  }

  /**
   * Changes many cubes, one after the other and each for itself: the receipt says of every one what became of it.
   *
   * @throws MemosError INVALID_INPUT for more than `LIMITS.batch` items or one that is not valid: nothing is changed.
   */
  async updateMany(
    updates: readonly BatchUpdate[],
    scope: Scope,
    options: ManyOptions = {},
  ): Promise<BatchReceipt> {
    const { idempotencyKey, ...wanted } = parse(manyOptionsSchema, options);
    const items = parse(updatesSchema, updates);
    await this.#permitChange("updateMany", "change", scope);
    return oneByOne("update", items, this.#ownKey(idempotencyKey), ({ id, patch, ifVersion }, key) =>
      this.update(id, patch, scope, { ...wanted, ifVersion, idempotencyKey: key }),
    );
  }

  /**
   * Forgets many cubes, one after the other and each for itself: the receipt says of every one what became of it.
   *
   * @throws MemosError INVALID_INPUT for more than `LIMITS.batch` items or one that is not valid: nothing is forgotten.
   */
  async forgetMany(
    forgets: readonly BatchForget[],
    scope: Scope,
    options: ManyOptions = {},
  ): Promise<BatchReceipt> {
    const { idempotencyKey, ...wanted } = parse(manyOptionsSchema, options);
    const items = parse(forgetsSchema, forgets);
    await this.#permitChange("forgetMany", "forget", scope);
    return oneByOne("forget", items, this.#ownKey(idempotencyKey), ({ id, ifVersion }, key) =>
      this.forget(id, scope, { ...wanted, ifVersion, idempotencyKey: key }),
    );
  }

  /**
   * Undoes changes: the content of an earlier version becomes the newest one. Versions in between stay.
   *
   * @throws MemosError NOT_FOUND for a cube or a version that is not there, CONFLICT as `update` does.
   */
  async restore(
    id: string,
    version: number,
    scope: Scope,
    options: UpdateOptions = {},
  ): Promise<WriteReceipt> {
    const { ifVersion, actor, cause, idempotencyKey, signal } = parse(updateOptionsSchema, options);
    const permit = await this.#permitChange("restore", "change", scope);
    throwIfAborted(signal);
    const { tenant } = permit.authorized;
    const asked = { operation: "restore", id, scope, version, ifVersion, actor, cause };
    const once = onceOf(tenant, this.#ownKey(idempotencyKey), asked);
    const replayed = await this.#replayed("restore", once, tenant);
    if (replayed !== undefined) return replayed;
    const versions = await this.#store.ledger.history(
      parse(cubeIdSchema, id),
      parse(scopeSchema, scope),
      permit.labels,
    );
    const wanted = versions.find((link) => link.version === version && covers(permit.labels, link.content));
    if (wanted === undefined || wanted.content.state === "forgotten")
      throw new MemosError("NOT_FOUND", `Cube ${id} has no version ${version} to go back to.`, {
        path: "version",
      });
    return this.#revise(
      id,
      scope,
      { operation: "restore", ifVersion, actor, cause: cause ?? `back to version ${version}`, signal, once },
      (cube) => wentBack(cube, wanted.content, this.#now()),
      permit,
    );
  }

  /**
   * Undoes the last step of a cube: a change of what it says, a freeze, putting it into the archive, or
   * forgetting it (for `LIMITS.undoDays`).
   *
   * @throws MemosError NOT_FOUND, also when there is nothing to undo, INVALID_TRANSITION for a step that has an
   * undo of its own.
   */
  async undo(id: string, scope: Scope, options: UpdateOptions = {}): Promise<WriteReceipt> {
    this.#writable();
    const owner = parse(scopeSchema, scope);
    const cubeId = parse(cubeIdSchema, id);
    const { labels } = await this.#access.authorize("undo", "change", owner);
    const { idempotencyKey, ...wanted } = parse(updateOptionsSchema, options);
    const { signal: _, ...said } = wanted;
    const own = this.#ownKey(idempotencyKey);
    const key = own && new OwnKey(own.value, { operation: "undo", id, scope, said });
    const replayed = await this.#replayed("recover", onceOf(owner.tenant, key, id), owner.tenant);
    if (replayed !== undefined) return replayed;
    const step = { ...wanted, idempotencyKey: key };
    const { ledger } = this.#store;
    const { cube, versions } = await ledger.chain(cubeId, owner, true, labels);
    if (wanted.ifVersion !== undefined && wanted.ifVersion !== versions.at(-1)?.version)
      throw new MemosError("CONFLICT", `Cube ${id} is at version ${versions.at(-1)?.version}.`, {
        path: "ifVersion",
      });
    if (cube.state === "forgotten") return this.lifecycle.recover(id, scope, step);
    if (cube.state === "frozen") return this.lifecycle.thaw(id, scope, step);
    if (cube.state === "archived") return this.lifecycle.activate(id, scope, step);
    if (cube.state === "merged")
      throw new MemosError("INVALID_TRANSITION", `Cube ${id} was merged: undo the merge of the new cube.`);
    if (cube.state === "expired")
      throw new MemosError("INVALID_TRANSITION", `Cube ${id} has expired: move its end of life.`);
    const before = versions.at(-2)?.version;
    if (before === undefined)
      throw new MemosError("NOT_FOUND", `Cube ${id} has no version before the current one.`);
    return this.restore(id, before, scope, step);
  }

  #permitChange(operation: string, action: "change" | "forget", scope: Scope): Promise<Permit> {
    this.#writable();
    return this.#access.authorize(operation, action, parse(scopeSchema, scope));
  }

  #reader(): Reader | undefined {
    const { reader, model } = this.#options;
    if (reader === "later") return undefined;
    const extraction = <More>(question: ExtractionQuestion<More>) =>
      model === undefined
        ? undefined
        : new NoteExtraction(model, this.#store.ledger, this.#proposals(), question);
    if (reader !== undefined) return reader(this, { extraction });
    const notes = extraction(NOTES_QUESTION);
    return notes === undefined ? undefined : new NoteReader(notes);
  }

  /** How a model's proposals are written: as versions by the model, never over what a caller has said. */
  #proposals(): ProposalWriter {
    const change = (model: string, cause: string): WantedChange => ({
      operation: "update",
      actor: model.slice(0, LIMITS.nameCharacters),
      cause: cause.slice(0, LIMITS.causeCharacters),
    });
    const write = async (cube: MemCube, wanted: WantedChange, make: (cube: MemCube) => MemCube) => {
      const current = await this.#store.ledger.get(cube.id, cube.scope, undefined);
      // Nothing found, or found again after a crash: a version that changes nothing would undo nothing.
      if (contentHash(contentOf(make(current))) === contentHash(contentOf(current))) return;
      await this.#revise(
        cube.id,
        cube.scope,
        wanted,
        make,
        await this.#permitChange("derive", "change", cube.scope),
      );
    };
    return {
      candidates: async (text, scope, limit) => {
        const query = text.slice(0, LIMITS.queryCharacters).toWellFormed();
        if (query.trim() === "") return [];
        return (await this.search(query, scope, { k: limit })).hits.map(({ cube }) => cube);
      },
      note: (cube, note, links, model) =>
        write(cube, change(model, "derived"), (current) => {
          if (textOf(current) !== textOf(cube))
            throw new MemosError("CONFLICT", `Cube ${cube.id} has another text than the model was shown.`);
          return withModelNote(current, note, links);
        }),
      evolution: (cube, proposal, model) =>
        write(cube, change(model, `evolved: ${proposal.why}`), (current) =>
          withModelAttributes(current, proposal),
        ),
    };
  }

  async #revise(
    id: string,
    scope: Scope,
    change: WantedChange,
    make: (cube: MemCube) => MemCube,
    permit: Permit,
  ): Promise<WriteReceipt> {
    const started = performance.now();
    this.#writable();
    const owner = parse(scopeSchema, scope);
    const { principal } = this.#access;
    const actor = change.actor ?? principal?.id;
    const covered = (cube: MemCube) => {
      const made = make(cube);
      if (!covers(permit.labels, made)) throw new MemosError("FORBIDDEN", uncovered(made));
      return made;
    };
    const { committed, replayed, warnings } = await this.#revising
      .revise(
        parse(cubeIdSchema, id),
        owner,
        { ...change, ...(actor === undefined ? {} : { actor }) },
        covered,
        permit,
      )
      .catch(async (error: unknown) => {
        throw isMemosError(error, "FORBIDDEN")
          ? await this.#access.denied(permit.authorized, error.message)
          : error;
      });
    const written = await this.#shown([committed], owner.tenant);
    return writeReceipt(change.operation, written, { replayed, warnings, started });
  }

  /** Every version of a cube, oldest first, and whether their hashes still follow from each other. */
  async history(id: string, scope: Scope, options: SignalOption = {}): Promise<HistoryResult> {
    this.#usable();
    throwIfAborted(options.signal);
    const cubeId = parse(cubeIdSchema, id);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("history", "read", owner);
    const versions = await this.#store.ledger.history(cubeId, owner, labels);
    return {
      id: cubeId,
      versions: versions.filter(({ content }) => covers(labels, content)),
      intact: firstBrokenVersion(cubeId, versions) === null,
    };
  }

  /** Cubes of a scope in the order they were recorded, a page at a time. */
  async list(scope: Scope, options: ListOptions = {}): Promise<ListResult> {
    this.#usable();
    const { limit, cursor, skip, order, signal, ...wanted } = parse(listOptionsSchema, options);
    throwIfAborted(signal);
    const after = cursor === undefined ? undefined : cursorKey(cursor);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("list", "read", owner);
    const selection = await selectionOf(this.#store.ledger, owner, { ...wanted, permit: labels });
    const found = await this.#store.ledger.list(selection, { limit: limit + 1, order, after, skip });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      cubes: page.map(({ cube }) => presentHeat(cube, selection.now)),
      ...(found.length > limit && last !== undefined ? { cursor: last.key.toString(36) } : {}),
    };
  }

  /** Whose the memories of a scope are: how many there are of each user, agent, application and session. */
  async census(scope: Scope, options: CensusOptions = {}): Promise<Census> {
    this.#usable();
    const { signal, ...wanted } = parse(censusOptionsSchema, options);
    throwIfAborted(signal);
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("census", "read", owner);
    const selection = await selectionOf(this.#store.ledger, owner, { ...wanted, permit: labels });
    const counts = await this.#store.ledger.census(selection);
    return {
      cubes: counts.reduce((sum, { cubes }) => sum + cubes, 0),
      owners: counts.map(({ user, agent, app, session, cubes, first, last }) => ({
        scope: {
          tenant: owner.tenant,
          ...(user === null ? {} : { user }),
          ...(agent === null ? {} : { agent }),
          ...(app === null ? {} : { app }),
          ...(session === null ? {} : { session }),
        },
        cubes,
        first: new Date(first).toISOString(),
        last: new Date(last).toISOString(),
      })),
    };
  }

  /** What a scope holds, and the state of its tenant's index. */
  async stats(scope: Scope): Promise<Stats> {
    this.#usable();
    const owner = parse(scopeSchema, scope);
    const { labels } = await this.#access.authorize("stats", "read", owner);
    const { tenant } = owner;
    const [stats, quota] = await Promise.all([
      this.#store.ledger.stats(owner, labels),
      (await this.#access.may("administer", { tenant })) ? this.#store.ledger.quota(tenant) : undefined,
    ]);
    return {
      scope: owner,
      cubes: stats.cubes,
      byType: stats.byType,
      forgotten: stats.forgotten,
      versions: stats.versions,
      index: {
        base: stats.partition?.rows ?? 0,
        pending: stats.pending,
        withoutVector: this.#embedding.enabled ? stats.withoutVector : 0,
        embedder: this.#embedder.fingerprint.name,
        state: stats.building ? "rebuilding" : stats.cubes === 0 ? "empty" : "live",
      },
      ...(quota === undefined ? {} : { tenant: quota }),
    };
  }

  /** Every cube of a scope with all its versions, oldest first: nothing is left out but what was forgotten. */
  async *export(scope: Scope, options: SignalOption = {}): AsyncGenerator<PortableCube, void, undefined> {
    this.#usable();
    const owner = parse(scopeSchema, scope);
    for (let after = 0; ; ) {
      throwIfAborted(options.signal);
      // Again for each page: what is revoked meanwhile counts at once.
      const { labels } = await this.#access.authorize("export", "read", owner);
      const page = await this.#store.ledger.portable(owner, after, EXPORT_PAGE, labels);
      for (const { cube } of page) yield cube;
      const last = page.at(-1);
      if (last === undefined || page.length < EXPORT_PAGE) return;
      after = last.key;
    }
  }

  /** Recreates the search index of every tenant from the ledger, and what is derived of adapters. Searches go on meanwhile. */
  async rebuild(
    options: RebuildOptions = {},
  ): Promise<{ tenants: number; rows: number; milliseconds: number }> {
    const started = performance.now();
    this.#writable();
    await this.#access.authorizeOwner("rebuild");
    const { ledger, flusher, index } = this.#store;
    const tenants = await ledger.tenants();
    let rows = 0;
    for (const tenant of tenants) {
      const { cubes } = await ledger.stats({ tenant });
      rows += await flusher.rebuild(tenant, this.#embedding.make, {
        total: cubes,
        signal: options.signal,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      });
      index.forget(tenant);
    }
    await this.adapters.tidy();
    return { tenants: tenants.length, rows, milliseconds: performance.now() - started };
  }

  async #rebuildIndex(tenant: string): Promise<void> {
    const { ledger, flusher, index } = this.#store;
    const { partition, cubes } = await ledger.stats({ tenant });
    // What was never written into a table is in none.
    if (partition === null || partition.baseVersion === 0) return;
    await flusher.rebuild(tenant, this.#embedding.make, { total: cubes, fresh: true });
    index.forget(tenant);
  }

  /** Derives the graph of every cube anew from the ledger: what it names, states and links to. */
  async rebuildGraph(options: RebuildOptions = {}): Promise<{ cubes: number; milliseconds: number }> {
    const started = performance.now();
    this.#writable();
    await this.#access.authorizeOwner("rebuildGraph");
    const cubes = await this.#store.ledger.resetGraphs();
    await this.#deriving.run(options.signal, (done) =>
      options.onProgress?.({ tenant: "graph", done, total: cubes }),
    );
    return { cubes, milliseconds: performance.now() - started };
  }

  /**
   * Removes what nothing refers to any more: blobs, tables and old versions of the index, uploads that were given up.
   * Nothing goes that is younger than an hour by the clock of the disk or of the bucket: it may be on its way into the
   * ledger, or be read.
   *
   * @throws MemosError STORE_BUSY while another process is working on the index; READ_ONLY.
   */
  async collectOrphans(options: { readonly dryRun?: boolean } = {}): Promise<Collected> {
    this.#writable();
    await this.#access.authorizeOwner("collectOrphans");
    return collectOrphans(this.#store, { dryRun: options.dryRun ?? false });
  }

  /** Looks at every part of the store and says what is wrong and what to do about it. */
  async check(): Promise<Finding[]> {
    this.#usable();
    await this.#access.authorizeOwner("check");
    return [...(await checkUp(this.#store, this.#embedder)), ...(await this.#parametric.check())];
  }

  /**
   * Backs the store up into a new folder inside `folder`, while this and other processes read and write; see
   * docs/backup.md. `restoreBackup` makes a store of it.
   *
   * @throws MemosError INVALID_INPUT for a folder that cannot be written or is part of the store, DISK_FULL, ABORTED.
   */
  async backup(folder: string, options: BackupOptions = {}): Promise<BackupReceipt> {
    this.#usable();
    await this.#access.authorizeOwner("backup");
    return createBackup(this.#store, folder, options);
  }

  /** How the whole store is, over all tenants; for who opened it. */
  async vitals(): Promise<Vitals> {
    this.#usable();
    await this.#access.authorizeOwner("vitals");
    const { ledger } = this.#store;
    const [jobs, backlog, tenants, bytes] = await Promise.all([
      ledger.jobStates(),
      ledger.backlog(),
      ledger.tenants(),
      ledger.bytes(),
    ]);
    return {
      tenants: tenants.length,
      jobs,
      indexPending: backlog.reduce((sum, { entries }) => sum + entries, 0),
      ledgerBytes: bytes,
    };
  }

  /** Whether requests can be served: the ledger answers. */
  async readiness(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    if (this.#root.#closing !== undefined) return { ready: false, checks: { store: "closed" } };
    try {
      await this.#store.ledger.head("");
      return { ready: true, checks: { ledger: "ok" } };
    } catch (error) {
      return {
        ready: false,
        checks: { ledger: error instanceof MemosError ? error.message : "unavailable" },
      };
    }
  }

  /**
   * Resolves when the background work that is under way now (index, vectors, reading) is done. With `hurry`, what
   * waits to be read is read now, also where the reader would wait for more.
   */
  async settled({ hurry = false }: { readonly hurry?: boolean } = {}): Promise<void> {
    await this.#uses.flush();
    await this.#deriving.settled();
    await (hurry ? this.#reading?.hurry() : this.#reading?.settled());
    await this.#embedding.settled();
    await this.#compiled.settled();
    await this.#store.flusher.settled();
  }

  /**
   * Lets go of the store. What was acknowledged is on disk already; nothing has to be saved. For another
   * principal (`as`) it does nothing: whoever opened the store closes it.
   */
  close(): Promise<void> {
    if (this.#root !== this) return Promise.resolve();
    this.#closing ??= Promise.all([
      this.jobs.drain(),
      this.#uses.flush(),
      this.consolidation.close(),
      this.#embedding.close(),
      this.#deriving.close(),
      this.#reading?.close(),
      this.#compiled.settled(),
    ]).then(() => this.#store.close());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #usable(): void {
    if (this.#root.#closing !== undefined) throw new MemosError("CLOSED", "The store is closed.");
  }

  #writable(): void {
    this.#usable();
    if (this.#readOnly) throw new MemosError("READ_ONLY", "The store was opened for reading only.");
  }
}

observed(MemOS.prototype, "memos", ["as", "close", "settled", "readiness", "vitals"]);
observed(Lifecycle.prototype, "lifecycle", ["sweep"]);
observed(TimeMachine.prototype, "time");
observed(Forgetting.prototype, "forgetting", ["catchUp"]);
observed(Consolidation.prototype, "consolidation", ["close"]);
observed(Knowledge.prototype, "graph");
observed(Activations.prototype, "activations", ["tidy"]);
observed(Adapters.prototype, "adapters", ["tidy"]);
observed(Vault.prototype, "vault");

/** A batch with what allowed it. */
interface PreparedBatch {
  readonly prepared: readonly PreparedCube[];
  readonly permit: Permit;
}

/** The cubes that a cube points at. */
function pointersOf({ provenance, attributes }: MemCube): Pointer[] {
  return [
    ...provenance.sources.map(({ cube: id }, index) => ({ id, path: `sources.${index}.cube` })),
    ...linkPointers(attributes.links),
  ];
}

function linkPointers(links: MemCube["attributes"]["links"]): Pointer[] {
  return (links ?? []).map(({ to: id }, index) => ({ id, path: `links.${index}.to` }));
}

function preparedCube(
  cube: MemCube,
  versions: PreparedCube["versions"],
  vector: Uint8Array | null,
): PreparedCube {
  return {
    cube,
    versions,
    digest: digestOf(cube),
    vector,
    graph: cubeGraph(cube, versions.slice(0, -1)),
  };
}

function withTrust(cube: MemCube, trust: number): MemCube {
  return { ...cube, provenance: { ...cube.provenance, trust } };
}

function writeReceipt(
  operation: WriteReceipt["operation"],
  written: readonly CommittedCube[],
  details: { replayed: boolean; warnings: Warning[]; started: number; skipped?: readonly Skipped[] },
): WriteReceipt {
  return {
    operation,
    written: written as Written[],
    skipped: [...(details.skipped ?? [])],
    replayed: details.replayed,
    llmCalls: 0,
    llmTokens: 0,
    milliseconds: performance.now() - details.started,
    warnings: details.warnings,
  };
}

function costOf({ llmCalls, llmTokens }: Derived) {
  return { llmCalls, llmTokens };
}

function cursorKey(cursor: string): number {
  const key = /^[0-9a-z]+$/.test(cursor) ? Number.parseInt(cursor, 36) : Number.NaN;
  if (!Number.isSafeInteger(key))
    throw new MemosError("INVALID_INPUT", "This cursor is not from a list.", { path: "cursor" });
  return key;
}

function sizeOf(input: ParsedInput): number {
  if (typeof input === "string") return input.length;
  return "role" in input ? input.content.length : input.text.length;
}
