import fc from "fast-check";
import { seededRandom } from "../../../../eval/metrics/index.js";
import type { KvLayer, StateFile, StateStream } from "../../../../memos/activation/state.js";
import { F16_VALUES, f16Bits } from "../../../../memos/inference/gguf/float16.js";
import { GGML } from "../../../../memos/inference/gguf/ggmlType.js";

/** What a made-up state is like. */
export interface StateForm {
  readonly seed: number;
  readonly cells: number;
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly values: "rows" | "columns" | "none";
  /** Positions leave some out. */
  readonly gaps: boolean;
  readonly extras: boolean;
  readonly recurrent: boolean;
  /** A second cache, as of sliding windows. */
  readonly window: boolean;
  /** Size of the numbers. */
  readonly scale: number;
}

export const PLAIN: StateForm = {
  seed: 1,
  cells: 200,
  layers: 2,
  heads: 2,
  headSize: 64,
  values: "rows",
  gaps: false,
  extras: false,
  recurrent: false,
  window: false,
  scale: 1,
};

export const anyForm: fc.Arbitrary<StateForm> = fc.record({
  seed: fc.nat(),
  cells: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 60, max: 140 })),
  layers: fc.integer({ min: 1, max: 3 }),
  heads: fc.integer({ min: 1, max: 3 }),
  headSize: fc.constantFrom(1, 7, 16, 64),
  values: fc.constantFrom("rows" as const, "columns" as const, "none" as const),
  gaps: fc.boolean(),
  extras: fc.boolean(),
  recurrent: fc.boolean(),
  window: fc.boolean(),
  scale: fc.constantFrom(0, 1e-7, 1e-3, 1, 60_000),
});

/** A state of one sequence. Each channel has a size of its own, as keys have. */
export function madeState(form: StateForm): StateFile {
  const random = seededRandom(form.seed);
  const positions = new Int32Array(form.cells);
  let position = -1;
  for (let cell = 0; cell < form.cells; cell++) {
    position += form.gaps ? 1 + Math.floor(3 * random()) : 1;
    positions[cell] = position;
  }
  const channels = form.heads * form.headSize;
  const sizes = Float32Array.from({ length: channels }, () => form.scale * random() ** 3);
  const layer = (count: number): KvLayer => {
    const numbers = new Uint16Array(count * channels);
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = f16Bits((2 * random() - 1) * (sizes[i % channels] as number));
    return { type: GGML.F16, rowBytes: 2 * channels, data: new Uint8Array(numbers.buffer) };
  };
  const stream = (from: number): StateStream => {
    const count = form.cells - from;
    const layers = () => Array.from({ length: form.layers }, () => layer(count));
    return {
      positions: positions.slice(from),
      extras: form.extras
        ? Int32Array.from({ length: 3 * count }, () => Math.floor(1_000 * random()))
        : undefined,
      transposed: form.values === "columns",
      keys: layers(),
      values: form.values === "none" ? [] : layers(),
    };
  };
  return {
    tokens: Int32Array.from({ length: position + 1 }, () => Math.floor(32_000 * random())),
    blocks: [
      { streams: [stream(0)] },
      ...(form.window ? [{ streams: [stream(Math.floor(form.cells / 2))] }] : []),
    ],
    recurrent: form.recurrent
      ? recurrentCache(position, form.layers * (form.window ? 2 : 1), random)
      : undefined,
  };
}

/** One recurrent cell of one layer, beside those with attention, in single precision. */
function recurrentCache(position: number, attention: number, random: () => number): Uint8Array {
  const rows = [1, 2].flatMap(() => [0, 400, 0, ...Array.from({ length: 100 }, () => 2 ** 31 * random())]);
  return new Uint8Array(Int32Array.from([1, position, 0, 0, attention + 1, ...rows]).buffer);
}

/** Every layer of a state, keys first, with its stream. */
export function layersOf(
  state: StateFile,
): { stream: StateStream; layer: KvLayer; kind: "keys" | "values" }[] {
  return state.blocks.flatMap(({ streams }) =>
    streams.flatMap((stream) =>
      stream === undefined
        ? []
        : [
            ...stream.keys.map((layer) => ({ stream, layer, kind: "keys" as const })),
            ...stream.values.map((layer) => ({ stream, layer, kind: "values" as const })),
          ],
    ),
  );
}

/** The numbers of a layer in half precision: `[cell][channel]`. */
export function numbersOf({ rowBytes, data }: KvLayer, cells: number, transposed: boolean): Float32Array[] {
  const halves = new Uint16Array(data.slice().buffer);
  const channels = rowBytes / 2;
  return Array.from({ length: cells }, (_, cell) =>
    Float32Array.from(
      { length: channels },
      (_, channel) =>
        F16_VALUES[
          halves[transposed ? channel * cells + cell : cell * channels + channel] as number
        ] as number,
    ),
  );
}

/** Everything of a state but its keys and values. */
export function exactPart(state: StateFile): unknown {
  return {
    tokens: state.tokens,
    recurrent: state.recurrent && Uint8Array.from(state.recurrent),
    blocks: state.blocks.map(({ streams }) =>
      streams.map(
        (stream) =>
          stream && {
            positions: stream.positions,
            extras: stream.extras,
            transposed: stream.transposed,
            keys: stream.keys.map(({ type, rowBytes, data }) => [type, rowBytes, data.length]),
            values: stream.values.map(({ type, rowBytes, data }) => [type, rowBytes, data.length]),
          },
      ),
    ),
  };
}

/** The keys and values of a state, bit by bit. */
export function bitsOf(state: StateFile): Uint8Array[] {
  return layersOf(state).map(({ layer }) => Uint8Array.from(layer.data));
}
