/**
 * Outbox entries of one tenant that make a flush worth its cost: a share of the table, because LanceDB writes the
 * indexes of the whole table anew each time. So each row is written about four times while its table grows.
 */
const FLUSH_ENTRIES = 1_024;
export const FLUSH_ENTRIES_MOST = 32_768;
const FLUSH_SHARE = 1 / 4;

/** Entries of all tenants together that may wait; beyond, the largest backlog is flushed. */
export const WAITING_ENTRIES = 65_536;

/** A tenant with fewer entries than this is not flushed when idle: it is searched in memory. */
const IDLE_ENTRIES = 256;

/** Without a commit for this long a process counts as idle. */
export const IDLE_MS = 2_000;

/** Entries that a tenant with so many rows in its base may have waiting before they are put there. */
export function flushThreshold(rows: number): number {
  return Math.max(FLUSH_ENTRIES, Math.min(FLUSH_ENTRIES_MOST, Math.floor(rows * FLUSH_SHARE)));
}

/** What waits to be put into the base, of each tenant, and whose turn it is. Decides, and does nothing. */
export class Backlog {
  readonly #entries = new Map<string, number>();
  readonly #thresholds = new Map<string, number>();
  /** Those that are worth a flush while nothing else is to be done. */
  readonly #idle = new Set<string>();
  #total = 0;

  /** Entries of a tenant that wait. */
  of(tenant: string): number {
    return this.#entries.get(tenant) ?? 0;
  }

  /** Entries of all tenants that wait. */
  get total(): number {
    return this.#total;
  }

  /** Counts entries that were committed; the tenant that should be flushed now, if there is one. */
  added(tenant: string, entries: number): string | undefined {
    const waiting = this.of(tenant) + entries;
    this.#entries.set(tenant, waiting);
    this.#total += entries;
    if (waiting >= IDLE_ENTRIES) this.#idle.add(tenant);
    if (waiting >= (this.#thresholds.get(tenant) ?? FLUSH_ENTRIES)) return tenant;
    return this.#total > WAITING_ENTRIES ? this.#largest() : undefined;
  }

  /** Nothing of a tenant waits any more, and its base has so many rows. */
  flushed(tenant: string, rows: number): void {
    this.#total -= this.of(tenant);
    this.#entries.delete(tenant);
    this.#idle.delete(tenant);
    this.#thresholds.set(tenant, flushThreshold(rows));
  }

  /** Those that are worth a flush while nothing else is to be done. */
  idle(): string[] {
    return [...this.#idle];
  }

  #largest(): string {
    let largest = "";
    let most = -1;
    for (const [tenant, entries] of this.#entries)
      if (entries > most) {
        largest = tenant;
        most = entries;
      }
    return largest;
  }
}
