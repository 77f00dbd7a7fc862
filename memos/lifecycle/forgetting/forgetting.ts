import type * as z from "zod";
import {
  type CubeId,
  contentHash,
  isMemosError,
  LIMITS,
  MemosError,
  newCubeId,
  type Scope,
  scopeSchema,
  textOf,
} from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { SearchResult } from "../../operations.js";
import { parse } from "../../parse.js";
import type { BucketObjects } from "../../store/objects/bucketObjects.js";
import type { ForgettableCube, PurgedCube } from "../../store/purgeLedger.js";
import type { Store } from "../../store/store.js";
import type { LifecycleHost } from "../lifecycle.js";
import { filesBelow, objectsIn, type Source, scanBytes } from "./byteScan.js";
import { fingerprintsOf, newSalt } from "./fingerprints.js";
import {
  FORGOTTEN_AT_ONCE,
  type ForgetPreview,
  type ForgetReceipt,
  type ForgetSelectionOptions,
  type ForgetSelector,
  type ForgetVerification,
  forgetSelectionOptionsSchema,
  forgetSelectorSchema,
  PREVIEWED,
  purgeReceiptSchema,
} from "./operations.js";

/** Cubes of one transaction. */
const BATCH = 500;

/** Results of a query that are forgotten unless said otherwise. */
const QUERY_RESULTS = 10;

/** Characters of a text that a preview shows. */
const SHOWN_CHARACTERS = 120;

/** How often emptying the log is tried while a reader stands in the way, and how long in between. */
const LOG_ATTEMPTS = 20;
const LOG_PAUSE_MS = 50;

const DAY = 86_400_000;

type Finished = Pick<ForgetReceipt["steps"], "index" | "log">;
const DONE: Finished = { index: "done", log: "done" };

/** What a receipt cannot prove. */
const ON_SERVER = {
  code: "LEDGER_ON_SERVER",
  message:
    "The rows are gone from Postgres. Its pages, its write-ahead log, its archive and its backups hold them until they are overwritten: that is the server's, and was not looked at.",
};

export interface ForgettingHost extends LifecycleHost {
  search(query: string, scope: Scope, k: number): Promise<SearchResult>;
  /** Takes purged content out of compiled states, on disk and in memory. */
  purged(): Promise<void>;
  /** Makes the index of a tenant anew, from what is left. */
  rebuildIndex(tenant: string): Promise<void>;
}

/**
 * Forgetting that can be proven. A tombstone hides; a purge takes the content out of the ledger first, so that
 * nothing can bring it back, and then out of everything that was made from it: the index, files, the log. What is
 * not done when the process ends is done by the next one.
 */
export class Forgetting {
  readonly #store: Store;
  readonly #host: ForgettingHost;

  constructor(store: Store, host: ForgettingHost) {
    this.#store = store;
    this.#host = host;
  }

  /** What would be forgotten, without forgetting it. */
  async preview(selector: ForgetSelector, scope: Scope): Promise<ForgetPreview> {
    const owner = parse(scopeSchema, scope);
    const { cubes, more } = await this.#select(parse(forgetSelectorSchema, selector), owner);
    const free = cubes.filter(({ held }) => held === null);
    const ids = free.map(({ id }) => id);
    const { ledger } = this.#store;
    const derived = await ledger.derivedFrom(owner.tenant, ids);
    const shown = free.filter(({ state }) => state !== "forgotten").slice(0, PREVIEWED);
    const sample = await Promise.all(
      shown.map(async ({ id }) => ({
        id,
        text: (textOf(await ledger.get(id, owner, undefined)) ?? "")
          .slice(0, SHOWN_CHARACTERS)
          .toWellFormed(),
      })),
    );
    return {
      count: free.length,
      derived: derived.length - free.length,
      held: heldOf(cubes),
      sample,
      more,
      token: tokenOf(cubes),
    };
  }

