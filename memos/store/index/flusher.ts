import { randomUUID } from "node:crypto";
import { isMemosError, MemosError, titledText } from "../../../memcube/index.js";
import { termHash } from "../../retrieval/analysis.js";
import type { IndexedCube, Ledger, Partition } from "../ledger.js";
import { Backlog, FLUSH_ENTRIES_MOST, IDLE_MS } from "./backlog.js";
import { type BaseFolder, KEEP_VERSIONS_MS } from "./base.js";
import type { BaseWriter } from "./baseTable.js";
import { asBytes, type IndexRow, toIndexRow } from "./row.js";
import { mapInSlices } from "./slice.js";

/** Idle time after a flush at which old table versions are let go, beyond the time that they stay. */
const TIDY_AFTER_MS = 1_000;

/** Old versions stay for so long beyond what is needed, or for as many times the longest that a table took. */
const MERGING_MS = 30_000;
const MERGING_TIMES = 4;

/** Entries of one tenant at which writers wait for the flusher. */
const BACK_PRESSURE_ENTRIES = 1.5 * FLUSH_ENTRIES_MOST;

/** Entries put into the base by one ledger transaction. */
const BATCH = 4_096;

/** After a failure the index of a tenant is left alone for this long; searches read from the ledger meanwhile. */
const RETRY_MS = 30_000;

const LEASE = "index";
const LEASE_MS = 60_000;

/** Turns texts that have no vector of the current embedder into vectors, and keeps them in the ledger. */
export type Embed = (
  cubes: readonly { key: number; text: string }[],
) => Promise<ReadonlyMap<number, Float32Array>>;

export interface RebuildProgress {
  readonly tenant: string;
  readonly done: number;
  readonly total: number;
}

export interface RebuildRun {
  readonly total: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Takes nothing over from a rebuild that was interrupted: it may hold what is gone by now. */
  readonly fresh?: boolean;
}

/**
 * Moves outbox entries into the base, one process at a time (a lease in the ledger), in the background. Each
 * step is: bring the table back to the version that the ledger knows, change it, commit the new version
 * together with the outbox entries that it contains. A crash in between is undone by the first step.
 */
