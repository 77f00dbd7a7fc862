import fc from "fast-check";
import type { KvLayer, StateBlock, StateFile, StateStream } from "../../../memos/activation/state.js";
import type { StateLayout } from "../../../memos/activation/stateFile.js";
import { ggmlLayout } from "../../../memos/inference/gguf/index.js";

const ROW_TYPES = [0, 1, 2, 8, 30, 20];
const COLUMN_TYPES = [0, 1, 30];

export const arbitraryLayout: fc.Arbitrary<StateLayout> = fc.record({
  blocks: fc.constantFrom(1 as const, 2 as const),
  extras: fc.boolean(),
  values: fc.boolean(),
  recurrent: fc.boolean(),
});

function layers(types: readonly number[], count: number, cells: number): fc.Arbitrary<KvLayer[]> {
  const layer = fc
    .record({ type: fc.constantFrom(...types), units: fc.integer({ min: 1, max: 3 }), seed: fc.nat(255) })
    .map(({ type, units, seed }) => {
      const rowBytes = units * (ggmlLayout(type)?.bytes ?? 0);
      return { type, rowBytes, data: new Uint8Array(cells * rowBytes).map((_, at) => at * 7 + seed) };
    });
  return fc.array(layer, { minLength: count, maxLength: count });
}

/** Some of the positions up to the last token, which is always there. */
function positions(tokens: number, window: boolean): fc.Arbitrary<Int32Array> {
  const before = Array.from({ length: tokens - 1 }, (_, position) => position);
  const all = fc.subarray(before).map((some) => [...some, tokens - 1]);
  const ordered = window
    ? fc
        .tuple(all, fc.nat())
        .map(([some, turn]) => [...some.slice(turn % some.length), ...some.slice(0, turn % some.length)])
    : all;
  return ordered.map((some) => Int32Array.from(some));
}

function stream(layout: StateLayout, tokens: number, window: boolean): fc.Arbitrary<StateStream> {
  return fc
    .tuple(positions(tokens, window), fc.boolean(), fc.integer({ min: 1, max: 3 }))
    .chain(([places, transposed, count]) =>
      fc.record({
        positions: fc.constant(places),
        extras: layout.extras
          ? fc.int32Array({ minLength: 3 * places.length, maxLength: 3 * places.length })
          : fc.constant(undefined),
        transposed: fc.constant(transposed),
        keys: layers(ROW_TYPES, count, places.length),
        values: layers(transposed ? COLUMN_TYPES : ROW_TYPES, layout.values ? count : 0, places.length),
      }),
    );
}

function block(only: StateStream, streams: number, at: number): StateBlock {
  return { streams: Array.from({ length: streams }, (_, place) => (place === at ? only : undefined)) };
}

/** One cell, R and S of one layer beside those with attention. */
function recurrent(tokens: number, attention: number): Uint8Array {
  const rows = [1, 0].flatMap((type) => [type, 8, 0, 0x1234, 0x5678]);
  return new Uint8Array(Int32Array.of(1, tokens - 1, 0, 0, attention + 1, ...rows).buffer);
}

/** States of every branch of the format, of a handful of tokens. */
export function arbitraryState(layout: StateLayout): fc.Arbitrary<StateFile> {
  return fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.nat())
    .chain(([count, streams, turn]) =>
      fc
        .tuple(
          fc.int32Array({ min: 0, minLength: count, maxLength: count }),
          ...Array.from({ length: layout.blocks }, (_, number) => stream(layout, count, number > 0)),
        )
        .map(([tokens, ...only]) => ({
          tokens,
          blocks: (only as StateStream[]).map((one) => block(one, streams, turn % streams)),
          recurrent: layout.recurrent
            ? recurrent(
                count,
                (only as StateStream[]).reduce((sum, { keys }) => sum + keys.length, 0),
              )
            : undefined,
        })),
    );
}

/** A layout and a state of it. */
export const arbitraryLaidOut = arbitraryLayout.chain((layout) =>
  fc.record({ layout: fc.constant(layout), state: arbitraryState(layout) }),
);