  /**
   * Forgets what a selector names in a scope: at most `FORGOTTEN_AT_ONCE` cubes, the oldest first. Read-only cubes
   * and those under legal hold are left, and named.
   *
   * @throws MemosError INVALID_INPUT, or CONFLICT when something has changed since the preview of `token`.
   */
  async forget(
    selector: ForgetSelector,
    scope: Scope,
    options: ForgetSelectionOptions = {},
  ): Promise<ForgetReceipt> {
    const started = performance.now();
    this.#host.writable();
    const owner = parse(scopeSchema, scope);
    const wanted = parse(forgetSelectorSchema, selector);
    const { mode, token, actor, cause, signal } = parse(forgetSelectionOptionsSchema, options);
    if (wanted.query !== undefined && token === undefined)
      throw new MemosError("INVALID_INPUT", "What a query finds is forgotten only after a preview of it.", {
        path: "token",
      });
    throwIfAborted(signal);
    // Tombstones would stand in the way of what is alive; a preview shows them, as a purge takes them too.
    const alive = mode === "tombstone" && token === undefined;
    const { cubes, more } = await this.#select(wanted, owner, alive);
    if (token !== undefined && token !== tokenOf(cubes))
      throw new MemosError("CONFLICT", "What is to be forgotten is not what the preview showed any more.");
    const id = newCubeId();
    const at = this.#host.now();
    const ids = cubes.flatMap((cube) => (cube.held === null ? [cube.id] : []));
    const base = { id, operation: "forget" as const, mode, scope: owner, recordedAt: at, more };
    const skipped = heldOf(cubes);
    const milliseconds = () => performance.now() - started;
    if (mode === "purge") {
      const purged = await this.#purge(id, ids, owner, Date.parse(at), signal);
      const warnings = this.#store.onServer ? [ON_SERVER] : [];
      return { ...base, ...purged, skipped, milliseconds: milliseconds(), warnings };
    }
    const standing = cubes
      .filter(({ held, state }) => held === null && state !== "forgotten")
      .map((cube) => cube.id);
    const forgotten: ForgetReceipt["forgotten"] = [];
    for (let first = 0; first < standing.length; first += BATCH) {
      throwIfAborted(signal);
      const { committed, changes } = await this.#store.ledger.transition([
        {
          scope: owner,
          ids: standing.slice(first, first + BATCH),
          operation: "forget",
          actor: actor ?? owner.user ?? owner.agent ?? "memos",
          cause: cause ?? "",
          recordedAt: Date.parse(at),
        },
      ]);
      await this.#host.committed(changes);
      for (const { id: cube, version } of committed)
        forgotten.push({ id: cube, versions: version, hash: "", derived: false });
    }
    return {
      ...base,
      forgotten,
      skipped,
      steps: { ledger: "done", blobs: "done", ...DONE },
      fingerprints: { salt: "", windows: [], tooShort: [] },
      milliseconds: milliseconds(),
      warnings: [],
    };
  }

  async #select(
    { query, k, all: _, from, to, ...others }: z.output<typeof forgetSelectorSchema>,
    scope: Scope,
    alive = false,
  ): Promise<{ cubes: ForgettableCube[]; more: boolean }> {
    let { ids } = others;
    if (query !== undefined) {
      const { hits } = await this.#host.search(query, scope, k ?? QUERY_RESULTS);
      const found = hits.flatMap(({ cube, duplicates }) => [cube.id, ...duplicates]);
      ids = ids === undefined ? found : ids.filter((id) => found.includes(id));
    }
    const cubes = await this.#store.ledger.forgettable(
      {
        ...others,
        scope,
        ids,
        alive,
        recordedFrom: from === undefined ? undefined : Date.parse(from),
        recordedTo: to === undefined ? undefined : Date.parse(to),
      },
      FORGOTTEN_AT_ONCE + 1,
    );
    return { cubes: cubes.slice(0, FORGOTTEN_AT_ONCE), more: cubes.length > FORGOTTEN_AT_ONCE };
  }

  async #purge(
    id: string,
    ids: readonly CubeId[],
    scope: Scope,
    at: number,
    signal: AbortSignal | undefined,
  ) {
    const { ledger, blobs } = this.#store;
    const gone: PurgedCube[] = [];
    const files: string[] = [];
    for (let first = 0; first < ids.length; first += BATCH) {
      throwIfAborted(signal);
      const step = { id: `${id} ${first}`, scope, ids: ids.slice(first, first + BATCH), at };
      const { cubes, changes, blobs: unused } = await ledger.purge(step);
      await this.#host.committed(changes);
      gone.push(...cubes);
      files.push(...unused);
    }
    await blobs.remove(files);
    await this.#host.purged();
    await this.#host.derive();
    const pending = (await ledger.pendingPurges()).filter((purge) => purge.id.startsWith(id));
    const finished = gone.length === 0 ? DONE : await this.#finish(pending);
    const salt = newSalt();
    const windows = gone.flatMap((cube) =>
      cube.texts.flatMap((text) => fingerprintsOf(text, salt).map((print) => ({ cube: cube.id, ...print }))),
    );
    const covered = new Set(windows.map(({ cube }) => cube));
    return {
      forgotten: gone.map(({ id: cube, versions, hash, derived }) => ({ id: cube, versions, hash, derived })),
      steps: {
        ledger: "done" as const,
        blobs: "done" as const,
        ...finished,
      },
      fingerprints: {
        salt,
        windows,
        tooShort: gone.map((cube) => cube.id).filter((cube) => !covered.has(cube)),
      },
    };
  }

  /** Takes what is left of purged content out of the index and out of the log. */
  async #finish(purges: readonly { id: string; tenant: string }[]): Promise<Finished> {
    const { ledger } = this.#store;
    try {
      for (const tenant of new Set(purges.map((purge) => purge.tenant)))
        await this.#host.rebuildIndex(tenant);
    } catch (error) {
      // Another process is at the index: what is left is done later.
      if (isMemosError(error, "STORE_BUSY")) return { index: "pending", log: "pending" };
      throw error;
    }
    for (let attempt = 1; !(await ledger.checkpoint()); attempt++) {
      if (attempt === LOG_ATTEMPTS) return { index: "done", log: "pending" };
      await new Promise((resolve) => setTimeout(resolve, LOG_PAUSE_MS));
    }
    for (const { id } of purges) await ledger.purgeDone(id);
    return DONE;
  }

  /** Does what an earlier process has left undone, and purges tombstones that can no longer be undone. */
  async catchUp(signal?: AbortSignal): Promise<{ purged: number }> {
    const { ledger } = this.#store;
    const before = Date.parse(this.#host.now()) - LIMITS.undoDays * DAY;
    let purged = 0;
    for (;;) {
      throwIfAborted(signal);
      const due = await ledger.pastUndo(before, BATCH);
      const [first] = due;
      if (first === undefined) break;
      const ids = due.filter(({ tenant }) => tenant === first.tenant).map(({ id }) => id);
      const purge = {
        id: newCubeId(),
        scope: { tenant: first.tenant },
        ids,
        at: Date.parse(this.#host.now()),
      };
      const { cubes, changes } = await ledger.purge(purge);
      await this.#host.committed(changes);
      purged += cubes.length;
    }
    const pending = await ledger.pendingPurges();
    if (purged > 0 || pending.length > 0) await this.#host.purged();
    if (pending.length > 0) await this.#finish(pending);
    return { purged };
  }

  /**
   * Reads every byte of the store, also in its bucket, and looks for what a purge was to remove; asks the ledger and the index as well.
   * What the same words say in a memory that is left is no finding. Files outside the store (exports, backups)
   * are not looked at.
   */
  async verify(
    receipt: ForgetReceipt,
    scope: Scope,
    options: { signal?: AbortSignal } = {},
  ): Promise<ForgetVerification> {
    const started = performance.now();
    const { tenant } = parse(scopeSchema, scope);
    const { mode, forgotten, fingerprints, scope: purged } = parse(purgeReceiptSchema, receipt);
    if (purged.tenant !== tenant)
      throw new MemosError("INVALID_INPUT", "The receipt is of another tenant.", { path: "receipt.scope" });
    if (mode !== "purge")
      throw new MemosError("INVALID_INPUT", "Only a purge removes content: a tombstone keeps it.", {
        path: "mode",
      });
    const { ledger, path, bucket } = this.#store;
    const ids = forgotten.map(({ id }) => id);
    const { windows, salt, tooShort } = fingerprints;
    const scan = await scanBytes(everySource(path, bucket), windows, salt, options.signal);
    const cubeOf = new Map(windows.map(({ proof, cube }) => [proof, cube]));
    const left = new Map<string, boolean>();
    const found: ForgetVerification["found"] = [];
    let saidElsewhere = 0;
    for (const { file, offset, proof, bytes } of scan.sightings) {
      let said = left.get(proof);
      if (said === undefined) {
        said = await ledger.says(bytes.toString());
        left.set(proof, said);
      }
      if (said) saidElsewhere++;
      else found.push({ cube: cubeOf.get(proof) as string, file, offset });
    }
    const remains = await ledger.remains(ids);
    const pending = (await ledger.pendingPurges()).some((purge) => purge.tenant === tenant);
    return {
      clean: found.length === 0 && remains.length === 0 && !pending,
      files: scan.files,
      bytes: scan.bytes,
      windows: windows.length,
      found,
      remains,
      saidElsewhere,
      tooShort,
      pending,
      milliseconds: performance.now() - started,
    };
  }
}

function heldOf(cubes: readonly ForgettableCube[]): { id: CubeId; reason: string }[] {
  return cubes.flatMap(({ id, held }) => (held === null ? [] : [{ id, reason: `It ${held}.` }]));
}

function tokenOf(cubes: readonly ForgettableCube[]): string {
  return contentHash(cubes.map(({ id, version }) => `${id} ${version}`));
}

/** Everything that a store has written: below its folder, and in its bucket. */
async function* everySource(path: string, bucket: BucketObjects | undefined): AsyncGenerator<Source> {
  yield* filesBelow(path);
  if (bucket !== undefined) yield* objectsIn(bucket);
}
