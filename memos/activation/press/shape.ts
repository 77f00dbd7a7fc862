import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { GGML } from "../../inference/gguf/ggmlType.js";
import { checkState } from "../checkState.js";
import { STATE_LIMITS } from "../limits.js";
import type { KvLayer, StateFile, StateStream } from "../state.js";
import { PRESS_LIMITS } from "./limits.js";

const count = z.int().nonnegative();
const rows = z.array(z.int().positive().max(STATE_LIMITS.rowBytes).multipleOf(2)).max(STATE_LIMITS.layers);

const streamShapeSchema = z.strictObject({
  cells: z.int().positive().max(STATE_LIMITS.tokens),
  /** Each cell has three more numbers (M-RoPE). */
  extras: z.boolean(),
  transposed: z.boolean(),
  /** Bytes of a cell's row in each layer. */
  keys: rows,
  values: rows,
});

/** How large everything in a state of half precision is: with it, every byte that decoding allocates is known. */
export const stateShapeSchema = z.strictObject({
  tokens: count.max(STATE_LIMITS.tokens),
  /** Bytes of a recurrent cache; null where there is none. */
  recurrent: count.max(PRESS_LIMITS.stateBytes).nullable(),
  blocks: z
    .array(
      z.strictObject({
        /** Null for a stream without cells. */
        streams: z.array(streamShapeSchema.nullable()).max(STATE_LIMITS.streams),
      }),
    )
    .min(1)
    .max(2),
});

export type StreamShape = z.infer<typeof streamShapeSchema>;
export type StateShape = z.infer<typeof stateShapeSchema>;

/**
 * The shape of a state whose keys and values are all in half precision.
 *
 * @throws MemosError UNSUPPORTED for other types, STATE_INVALID for a state that `checkState` refuses, TOO_LARGE for
 * one that is beyond a limit.
 */
export function shapeOf(state: StateFile): StateShape {
  checkState(state);
  const shape: StateShape = {
    tokens: state.tokens.length,
    recurrent: state.recurrent?.length ?? null,
    blocks: state.blocks.map(({ streams }) => ({
      streams: streams.map((stream) => (stream === undefined ? null : streamShape(stream))),
    })),
  };
  if (!isWithinLimits(shape, PRESS_LIMITS.stateBytes))
    throw new MemosError("TOO_LARGE", "The KV state is beyond what can be compressed.");
  return shape;
}

function streamShape({ positions, extras, transposed, keys, values }: StateStream): StreamShape {
  const rowsOf = (layers: readonly KvLayer[]) =>
    layers.map(({ type, rowBytes }) => {
      if (type !== GGML.F16)
        throw new MemosError("UNSUPPORTED", "Only a KV state in half precision (F16) can be compressed.");
      return rowBytes;
    });
  return {
    cells: positions.length,
    extras: extras !== undefined,
    transposed,
    keys: rowsOf(keys),
    values: rowsOf(values),
  };
}

export function streamsOf(shape: StateShape): StreamShape[] {
  return shape.blocks.flatMap((block) => block.streams.filter((stream) => stream !== null));
}

/** Whether a state of this shape may be made: by its size, that of each layer, and the number of layers. */
export function isWithinLimits(shape: StateShape, maxBytes: number): boolean {
  const streams = streamsOf(shape);
  const layers = streams.flatMap(({ cells, keys, values }) => [...keys, ...values].map((row) => cells * row));
  const small = 4 * shape.tokens + (shape.recurrent ?? 0);
  const total = streams.reduce((sum, { cells, extras }) => sum + cells * (extras ? 16 : 4), small);
  return (
    layers.length <= PRESS_LIMITS.layers &&
    layers.every((bytes) => bytes <= PRESS_LIMITS.layerBytes) &&
    layers.reduce((sum, bytes) => sum + bytes, total) <= maxBytes
  );
}
