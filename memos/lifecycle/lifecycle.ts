import { setTimeout } from "node:timers/promises";
import {
  type CubeId,
  cubeIdSchema,
  type Governance,
  isMemosError,
  LIMITS,
  type MemCube,
  MemosError,
  type Scope,
  scopeSchema,
} from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { type Once, onceOf } from "../once.js";
import type { Warning, WriteReceipt } from "../operations.js";
import { parse } from "../parse.js";
import type { Revising } from "../revising.js";
import type { Authorized } from "../store/governanceLedger.js";
import type { CommittedChange, CommittedCube, PreparedCube } from "../store/ledger.js";
import type { StateChange, Transition } from "../store/lifecycleLedger.js";
import type { Store } from "../store/store.js";
import { mergedMemory } from "./merging.js";
import {
  type FeedbackOptions,
  type FeedbackReceipt,
  type FeedbackVerdict,
  feedbackOptionsSchema,
  type GovernancePatch,
  governancePatchSchema,
  idsSchema,
  type MergeOptions,
  mergedIdsSchema,
  mergeOptionsSchema,
  type StateOptions,
  stateOptionsSchema,
  verdictSchema,
} from "./operations.js";
import { expiryOf, type LifecyclePolicy, lifecyclePolicySchema } from "./policy.js";
import { presentHeat } from "./presentHeat.js";
import type { UseLog } from "./useLog.js";

/** Cubes of one sweep step: one transaction of some ten milliseconds, so that others get their turn. */
const SWEPT_AT_ONCE = 200;

/** A sweep rests so many times as long as it has worked. */
const SWEEP_PAUSES = 4;

const VERDICTS = { useful: "confirmed", wrong: "wrong", outdated: "outdated" } as const;

/** What the life of cubes needs of the rest of the system. */
export interface LifecycleHost {
  /** Throws when the store is closed or may only be read. */
  writable(): void;
  /** An instant that is never before the last one. */
  now(): string;
  committed(changes: readonly CommittedChange[]): Promise<void>;
  /** A cube made by the system, ready to be written. */
  prepare(cube: MemCube, signal: AbortSignal | undefined, warnings: Warning[]): Promise<PreparedCube>;
  /** Derives what is missing in the graph; resolves when it is there. */
  derive(): Promise<void>;
  receipt(
    operation: WriteReceipt["operation"],
    written: readonly CommittedCube[],
    details: { replayed: boolean; warnings: Warning[]; started: number },
  ): WriteReceipt;
}

/**
 * How cubes live: the states of `memcube/lifecycle.ts`, the heat of `heat.ts` and the retention of `policy.ts`.
 * Every step is a version with its actor and its cause, and each that takes a cube out of sight has an undo.
 */
export class Lifecycle {
  readonly #store: Store;
  readonly #revising: Revising;
  readonly #uses: UseLog;
  readonly #host: LifecycleHost;

  constructor(store: Store, revising: Revising, uses: UseLog, host: LifecycleHost) {
    this.#store = store;
    this.#revising = revising;
    this.#uses = uses;
    this.#host = host;
  }

  /** What a cube says cannot change any more; it is recalled as before. */
  freeze(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    return this.#step("freeze", id, scope, options);
  }

  /** Ends a freeze. */
  thaw(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    return this.#step("thaw", id, scope, options);
  }

  /** Puts a cube aside: it is found when archived memories are asked for, and active again once it is used. */
  archive(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    return this.#step("archive", id, scope, options);
  }

  /** Takes a cube out of the archive. */
  activate(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    return this.#step("activate", id, scope, options);
  }

  /** Lets a cube that was held back for review into memory; `forget` turns it away. */
  approve(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    return this.#step("approve", id, scope, options);
  }

  /** Undoes `forget`: the cube is back as it was, with its history. */
  async recover(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    const receipt = await this.#step("recover", id, scope, options);
    await this.#host.derive();
    return receipt;
  }

  /**
   * Forgets: see `MemOS.forget`.
   *
   * @throws MemosError NOT_FOUND, or CONFLICT when the cube is read-only or under legal hold.
   */
  forget(
    id: string,
    scope: Scope,
    options: StateOptions = {},
    authorized?: Authorized,
  ): Promise<WriteReceipt> {
    return this.#step("forget", id, scope, options, authorized);
  }

