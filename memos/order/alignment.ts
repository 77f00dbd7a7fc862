import { mapInSlices, stretches } from "../store/index/slice.js";

/** Where a text stands in the terms of another: half-open, and how much of its weight stands there. */
export interface Alignment {
  readonly start: number;
  readonly end: number;
  /** Share of the weight of the wanted terms that the window has, each as often as it is wanted: 0 to 1. */
  readonly coverage: number;
}

/** A window may be this much longer than what is looked for: words may have been left out of it. */
const SLACK = 1.35;

/** Differences of sums of weights below this are rounding. */
const EPSILON = 1e-9;

/** Terms that a window passes between two looks at the clock. */
const STRETCH = 4_096;

/**
 * The place where most of some terms stand together, in whatever order: the window that covers the largest share of
 * their weight, made as narrow as it can be; the first of equal ones. Undefined where none of them stands anywhere.
 *
 * A window slides once over the terms, and each step adds one and takes one away, so the time is linear. It gives way
 * to other work meanwhile:
 *
 *     terms    the old man of the sea came home at last
 *     wanted   man sea home                                (weights 1 each)
 *     window           [man of the sea]  2/3   [sea came home] ...
 */
export async function align(
  terms: readonly string[],
  wanted: readonly string[],
  weightOf: (term: string) => number,
): Promise<Alignment | undefined> {
  const needed = new Map<string, { weight: number; count: number; have: number }>();
  for (const term of wanted) {
    const known = needed.get(term);
    if (known === undefined) needed.set(term, { weight: weightOf(term), count: 1, have: 0 });
    else known.count++;
  }
  let total = 0;
  for (const { weight, count } of needed.values()) total += weight * count;
  const width = Math.ceil(wanted.length * SLACK);
  const windows = new Windows(terms, needed);
  let best = 0;
  let bestEnd = 0;
  await mapInSlices(stretches(terms.length, STRETCH), ([from, to]) => {
    for (let end = from + 1; end <= to; end++) {
      windows.enter(end - 1);
      if (end > width) windows.leave(end - 1 - width);
      if (windows.covered <= best + EPSILON) continue;
      best = windows.covered;
      bestEnd = end;
    }
  });
  if (best === 0) return undefined;
  let start = Math.max(0, bestEnd - width);
  windows.clear();
  for (let at = start; at < bestEnd; at++) windows.enter(at);
  for (; start < bestEnd - 1; start++) {
    windows.leave(start);
    if (windows.covered < best - EPSILON) break;
  }
  // What was added and taken away again has left its rounding.
  return { start, end: bestEnd, coverage: Math.min(1, best / total) };
}

/** What a window over terms has of those that are wanted. */
class Windows {
  readonly #terms: readonly string[];
  readonly #needed: ReadonlyMap<string, { weight: number; count: number; have: number }>;
  /** Weight of the wanted terms in the window, each at most as often as it is wanted. */
  covered = 0;

  constructor(
    terms: readonly string[],
    needed: ReadonlyMap<string, { weight: number; count: number; have: number }>,
  ) {
    this.#terms = terms;
    this.#needed = needed;
  }

  enter(at: number): void {
    const term = this.#needed.get(this.#terms[at] as string);
    if (term === undefined) return;
    term.have++;
    if (term.have <= term.count) this.covered += term.weight;
  }

  leave(at: number): void {
    const term = this.#needed.get(this.#terms[at] as string);
    if (term === undefined) return;
    if (term.have <= term.count) this.covered -= term.weight;
    term.have--;
  }

  clear(): void {
    for (const term of this.#needed.values()) term.have = 0;
    this.covered = 0;
  }
}