export class Flusher {
  readonly #ledger: Ledger;
  readonly #folder: BaseFolder;
  /** The embedder that new partitions are made for. */
  readonly #embedder: number;
  readonly #onError: (error: unknown) => void;
  readonly #holder = randomUUID();
  readonly #backlog = new Backlog();
  #queue: Promise<void> = Promise.resolve();
  #queued = new Set<string>();
  readonly #failedAt = new Map<string, number>();
  /** Tenants whose table still has old versions. */
  readonly #untidy = new Set<string>();
  /** Of partitions that this process has written, an instant before the version that the ledger knows was made. */
  readonly #begun = new Map<number, number>();
  /** Milliseconds that bringing a table up has taken at most. */
  #longest = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ledger: Ledger, folder: BaseFolder, embedder: number, onError: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#folder = folder;
    this.#embedder = embedder;
    this.#onError = onError;
  }

  /** Reads what an earlier process left behind. */
  async start(): Promise<void> {
    for (const { tenant, entries } of await this.#ledger.backlog()) this.added(tenant, entries);
  }

  /** Tells that entries of a tenant were committed. */
  added(tenant: string, entries: number): void {
    if (this.#closed || entries === 0) return;
    const due = this.#backlog.added(tenant, entries);
    if (due !== undefined) this.#enqueue(due);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#flushIdle(), IDLE_MS).unref();
  }

  #flushIdle(): void {
    for (const tenant of this.#backlog.idle()) this.#enqueue(tenant);
    const tidyMs = this.#folder.keepVersionsMs + TIDY_AFTER_MS;
    this.#idle = setTimeout(() => this.#run(() => this.#tidy()).catch(this.#onError), tidyMs).unref();
  }

  /**
   * Frees the space of old versions of every table now, as far as they have stayed long enough.
   *
   * @throws MemosError STORE_BUSY while another process is working on the index.
   */
  async tidy(): Promise<void> {
    for (const { tenant, state, baseVersion } of await this.#ledger.partitions())
      if (state === "live" && baseVersion > 0) this.#untidy.add(tenant);
    await this.#run(() => this.#tidy());
    if (this.#untidy.size > 0) throw busy();
  }

  /** Frees the space of old versions once nobody searches them any more. */
  async #tidy(): Promise<void> {
    if (this.#untidy.size === 0 || !(await this.#ledger.lease(LEASE, this.#holder, LEASE_MS))) return;
    try {
      for (const partition of await this.#ledger.partitions()) {
        if (!this.#untidy.has(partition.tenant) || partition.state !== "live" || this.#closed) continue;
        const { number, dimension, flushedThrough, cursor } = partition;
        let { baseVersion } = partition;
        // When a version was made that another process has written is not known here: the same rows get a new one.
        if (!this.#begun.has(number)) {
          const same = { removed: [], cubes: [], flushedThrough, cursor };
          ({ baseVersion } = await this.#write(partition, same, { optimize: false }));
        }
        const writer = await this.#folder.writable(number, baseVersion, dimension);
        // There is nothing to merge, and what this makes is not named by the ledger: it holds the same rows.
        await writer.optimize(this.#unread(number, KEEP_VERSIONS_MS));
        this.#untidy.delete(partition.tenant);
      }
    } finally {
      await this.#ledger.release(LEASE, this.#holder);
    }
  }

  #enqueue(tenant: string): void {
    if (this.#queued.has(tenant) || performance.now() < (this.#failedAt.get(tenant) ?? -RETRY_MS) + RETRY_MS)
      return;
    this.#queued.add(tenant);
    this.#run(async () => {
      this.#queued.delete(tenant);
      if (!this.#closed) await this.#flush(tenant);
    }).catch((error) => {
      this.#failedAt.set(tenant, performance.now());
      this.#onError(error);
    });
  }

  /** One piece of index work after the other. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Resolves at once, or when the backlog of a tenant is small enough to go on writing. */
  async room(tenant: string): Promise<void> {
    while (!this.#closed && this.#backlog.of(tenant) > BACK_PRESSURE_ENTRIES) {
      const before = this.#backlog.of(tenant);
      this.#enqueue(tenant);
      await this.settled();
      // Another process flushes, or the index is damaged: memory is bounded by the ledger, so go on.
      if (this.#backlog.of(tenant) === before) return;
    }
  }

  async settled(): Promise<void> {
    let queue: Promise<void>;
    do {
      queue = this.#queue;
      await queue;
    } while (queue !== this.#queue);
  }

  /** Puts everything that waits into the base now. */
  async flushAll(): Promise<void> {
    for (const { tenant } of await this.#ledger.backlog()) await this.#run(() => this.#flush(tenant));
  }

  async #flush(tenant: string): Promise<void> {
    if (!(await this.#ledger.lease(LEASE, this.#holder, LEASE_MS))) return;
    try {
      const partitions = await this.#ledger.partitions();
      let partition = partitions.find((row) => row.tenant === tenant && row.state === "live");
      partition ??= await this.#ledger.openPartition(tenant, this.#embedder, "live");
      for (let more = true; more && !this.#closed; ) {
        await this.#ledger.lease(LEASE, this.#holder, LEASE_MS);
        const { changes, through, read } = await this.#ledger.pending(
          tenant,
          partition.flushedThrough,
          BATCH,
        );
        if (read === 0) break;
        more = read === BATCH;
        partition = await this.#write(
          partition,
          {
            removed: changes.map((change) => change.key),
            cubes: changes.flatMap((change) => (change.cube === null ? [] : [change.cube])),
            flushedThrough: through,
            cursor: partition.cursor,
          },
          // Indexes are brought up once, at the end; a new table cannot be searched without them.
          { optimize: !more || partition.baseVersion === 0 },
        );
      }
      this.#backlog.flushed(tenant, partition.rows);
    } catch (error) {
      const failure = this.#folder.failure(error);
      // The lease was lost: another process does this, or the next flush.
      if (!isMemosError(failure, "CONFLICT")) throw failure;
    } finally {
      await this.#ledger.release(LEASE, this.#holder);
    }
  }

  async #write(
    partition: Partition,
    batch: {
      removed: readonly number[];
      cubes: readonly IndexedCube[];
      flushedThrough: number;
      cursor: number;
    },
    options: { optimize: boolean },
  ): Promise<Partition> {
    const started = Date.now();
    const writer = await this.#folder.writable(partition.number, partition.baseVersion, partition.dimension);
    const lexicon = new Map<number, number>();
    let terms = partition.terms;
    const count = (row: readonly string[], sign: 1 | -1) => {
      terms += sign * row.length;
      for (const term of new Set(row)) {
        const hash = termHash(term);
        lexicon.set(hash, (lexicon.get(hash) ?? 0) + sign);
      }
    };
    const gone = partition.baseVersion === 0 ? [] : await this.#removeFrom(writer, batch.removed);
    await mapInSlices(gone, (row) => count(row, -1));
    const rows: IndexRow[] = await mapInSlices(batch.cubes, (cube) => {
      const row = toIndexRow(cube, partition.embedder);
      count(row.terms, 1);
      return row;
    });
    await writer.append(rows);
    if (options.optimize) await this.#optimize(writer, partition.number);
    const next: Partition = {
      ...partition,
      baseVersion: await writer.version(),
      flushedThrough: batch.flushedThrough,
      cursor: batch.cursor,
      rows: partition.rows - gone.length + rows.length,
      terms,
    };
    const changed = [...lexicon].filter(([, delta]) => delta !== 0);
    await this.#ledger.flushed({
      partition: partition.number,
      replaces: partition.baseVersion,
      baseVersion: next.baseVersion,
      flushedThrough: next.flushedThrough,
      cursor: next.cursor,
      rows: next.rows,
      terms: next.terms,
      lexicon: {
        terms: Float64Array.from(changed, ([term]) => term),
        deltas: Int32Array.from(changed, ([, delta]) => delta),
      },
    });
    this.#begun.set(partition.number, started);
    if (options.optimize) this.#untidy.add(partition.tenant);
    return next;
  }

  /**
   * An instant before which no version of a partition's table is needed any more: neither the one that the ledger
   * knows, which is the truth until it names another, nor one that a search may still be reading. LanceDB counts
   * back from the moment at which it has merged files, so `merging` is how long that may take at most.
   */
  #unread(partition: number, merging: number): Date {
    const begun = this.#begun.get(partition);
    if (begun === undefined) return new Date(0);
    return new Date(Math.min(begun, Date.now() - this.#folder.keepVersionsMs) - merging);
  }

  async #optimize(writer: BaseWriter, partition: number): Promise<void> {
    const started = performance.now();
    await writer.optimize(this.#unread(partition, Math.max(MERGING_MS, MERGING_TIMES * this.#longest)));
    this.#longest = Math.max(this.#longest, performance.now() - started);
  }

  async #removeFrom(writer: BaseWriter, keys: readonly number[]): Promise<string[][]> {
    const gone: string[][] = [];
    for (let start = 0; start < keys.length; start += 1_000)
      gone.push(...(await writer.remove(keys.slice(start, start + 1_000))));
    return gone;
  }

  /**
   * Makes the partition of a tenant anew from the ledger, beside the one that is being searched, and then
   * takes its place. Goes on where an interrupted one stopped.
   */
  rebuild(tenant: string, embed: Embed, options: RebuildRun): Promise<number> {
    return this.#run(async () => {
      if (!(await this.#ledger.lease(LEASE, this.#holder, LEASE_MS))) throw busy();
      try {
        return await this.#build(tenant, embed, options);
      } finally {
        await this.#ledger.release(LEASE, this.#holder);
      }
    });
  }

  async #build(tenant: string, embed: Embed, options: RebuildRun): Promise<number> {
    const embedder = this.#embedder;
    let building = await this.#ledger.openPartition(tenant, embedder, "building");
    if (building.embedder !== embedder || options.fresh === true) {
      await this.#ledger.dropPartition(building.number);
      await this.#folder.drop(building.number);
      building = await this.#ledger.openPartition(tenant, embedder, "building");
    }
    for (let done = false; !done; ) {
      if (options.signal?.aborted === true || this.#closed)
        throw new MemosError("ABORTED", "The rebuild was stopped; it goes on from here next time.");
      await this.#ledger.lease(LEASE, this.#holder, LEASE_MS);
      const page = await this.#ledger.scan(tenant, building.cursor, BATCH);
      done = page.done;
      const cubes =
        building.dimension === 0 ? page.cubes : await this.#embedMissing(page.cubes, tenant, embedder, embed);
      building = await this.#write(
        building,
        { removed: [], cubes, flushedThrough: building.flushedThrough, cursor: page.cursor },
        { optimize: done },
      );
      options.onProgress?.({ tenant, done: building.rows, total: options.total });
    }
    const replaced = await this.#ledger.promote(building.number);
    if (replaced !== null) await this.#folder.drop(replaced);
    return building.rows;
  }

  async #embedMissing(
    cubes: readonly IndexedCube[],
    tenant: string,
    embedder: number,
    embed: Embed,
  ): Promise<IndexedCube[]> {
    const missing = cubes
      .filter((cube) => cube.text !== "" && cube.embedder !== embedder)
      .map(({ key, title, text }) => ({ key, text: titledText(title, text) }));
    if (missing.length === 0) return [...cubes];
    const made = await embed(missing);
    const rows = [...made].map(([key, vector]) => ({ key, vector: asBytes(vector) }));
    await this.#ledger.saveVectors(tenant, embedder, rows, false);
    const byKey = new Map(rows.map((row) => [row.key, row.vector]));
    return cubes.map((cube) => {
      const vector = byKey.get(cube.key);
      return vector === undefined ? cube : { ...cube, vector, embedder };
    });
  }

  /** Stops after the step in hand; what was not flushed is still in the outbox. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.settled();
  }
}

function busy(): MemosError {
  return new MemosError("STORE_BUSY", "Another process is working on the index; try again in a minute.");
}
