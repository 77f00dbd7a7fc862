import { setImmediate as nextTurn } from "node:timers/promises";

/** Work in the event loop's thread gives way after this long, so that requests keep being answered. */
const SLICE_MS = 6;

/** Maps items in slices, giving way to other work between them. */
export async function mapInSlices<In, Out>(items: Iterable<In>, map: (item: In) => Out): Promise<Out[]> {
  const results: Out[] = [];
  let started = performance.now();
  for (const item of items) {
    results.push(map(item));
    if (performance.now() - started > SLICE_MS) {
      await nextTurn();
      started = performance.now();
    }
  }
  return results;
}

/** The numbers below `count` in stretches of `width`, half-open: for work whose single steps are too small to be timed. */
export function* stretches(count: number, width: number): Generator<[start: number, end: number]> {
  for (let start = 0; start < count; start += width) yield [start, Math.min(count, start + width)];
}
