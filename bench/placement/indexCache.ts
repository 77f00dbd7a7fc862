import { LRUCache } from "lru-cache";
import { Backlog, IDLE_MS } from "../../memos/store/index/backlog.js";
import { OPEN_PARTITIONS } from "../../memos/store/index/searchIndex.js";
import { openMs, recallMs } from "./costs.js";

/** Where the partition of a tenant was when it was searched: in memory, on this machine, in object storage. */
export type IndexTier = "open" | "disk" | "object";

export interface IndexSettings {
  /** Bytes of a row in a table. */
  readonly bytesPerRow: number;
  /** Bytes of tables that this node keeps of what is in object storage. */
  readonly cacheBytes: number;
}

/**
 * The index of one node: which partitions are open, which tables are on its disk, and what waits to be put into them.
 * How many are open, and when they are flushed, is the product's (`OPEN_PARTITIONS`, `Backlog`).
 */
export class IndexCache {
  /** Flushes, and the rows that they put into tables. */
  flushes = 0;
  flushed = 0;
  readonly #settings: IndexSettings;
  readonly #rows: Map<number, number>;
  readonly #backlog = new Backlog();
  readonly #open = new LRUCache<number, true>({ max: OPEN_PARTITIONS });
  readonly #local: LRUCache<number, number>;
  #lastAdd = Number.NEGATIVE_INFINITY;

  /** @param rows of each tenant of this node in its table. */
  constructor(rows: ReadonlyMap<number, number>, settings: IndexSettings) {
    this.#settings = settings;
    this.#rows = new Map(rows);
    this.#local = new LRUCache({
      maxSize: Math.max(1, settings.cacheBytes),
      maxEntrySize: Math.max(1, settings.cacheBytes),
      sizeCalculation: (bytes) => Math.max(1, bytes),
    });
  }

  /** Rows were committed; each is an entry of the outbox. */
  add(tenant: number, rows: number, now: number): void {
    this.#idleUntil(now);
    this.#lastAdd = now;
    const due = this.#backlog.added(String(tenant), rows);
    if (due !== undefined) this.#flush(Number(due));
  }

  /** A tenant is searched: where its partition was, and the predicted milliseconds. */
  search(tenant: number, now: number): { readonly tier: IndexTier; readonly ms: number } {
    this.#idleUntil(now);
    const rows = this.rowsOf(tenant);
    const waiting = this.waitingOf(tenant);
    const searching = recallMs(rows, waiting);
    if (this.#open.get(tenant) !== undefined) return { tier: "open", ms: searching };
    const bytes = rows * this.#settings.bytesPerRow;
    // A tenant with few rows has no table: what there is, is in the ledger.
    const tier = rows === 0 || this.#local.get(tenant) !== undefined ? "disk" : "object";
    this.#open.set(tenant, true);
    if (rows > 0) this.#local.set(tenant, bytes);
    return { tier, ms: searching + openMs(bytes, waiting, tier) };
  }

  rowsOf(tenant: number): number {
    return this.#rows.get(tenant) ?? 0;
  }

  waitingOf(tenant: number): number {
    return this.#backlog.of(String(tenant));
  }

  localBytes(): number {
    return this.#local.calculatedSize;
  }

  /** Counts anew from here: what there is stays. */
  countAnew(): void {
    this.flushes = 0;
    this.flushed = 0;
  }

  /** What the time without a commit until now was used for. */
  #idleUntil(now: number): void {
    if (now - this.#lastAdd < IDLE_MS) return;
    this.#lastAdd = Number.POSITIVE_INFINITY;
    for (const tenant of this.#backlog.idle()) this.#flush(Number(tenant));
  }

  #flush(tenant: number): void {
    const rows = this.rowsOf(tenant) + this.waitingOf(tenant);
    this.flushes++;
    this.flushed += this.waitingOf(tenant);
    this.#rows.set(tenant, rows);
    this.#backlog.flushed(String(tenant), rows);
    // Who flushes writes through its own disk.
    this.#local.set(tenant, rows * this.#settings.bytesPerRow);
  }
}
