import { type Bits, type Part, partBytes } from "./lanes.js";
import type { StreamShape } from "./shape.js";

/** How the numbers of a state are kept: some cells precisely, the others coarsely. */
export interface Precision {
  /** Bits of a number in the cells that are kept precisely, and in all others. */
  readonly precise: Bits;
  readonly coarse: Bits;
  /** Cells of one channel whose keys share a step. */
  readonly keyGroup: number;
  /** Channels of one cell whose values share a step. */
  readonly valueGroup: number;
}

/** The keys, or the values, of one layer: what is kept precisely, what coarsely, and the bytes that both become. */
export interface LayerPlan {
  /** Bytes of the layer in half precision. */
  readonly rawBytes: number;
  readonly parts: readonly Part[];
  readonly bytes: number;
}

/** The plans of all keys of a stream, and then of all values: encoding and decoding follow the same. */
export function layerPlans(stream: StreamShape, precise: Uint8Array, precision: Precision): LayerPlan[] {
  const { cells, transposed } = stream;
  const classes = [
    { chosen: cellsWith(precise, 1), bits: precision.precise },
    { chosen: cellsWith(precise, 0), bits: precision.coarse },
  ];
  const plan = (rowBytes: number, parts: readonly Part[]): LayerPlan => ({
    rawBytes: cells * rowBytes,
    parts,
    bytes: parts.reduce((sum, part) => sum + partBytes(part), 0),
  });
  const keyPlan = oncePerSize((rowBytes) => {
    const channels = rowBytes / 2;
    const across = places(channels, 1);
    return plan(
      rowBytes,
      classes.map(({ chosen, bits }) => ({
        along: chosen.map((cell) => cell * channels),
        across,
        group: precision.keyGroup,
        bits,
      })),
    );
  });
  const valuePlan = oncePerSize((rowBytes) => {
    const channels = rowBytes / 2;
    const along = places(channels, transposed ? cells : 1);
    return plan(
      rowBytes,
      classes.map(({ chosen, bits }) => ({
        along,
        across: transposed ? chosen : chosen.map((cell) => cell * channels),
        group: precision.valueGroup,
        bits,
      })),
    );
  });
  return [...stream.keys.map(keyPlan), ...stream.values.map(valuePlan)];
}

/** Layers are mostly of one size: they share a plan. */
function oncePerSize(make: (rowBytes: number) => LayerPlan): (rowBytes: number) => LayerPlan {
  const made = new Map<number, LayerPlan>();
  return (rowBytes) => {
    const plan = made.get(rowBytes) ?? make(rowBytes);
    made.set(rowBytes, plan);
    return plan;
  };
}

function places(count: number, stride: number): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0; i < count; i++) all[i] = i * stride;
  return all;
}

function cellsWith(precise: Uint8Array, flag: number): Int32Array {
  const cells = new Int32Array(precise.length);
  let count = 0;
  for (let cell = 0; cell < precise.length; cell++) if (precise[cell] === flag) cells[count++] = cell;
  return cells.slice(0, count);
}