  async #step(
    operation: StateChange,
    id: string,
    scope: Scope,
    options: StateOptions,
    authorized?: Authorized,
  ): Promise<WriteReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const { ifVersion, actor, cause, idempotencyKey, signal } = parse(stateOptionsSchema, options);
    throwIfAborted(signal);
    const once = onceOf(owner.tenant, idempotencyKey, { operation, id, owner, ifVersion, actor, cause });
    const { committed, changes, replayed } = await this.#store.ledger.transition(
      [
        {
          ...this.#transition(operation, [parse(cubeIdSchema, id)], owner, actor, cause),
          ifVersion,
          authorized,
        },
      ],
      once,
    );
    await this.#host.committed(changes);
    return this.#host.receipt(operation, committed, { replayed, warnings: [], started });
  }

  #transition(
    operation: StateChange,
    ids: readonly CubeId[],
    scope: Scope,
    actor: string | undefined,
    cause: string | undefined,
  ): Transition {
    return {
      scope,
      ids,
      operation,
      actor: actor ?? scope.user ?? scope.agent ?? "memos",
      cause: cause ?? "",
      recordedAt: Date.parse(this.#host.now()),
    };
  }

  /**
   * Changes who may see a cube and how long it is kept; also of cubes that are read-only or frozen. An expired
   * cube whose end is moved into the future, or taken away, is back.
   *
   * @throws MemosError NOT_FOUND, CONFLICT, or INVALID_INPUT when `expiresAt` has passed already. A policy that
   * would end the cube again at once is a CONFLICT.
   */
  async govern(
    id: string,
    patch: GovernancePatch,
    scope: Scope,
    options: StateOptions = {},
  ): Promise<WriteReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const { ifVersion, actor, cause, idempotencyKey, signal } = parse(stateOptionsSchema, options);
    const { expiresAt, ...given } = parse(governancePatchSchema, patch);
    const cubeId = parse(cubeIdSchema, id);
    const asked = { operation: "govern", id, owner, expiresAt, given, ifVersion, actor, cause };
    const once = onceOf(owner.tenant, idempotencyKey, asked);
    const first = await this.#first(once);
    if (first !== undefined)
      return this.#host.receipt("govern", first, { replayed: true, warnings: [], started });
    refusePast(expiresAt ?? undefined, this.#host.now());
    const { state } = await this.#store.ledger.get(cubeId, owner, undefined);
    const renews = state === "expired" && expiresAt !== undefined;
    const policy = await this.#store.ledger.lifecyclePolicy(owner.tenant);
    const { committed, replayed, warnings } = await this.#revising.revise(
      cubeId,
      owner,
      { operation: renews ? "renew" : "govern", ifVersion, actor, cause, signal, once },
      (cube) => {
        const { expiresAt: before, ...kept } = cube.governance;
        const end = expiresAt === undefined ? before : (expiresAt ?? undefined);
        const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const governance = { ...kept, ...changed, ...(end === undefined ? {} : { expiresAt: end }) };
        if (renews) refuseEnded(cube, governance, policy, this.#host.now());
        return { ...cube, governance };
      },
    );
    return this.#host.receipt(renews ? "renew" : "govern", [committed], {
      replayed,
      warnings,
      started,
    });
  }

  /**
   * Makes one memory of several of one owner. The parents are not recalled any more and stay as they are; the new
   * cube names them as its sources, so that `unmerge` brings them back exactly.
   *
   * @throws MemosError NOT_FOUND, INVALID_INPUT for cubes of different owners or without text, CONFLICT for a cube
   * together with one that was derived from it, INVALID_TRANSITION.
   */
  async merge(ids: readonly string[], scope: Scope, options: MergeOptions = {}): Promise<WriteReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const { actor, cause, idempotencyKey, signal, ...said } = parse(mergeOptionsSchema, options);
    const { ledger } = this.#store;
    const parentIds = [...new Set(parse(mergedIdsSchema, ids))];
    const asked = { operation: "merge", parentIds, owner, said, actor, cause };
    const once = onceOf(owner.tenant, idempotencyKey, asked);
    const first = await this.#first(once);
    if (first !== undefined)
      return this.#host.receipt("merge", first, { replayed: true, warnings: [], started });
    const parents = await Promise.all(parentIds.map((id) => ledger.get(id, owner, undefined)));
    for (const id of parentIds) {
      const derived = await ledger.derivedFrom(owner.tenant, [id]);
      const circle = derived.find((other) => other.id !== id && parentIds.includes(other.id));
      if (circle !== undefined)
        throw new MemosError(
          "CONFLICT",
          `Cube ${circle.id} was made from cube ${id}: they cannot be merged.`,
        );
    }
    const merged = mergedMemory(parents, said, actor ?? "memos", this.#host.now());
    const warnings: Warning[] = [];
    const prepared = await this.#host.prepare(merged, signal, warnings);
    throwIfAborted(signal);
    const { written, changes, replayed } = await ledger.add({
      cubes: [prepared],
      embedder: this.#store.embedder,
      ...(once === undefined ? {} : { idempotency: once }),
      transition: this.#transition("merge", parentIds, owner, actor, mergeCause(merged.id, cause)),
    });
    await this.#host.committed(changes);
    return this.#host.receipt("merge", written, { replayed, warnings, started });
  }

  /**
   * Undoes a merge: the parents are back as they were, the merged cube is forgotten. A parent that was forgotten
   * since stays so.
   *
   * @throws MemosError NOT_FOUND, INVALID_TRANSITION when the cube was not made by a merge.
   */
  async unmerge(id: string, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const { ifVersion, actor, cause, idempotencyKey } = parse(stateOptionsSchema, options);
    const { ledger } = this.#store;
    const asked = { operation: "unmerge", id, owner, ifVersion, actor, cause };
    const once = onceOf(owner.tenant, idempotencyKey, asked);
    const receipt = (committed: readonly CommittedCube[], replayed: boolean) =>
      this.#host.receipt("unmerge", committed.slice(0, -1), { replayed, warnings: [], started });
    const first = await this.#first(once);
    if (first !== undefined) return receipt(first, true);
    const merged = await ledger.get(parse(cubeIdSchema, id), owner, undefined);
    if (ifVersion !== undefined && ifVersion !== merged.version)
      throw new MemosError("CONFLICT", `Cube ${merged.id} is at version ${merged.version}.`, {
        path: "ifVersion",
      });
    const sources = await Promise.all(
      merged.provenance.sources.map(({ cube }) => ledger.chain(cube, owner, false).catch(absent)),
    );
    // A cube may name sources without being their merge, and they may have gone into another one since.
    const parents = sources.flatMap((source) => {
      const merging = source?.versions.findLast(({ operation }) => operation === "merge");
      const here = source?.cube.state === "merged" && merging?.cause.startsWith(mergeCause(merged.id));
      return here === true ? [source.cube.id] : [];
    });
    if (parents.length === 0)
      throw new MemosError("INVALID_TRANSITION", `Cube ${merged.id} was not made by a merge.`);
    const why = cause ?? `unmerged from ${merged.id}`;
    const { committed, changes, replayed } = await ledger.transition(
      [
        this.#transition("unmerge", parents, owner, actor, why),
        { ...this.#transition("forget", [merged.id], owner, actor, cause ?? "unmerged"), ifVersion },
      ],
      once,
    );
    await this.#host.committed(changes);
    return receipt(committed, replayed);
  }

  /** What a write with this key has written before. */
  async #first(once: Once | undefined): Promise<readonly CommittedCube[] | undefined> {
    return once === undefined ? undefined : ((await this.#store.ledger.writtenOnce(once)) ?? undefined);
  }

  /**
   * Says that memories were used in an answer. What `recall` put into a context is noted by itself; a citation
   * counts more. Written a moment later.
   */
  async cited(ids: readonly string[], scope: Scope): Promise<void> {
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    this.#uses.note(owner, parse(idsSchema, ids), "cited", Date.parse(this.#host.now()));
  }

  /** What a reader says of a memory: it moves its heat and its rank, within bounds. Durable when this resolves. */
  async feedback(
    id: string,
    verdict: FeedbackVerdict,
    scope: Scope,
    options: FeedbackOptions = {},
  ): Promise<FeedbackReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const kind = VERDICTS[parse(verdictSchema, verdict)];
    const { ledger } = this.#store;
    const { id: cubeId } = await ledger.get(parse(cubeIdSchema, id), owner, undefined);
    const at = Date.parse(this.#host.now());
    const { idempotencyKey } = parse(feedbackOptionsSchema, options);
    const once = onceOf(owner.tenant, idempotencyKey, { operation: "feedback", id, owner, kind });
    const { changes } = await ledger.recordUses([{ scope: owner, id: cubeId, kind, at }], once);
    await this.#host.committed(changes);
    const cube = presentHeat(await ledger.get(cubeId, owner, undefined), at);
    return { cube, milliseconds: performance.now() - started };
  }

  /** How long a tenant keeps what, and whether it archives what has gone cold. */
  policy(scope: Scope): Promise<LifecyclePolicy> {
    return this.#store.ledger.lifecyclePolicy(parse(scopeSchema, scope).tenant);
  }

  /** Replaces the policy of a tenant. It holds for what is stored already, too. */
  async setPolicy(policy: Partial<LifecyclePolicy>, scope: Scope): Promise<LifecyclePolicy> {
    this.#host.writable();
    const { tenant } = parse(scopeSchema, scope);
    const wanted = parse(lifecyclePolicySchema, policy);
    const moved = await this.#store.ledger.setLifecyclePolicy(tenant, wanted);
    if (moved > 0) this.#store.flusher.added(tenant, moved);
    return wanted;
  }

  /**
   * Records what time has done: expires what is due and archives what has gone cold, a few cubes at a time. What
   * is due is never found, swept or not; the sweep only writes it down.
   */
  async sweep(signal?: AbortSignal): Promise<{ expired: number; archived: number }> {
    this.#host.writable();
    const { ledger } = this.#store;
    const run = async (step: (now: number, limit: number) => ReturnType<typeof ledger.expireDue>) => {
      for (let done = 0; ; ) {
        throwIfAborted(signal);
        const started = performance.now();
        const { committed, changes } = await step(Date.parse(this.#host.now()), SWEPT_AT_ONCE);
        await this.#host.committed(changes);
        done += committed.length;
        if (committed.length < SWEPT_AT_ONCE) return done;
        // Nobody waits for a sweep, and others want to read meanwhile.
        await setTimeout((performance.now() - started) * SWEEP_PAUSES, undefined, { signal });
      }
    };
    return {
      expired: await run((now, limit) => ledger.expireDue(now, limit)),
      archived: await run((now, limit) => ledger.archiveCold(now, limit)),
    };
  }
}

/** Says which cube a merge made, and why: by these words the merge is known again. */
export function mergeCause(id: CubeId, cause?: string): string {
  const made = `merged into ${id}`;
  return cause === undefined ? made : `${made}: ${cause}`.slice(0, LIMITS.causeCharacters).toWellFormed();
}

function absent(error: unknown): undefined {
  if (!isMemosError(error, "NOT_FOUND")) throw error;
}

/** A cube that the policy ends at once is not renewed. */
function refuseEnded(cube: MemCube, governance: Governance, policy: LifecyclePolicy, now: string): void {
  const { type, provenance, time } = cube;
  const recordedAt = Date.parse(time.recordedAt);
  const end = expiryOf(policy, { type, origin: provenance.origin, recordedAt, governance });
  if (end !== null && end <= Date.parse(now))
    throw new MemosError(
      "CONFLICT",
      `The retention policy has ended cube ${cube.id}: retention \`keep\` exempts it.`,
      { path: "expiresAt" },
    );
}

/** @throws MemosError INVALID_INPUT for an end of life that is over. */
export function refusePast(expiresAt: string | undefined, now: string, path = "expiresAt"): void {
  if (expiresAt !== undefined && expiresAt <= now)
    throw new MemosError("INVALID_INPUT", "`expiresAt` has passed already.", { path });
}
