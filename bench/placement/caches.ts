import { PlacementPolicy, type Worth } from "../../memos/lifecycle/placement/policy.js";
import type { Trace } from "./trace.js";

export interface Outcome {
  readonly hitRate: number;
  /** Gigabytes of state that were compiled and written. */
  readonly gigabytesMoved: number;
}

/** Least first, with entries that are out of date thrown away when they come up. */
class LazyHeap {
  readonly #keys: number[] = [];
  readonly #items: number[] = [];

  push(item: number, key: number): void {
    let at = this.#keys.length;
    this.#keys.push(key);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#keys[parent] as number) <= key) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#keys[at] = key;
    this.#items[at] = item;
  }

  peek(): { item: number; key: number } | undefined {
    const [item] = this.#items;
    return item === undefined ? undefined : { item, key: this.#keys[0] as number };
  }

  pop(): void {
    const key = this.#keys.pop() as number;
    const item = this.#items.pop() as number;
    const size = this.#keys.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.#keys[child + 1] as number) < (this.#keys[child] as number)) child++;
      if ((this.#keys[child] as number) >= key) break;
      this.#move(child, at);
      at = child;
    }
    this.#keys[at] = key;
    this.#items[at] = item;
  }

  #move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from] as number;
    this.#items[to] = this.#items[from] as number;
  }
}

/** A cache that keeps what has the highest key, where a key only changes when its block is used. */
function run(
  { accesses, bytes }: Trace,
  capacity: number,
  keyOf: (block: number, at: number) => number,
  admits: (block: number, victim: number, at: number) => boolean,
): Outcome {
  const keys = new Float64Array(bytes.length).fill(Number.NEGATIVE_INFINITY);
  const cached = new Uint8Array(bytes.length);
  const heap = new LazyHeap();
  let used = 0;
  let hits = 0;
  let moved = 0;
  for (const [at, block] of accesses.entries()) {
    const key = keyOf(block, at);
    keys[block] = key;
    if (cached[block] === 1) {
      hits++;
      heap.push(block, key);
      continue;
    }
    const size = bytes[block] as number;
    const victims: { item: number; key: number }[] = [];
    let free = capacity - used;
    let admitted = size <= capacity;
    while (admitted && free < size) {
      const least = heap.peek() as { item: number; key: number };
      if (cached[least.item] === 0 || keys[least.item] !== least.key) {
        heap.pop();
        continue;
      }
      admitted = admits(block, least.item, at);
      if (!admitted) break;
      heap.pop();
      cached[least.item] = 0;
      victims.push(least);
      free += bytes[least.item] as number;
    }
    if (!admitted) {
      for (const { item, key: old } of victims) {
        cached[item] = 1;
        heap.push(item, old);
      }
      continue;
    }
    for (const { item } of victims) used -= bytes[item] as number;
    cached[block] = 1;
    used += size;
    moved += size;
    heap.push(block, key);
  }
  return { hitRate: hits / accesses.length, gigabytesMoved: moved / 2 ** 30 };
}

export function lru(trace: Trace, capacity: number): Outcome {
  return run(
    trace,
    capacity,
    (_, at) => at,
    () => true,
  );
}

export function lfu(trace: Trace, capacity: number): Outcome {
  const counts = new Float64Array(trace.bytes.length);
  return run(
    trace,
    capacity,
    (block) => {
      counts[block] = (counts[block] as number) + 1;
      return counts[block] as number;
    },
    () => true,
  );
}

/** Accesses that make a day of the simulated time. */
export const ACCESSES_A_DAY = 2_000;

/** Days after which half of what is known about the use of a block has faded. */
export const RATE_HALF_LIFE_DAYS = 10;

/**
 * The policy of the product, asked at every miss. The rate of use is a sum of uses that halve with age, as heat is;
 * since all halve alike, the order of blocks changes only with a use.
 */
export function policy(trace: Trace, capacity: number): Outcome {
  const placement = new PlacementPolicy({ diskBytes: capacity, compileMs: Number.MAX_SAFE_INTEGER });
  const halfLife = RATE_HALF_LIFE_DAYS * ACCESSES_A_DAY;
  const heat = new Float64Array(trace.bytes.length);
  const usedAt = new Float64Array(trace.bytes.length);
  const heatAt = (block: number, at: number) =>
    (heat[block] as number) * 2 ** (((usedAt[block] as number) - at) / halfLife);
  const worthAt = (block: number, at: number): Worth =>
    placement.worth({
      tokens: trace.tokens[block] as number,
      bytes: trace.bytes[block] as number,
      usesPerDay: (heatAt(block, at) * Math.LN2) / RATE_HALF_LIFE_DAYS,
      changesPerWeek: 0,
    });
  return run(
    trace,
    capacity,
    (block, at) => {
      heat[block] = heatAt(block, at) + 1;
      usedAt[block] = at;
      return Math.log2(worthAt(block, at).gainPerMegabyte) + at / halfLife;
    },
    (block, victim, at) => {
      const newcomer = worthAt(block, at);
      return placement.pays(newcomer) && placement.replaces(newcomer, worthAt(victim, at));
    },
  );
}

/**
 * The most hits that any cache can have that knows the future (Belady 1966), for blocks of one size: it keeps what
 * is used soonest and lets pass what is used later than all it has. For blocks of several sizes it is given the
 * space of as many blocks of the mean size, which is no bound but a mark.
 */
export function optimum(trace: Trace, capacity: number): Outcome {
  const { accesses, bytes } = trace;
  const mean = bytes.reduce((sum, size) => sum + size, 0) / bytes.length;
  const next = new Float64Array(accesses.length);
  const seen = new Float64Array(bytes.length).fill(Number.MAX_SAFE_INTEGER);
  for (let at = accesses.length - 1; at >= 0; at--) {
    next[at] = seen[accesses[at] as number] as number;
    seen[accesses[at] as number] = at;
  }
  const uniform: Trace = { ...trace, bytes: new Float64Array(bytes.length).fill(mean) };
  const nextOf = new Float64Array(bytes.length);
  return run(
    uniform,
    capacity,
    (block, at) => {
      nextOf[block] = next[at] as number;
      return -(next[at] as number);
    },
    (block, victim) => (nextOf[block] as number) < (nextOf[victim] as number),
  );
}
