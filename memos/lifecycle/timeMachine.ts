import type * as z from "zod";
import {
  type CubeId,
  type CubeState,
  contentHash,
  cubeIdSchema,
  isMemosError,
  type MemCube,
  MemosError,
  RECALLED_STATES,
  type Scope,
  scopeSchema,
  type Version,
} from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { onceOf } from "../once.js";
import type { WriteReceipt } from "../operations.js";
import { parse } from "../parse.js";
import type { Revising } from "../revising.js";
import { wentBack } from "../revision.js";
import type { CommittedCube } from "../store/ledger.js";
import type { Store } from "../store/store.js";
import type { LifecycleHost } from "./lifecycle.js";
import {
  type Difference,
  type DiffOptions,
  type DiffResult,
  diffOptionsSchema,
  type NamedTime,
  type Point,
  pointSchema,
  type RollbackReceipt,
  type StateOptions,
  snapshotSchema,
  stateOptionsSchema,
} from "./operations.js";

/** Cubes that a rollback of a scope looks at in one step. */
const PAGE = 200;

/** Snapshots of one tenant at most. */
export const SNAPSHOTS = 10_000;

/**
 * Memory at other times (the Time Machine of MemOS, arXiv 2507.03724). Reading as of a time is an option of every
 * read (`asOf`); here are differences between two times, going back as new versions, and names for times. What was
 * forgotten is in no past; heat and feedback are not kept for every time.
 */
export class TimeMachine {
  readonly #store: Store;
  readonly #revising: Revising;
  readonly #host: LifecycleHost;

  constructor(store: Store, revising: Revising, host: LifecycleHost) {
    this.#store = store;
    this.#revising = revising;
    this.#host = host;
  }

