import type { StateFile, StateStream } from "../state.js";
import type { StateShape, StreamShape } from "./shape.js";

/** What a stream has beside its keys and values. */
export interface StreamHead {
  readonly positions: Int32Array;
  readonly extras: Int32Array | undefined;
  /** 1 for each cell that is kept precisely. */
  readonly precise: Uint8Array;
}

/**
 * The section that comes first: everything of a state that is small and exact.
 *
 *     i32 token[tokens]
 *     of every stream with cells: i32 position[cells]; i32 extra[3 × cells] if it has them; bit precise[cells]
 */
export function writeHead(
  { tokens }: StateFile,
  streams: readonly StateStream[],
  precise: readonly Uint8Array[],
): Uint8Array {
  const bytes = (numbers: Int32Array) =>
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const of = streams.flatMap(({ positions, extras }, i) => [
    bytes(positions),
    ...(extras === undefined ? [] : [bytes(extras)]),
    bitsOf(precise[i] as Uint8Array),
  ]);
  return Buffer.concat([bytes(tokens), ...of]);
}

export function headBytes(shape: StateShape, streams: readonly StreamShape[]): number {
  return streams.reduce(
    (sum, { cells, extras }) => sum + cells * (extras ? 16 : 4) + Math.ceil(cells / 8),
    4 * shape.tokens,
  );
}

/** @param bytes exactly `headBytes`. */
export function readHead(
  bytes: Uint8Array,
  shape: StateShape,
  streams: readonly StreamShape[],
): { readonly tokens: Int32Array; readonly streams: readonly StreamHead[] } {
  let at = 0;
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const integers = (count: number) => {
    const numbers = new Int32Array(count);
    new Uint8Array(numbers.buffer).set(take(4 * count));
    return numbers;
  };
  return {
    tokens: integers(shape.tokens),
    streams: streams.map(({ cells, extras }) => ({
      positions: integers(cells),
      extras: extras ? integers(3 * cells) : undefined,
      precise: flagsOf(take(Math.ceil(cells / 8)), cells),
    })),
  };
}

function bitsOf(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i++)
    bits[i >> 3] = (bits[i >> 3] as number) | ((flags[i] as number) << (i & 7));
  return bits;
}

function flagsOf(bits: Uint8Array, count: number): Uint8Array {
  const flags = new Uint8Array(count);
  for (let i = 0; i < count; i++) flags[i] = ((bits[i >> 3] as number) >> (i & 7)) & 1;
  return flags;
}
