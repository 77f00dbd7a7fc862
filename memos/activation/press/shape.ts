import { z } from "zod";
import { MemosError } from "../../../memcube/index.js";
import { GGML } from "../../inference/gguf/ggmlType.js";
import type { KvLayer, StateFile, StateStream } from "../state.js";
import { PRESS_LIMITS } from "./limits.js";

const count = z.int().nonnegative();
const rows = z.array(count.max(PRESS_LIMITS.rowBytes).multipleOf(2)).max(PRESS_LIMITS.layers);

const streamShapeSchema = z.strictObject({
  cells: z.int().positive().max(PRESS_LIMITS.tokens),
  /** Each cell has three more numbers (M-RoPE). */
  extras: z.boolean(),
  transposed: z.boolean(),
  /** Bytes of a cell's row in each layer. */
  keys: rows,
  values: rows,
});

/** How large everything in a state of half precision is: with it, every byte that decoding allocates is known. */
export const stateShapeSchema = z.strictObject({
  tokens: count.max(PRESS_LIMITS.tokens),
  /** Bytes of a recurrent cache; null where there is none. */
  recurrent: count.max(PRESS_LIMITS.stateBytes).nullable(),
  blocks: z
    .array(
      z.strictObject({
        /** Null for a stream without cells. */
        streams: z.array(streamShapeSchema.nullable()).max(PRESS_LIMITS.streams),
      }),
    )
    .max(PRESS_LIMITS.blocks),
});

export type StreamShape = z.infer<typeof streamShapeSchema>;
export type StateShape = z.infer<typeof stateShapeSchema>;

/**
 * The shape of a state whose keys and values are all in half precision.
 *
 * @throws MemosError UNSUPPORTED for other types, STATE_INVALID for a state that contradicts itself, TOO_LARGE for
 * one that is beyond a limit.
 */
export function shapeOf(state: StateFile): StateShape {
  const shape: StateShape = {
    tokens: state.tokens.length,
    recurrent: state.recurrent?.length ?? null,
    blocks: state.blocks.map(({ streams }) => ({
      streams: streams.map((stream) => (stream === undefined ? null : streamShape(stream))),
    })),
  };
  if (!stateShapeSchema.safeParse(shape).success || rawBytes(shape) > PRESS_LIMITS.stateBytes)
    throw new MemosError("TOO_LARGE", "The KV state is beyond what can be stored.");
  return shape;
}

function streamShape({ positions, extras, transposed, keys, values }: StateStream): StreamShape {
  const cells = positions.length;
  const rowsOf = (layers: readonly KvLayer[]) =>
    layers.map(({ type, rowBytes, data }) => {
      if (type !== GGML.F16)
        throw new MemosError("UNSUPPORTED", "Only a KV state in half precision (F16) can be compressed.");
      if (data.length !== cells * rowBytes) throw contradiction();
      return rowBytes;
    });
  if (cells === 0 || (extras !== undefined && extras.length !== 3 * cells)) throw contradiction();
  if (values.length !== 0 && values.length !== keys.length) throw contradiction();
  return {
    cells,
    extras: extras !== undefined,
    transposed,
    keys: rowsOf(keys),
    values: rowsOf(values),
  };
}

function contradiction(): MemosError {
  return new MemosError("STATE_INVALID", "The KV state contradicts itself.");
}

/** Bytes of the arrays of a state of this shape. */
export function rawBytes(shape: StateShape): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const streams = shape.blocks.flatMap((block) => block.streams);
  return (
    4 * shape.tokens +
    (shape.recurrent ?? 0) +
    sum(
      streams.map((stream) =>
        stream === null
          ? 0
          : stream.cells * (sum(stream.keys) + sum(stream.values) + (stream.extras ? 16 : 4)),
      ),
    )
  );
}