  /** Gives a point in time a name, now unless said otherwise. @throws MemosError CONFLICT for a name that is taken. */
  async snapshot(name: string, scope: Scope, at?: string | Date): Promise<NamedTime> {
    this.#host.writable();
    const { tenant } = parse(scopeSchema, scope);
    const now = this.#host.now();
    const point = at === undefined ? now : parse(pointSchema, at);
    if (typeof point !== "string" || point > now)
      throw new MemosError("INVALID_INPUT", "A snapshot is of a time that has been.", { path: "at" });
    const named = parse(snapshotSchema, { name, at: point });
    if ((await this.#store.ledger.snapshots(tenant)).length >= SNAPSHOTS)
      throw new MemosError("TOO_LARGE", `A tenant has at most ${SNAPSHOTS} snapshots.`);
    await this.#store.ledger.saveSnapshot(tenant, { name: named.name, at: Date.parse(point) });
    return named;
  }

  /** The names of a tenant, the earliest time first. */
  async snapshots(scope: Scope): Promise<NamedTime[]> {
    const { tenant } = parse(scopeSchema, scope);
    const all = await this.#store.ledger.snapshots(tenant);
    return all.map(({ name, at }) => ({ name, at: new Date(at).toISOString() }));
  }

  /** Takes a name away; nothing else. @throws MemosError NOT_FOUND. */
  async dropSnapshot(name: string, scope: Scope): Promise<void> {
    this.#host.writable();
    await this.#store.ledger.dropSnapshot(parse(scopeSchema, scope).tenant, name);
  }

  /** The instant that a point means. @throws MemosError NOT_FOUND for a snapshot that is not there. */
  async instant(point: Point, scope: Scope): Promise<string> {
    const { tenant } = parse(scopeSchema, scope);
    return this.#instant(parse(pointSchema, point), tenant);
  }

  async #instant(point: z.output<typeof pointSchema>, tenant: string): Promise<string> {
    if (typeof point === "string") return point;
    const named = (await this.#store.ledger.snapshots(tenant)).find(({ name }) => name === point.snapshot);
    if (named === undefined) throw new MemosError("NOT_FOUND", `There is no snapshot \`${point.snapshot}\`.`);
    return new Date(named.at).toISOString();
  }

  /** What is different in a scope between two times, a page at a time, in the order the cubes were recorded. */
  async diff(from: Point, to: Point, scope: Scope, options: DiffOptions = {}): Promise<DiffResult> {
    const owner = parse(scopeSchema, scope);
    const { limit, cursor, signal } = parse(diffOptionsSchema, options);
    throwIfAborted(signal);
    const start = Date.parse(await this.instant(from, owner));
    const end = Date.parse(await this.instant(to, owner));
    if (start > end)
      throw new MemosError("INVALID_INPUT", "The first time is after the second.", { path: "from" });
    const { ledger } = this.#store;
    const after = cursor === undefined ? 0 : Number.parseInt(cursor, 36);
    if (!Number.isSafeInteger(after))
      throw new MemosError("INVALID_INPUT", "This cursor is not from a diff.", { path: "cursor" });
    const rows = await ledger.differences(owner, start, end, after, limit + 1);
    const page = rows.slice(0, limit);
    const keys = page.map(({ key }) => key);
    const [before, now] = await Promise.all([
      ledger.byKeys(keys, owner, start),
      ledger.byKeys(keys, owner, end),
    ]);
    const then = new Map(before.map(({ key, cube }) => [key, cube]));
    const last = page.at(-1);
    return {
      differences: now.map(({ key, cube }) => difference(then.get(key), cube)),
      ...(rows.length > limit && last !== undefined ? { cursor: last.key.toString(36) } : {}),
    };
  }

  /**
   * Takes one cube back to what it was at a time, as a new version.
   *
   * @throws MemosError INVALID_INPUT when it was not recorded yet, INVALID_TRANSITION when it is frozen, NOT_FOUND.
   */
  async rollback(id: string, to: Point, scope: Scope, options: StateOptions = {}): Promise<WriteReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const at = await this.instant(to, owner);
    const cubeId = parse(cubeIdSchema, id);
    const { committed, replayed, warnings } = await this.#goBack(cubeId, at, owner, options);
    return this.#host.receipt("rollback", committed === undefined ? [] : [committed], {
      replayed,
      warnings,
      started,
    });
  }

  async #goBack(id: CubeId, at: string, scope: Scope, options: StateOptions) {
    const { ifVersion, actor, cause, idempotencyKey, signal } = parse(stateOptionsSchema, options);
    const asked = { operation: "rollback", id, at, scope, ifVersion, actor, cause };
    const once = onceOf(scope.tenant, idempotencyKey, asked);
    const [first] = (once && (await this.#store.ledger.writtenOnce(once))) ?? [];
    if (first !== undefined) return { committed: first, replayed: true, warnings: [] };
    const { versions } = await this.#store.ledger.chain(id, scope, false);
    const then = versionAt(versions, at);
    if (then === undefined)
      throw new MemosError("INVALID_INPUT", `Cube ${id} was recorded after ${at}.`, { path: "to" });
    const now = versions.at(-1) as Version;
    if (contentHash(then.content) === contentHash(now.content))
      return { committed: undefined, replayed: false, warnings: [] };
    if (then.content.state === "forgotten")
      throw new MemosError("INVALID_TRANSITION", `Cube ${id} was forgotten at ${at}.`);
    // What it was merged into may be gone: it would be in no memory at all.
    if (then.content.state === "merged" && now.content.state !== "merged")
      throw new MemosError("INVALID_TRANSITION", `Cube ${id} was merged at ${at}: merge it again.`);
    return this.#revising.revise(
      id,
      scope,
      {
        operation: "rollback",
        ifVersion,
        actor,
        cause: cause ?? `as it was at ${at}`,
        signal,
        once,
        before: then.content.state,
      },
      (cube) => wentBack(cube, then.content, this.#host.now()),
    );
  }

  /**
   * Takes a whole scope back to a time: what has changed is as it was, what was added since is archived. Cube by
   * cube, each as a new version: should it be cut short, the same call goes on. What cannot go back is left as it
   * is and named with the reason.
   */
  async rollbackScope(to: Point, scope: Scope, options: StateOptions = {}): Promise<RollbackReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const { actor, cause, signal } = parse(stateOptionsSchema, options);
    const at = await this.instant(to, owner);
    const { ledger } = this.#store;
    const written: CommittedCube[] = [];
    const skipped: RollbackReceipt["skipped"] = [];
    const warnings: RollbackReceipt["warnings"] = [];
    const until = Date.parse(this.#host.now());
    for (let after = 0; ; ) {
      throwIfAborted(signal);
      const page = await ledger.differences(owner, Date.parse(at), until, after, PAGE);
      for (const { id, before } of page) {
        throwIfAborted(signal);
        try {
          if (before === null) {
            const archived = await this.#putAside(id, owner, actor, cause ?? `added after ${at}`);
            if (archived !== undefined) written.push(archived);
            continue;
          }
          const gone = await this.#goBack(id, at, owner, { actor, cause, signal });
          if (gone.committed !== undefined) written.push(gone.committed);
          warnings.push(...gone.warnings);
        } catch (error) {
          if (!isMemosError(error) || error.code === "ABORTED") throw error;
          skipped.push({ id, reason: error.message });
        }
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.key;
    }
    const {
      replayed: _,
      skipped: none,
      ...receipt
    } = this.#host.receipt("rollback", written, {
      replayed: false,
      warnings,
      started,
    });
    return { ...receipt, to: at, skipped };
  }

  async #putAside(id: CubeId, scope: Scope, actor: string | undefined, cause: string) {
    const { state } = await this.#store.ledger.get(id, scope, undefined);
    if (state !== "active") {
      if (state === "archived" || state === "merged" || state === "expired") return undefined;
      throw new MemosError("INVALID_TRANSITION", `Cube ${id} is ${state}: it is left as it is.`);
    }
    const { committed, changes } = await this.#store.ledger.transition([
      {
        scope,
        ids: [id],
        operation: "archive",
        actor: actor ?? scope.user ?? scope.agent ?? "memos",
        cause,
        recordedAt: Date.parse(this.#host.now()),
      },
    ]);
    await this.#host.committed(changes);
    return committed[0];
  }
}

/** The version that counted at a time. */
export function versionAt(versions: readonly Version[], at: string): Version | undefined {
  return versions.findLast(({ recordedAt }) => recordedAt <= at);
}

function difference(before: MemCube | undefined, after: MemCube): Difference {
  const recalled = (state: CubeState) => RECALLED_STATES.includes(state);
  if (before === undefined) return { id: after.id, change: "added", after };
  const change =
    recalled(before.state) === recalled(after.state)
      ? "changed"
      : recalled(after.state)
        ? "returned"
        : "removed";
  return { id: after.id, change, before, after };
}
