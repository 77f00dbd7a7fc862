import { seededRandom } from "../../eval/metrics/index.js";

export interface Trace {
  readonly name: string;
  /** Block of each access. */
  readonly accesses: Int32Array;
  readonly bytes: Float64Array;
  readonly tokens: Float64Array;
}

export interface TraceOptions {
  readonly name: string;
  readonly accesses: number;
  readonly blocks: number;
  /** Exponent of Zipf's law. */
  readonly exponent: number;
  /** Accesses after which a third of the popular blocks change places with others; never when 0. */
  readonly shiftEvery: number;
  /** Sizes are log-normal with this deviation; all the same when 0. */
  readonly spread: number;
  readonly seed: number;
}

const TOKENS = 1_024;
const BYTES_PER_TOKEN = 57_344;

/** A made-up history of use. The same options give the same trace. */
export function traceOf(options: TraceOptions): Trace {
  const { name, accesses, blocks, exponent, shiftEvery, spread, seed } = options;
  const random = seededRandom(seed);
  const cumulative = new Float64Array(blocks);
  let sum = 0;
  for (let rank = 0; rank < blocks; rank++) {
    sum += (rank + 1) ** -exponent;
    cumulative[rank] = sum;
  }
  const blockAt = shuffled(blocks, random);
  const list = new Int32Array(accesses);
  for (let at = 0; at < accesses; at++) {
    if (shiftEvery > 0 && at > 0 && at % shiftEvery === 0) shift(blockAt, random);
    list[at] = blockAt[rankOf(cumulative, random() * sum)] as number;
  }
  const tokens = Float64Array.from({ length: blocks }, () =>
    Math.max(64, Math.round(TOKENS * Math.exp(spread * normal(random)))),
  );
  return { name, accesses: list, tokens, bytes: tokens.map((count) => count * BYTES_PER_TOKEN) };
}

function rankOf(cumulative: Float64Array, wanted: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function shuffled(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, index) => index);
  for (let at = n - 1; at > 0; at--) swap(order, at, Math.floor(random() * (at + 1)));
  return order;
}

/** A third of the most popular tenth becomes unpopular, and others take its places. */
function shift(order: Int32Array, random: () => number): void {
  const popular = Math.floor(order.length / 10);
  for (let rank = 0; rank < popular; rank++)
    if (random() < 1 / 3) swap(order, rank, popular + Math.floor(random() * (order.length - popular)));
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a] as number;
  order[a] = order[b] as number;
  order[b] = kept;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
