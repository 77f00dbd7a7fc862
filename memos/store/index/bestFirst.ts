/**
 * Keys in the order of their scores, highest first, the lower key first among equals. Only as much is put in order
 * as is taken (a binary heap): a search wants a hundred of tens of thousands.
 */
export function* bestFirst(scores: ReadonlyMap<number, number>): Generator<number, void, undefined> {
  const keys = Float64Array.from(scores.keys());
  const values = Float64Array.from(scores.values());
  const before = (a: number, b: number) => {
    const [x, y] = [values[a] as number, values[b] as number];
    return x > y || (x === y && (keys[a] as number) < (keys[b] as number));
  };
  const heap = Uint32Array.from(keys, (_, place) => place);
  let size = heap.length;
  const sink = (from: number) => {
    const sunk = heap[from] as number;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!before(heap[child] as number, sunk)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = sunk;
  };
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(at);
  while (size > 0) {
    const best = heap[0] as number;
    size--;
    heap[0] = heap[size] as number;
    sink(0);
    yield keys[best] as number;
  }
}
