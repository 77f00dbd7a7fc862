import { MemosError } from "../../../memcube/index.js";
import { GGML } from "../../inference/gguf/ggmlType.js";
import { Pace } from "../../pace.js";
import { checkState } from "../checkState.js";
import type { KvLayer, StateBlock, StateFile, StateStream } from "../state.js";
import { hadamard, keyBlock, VALUE_BLOCK } from "./hadamard.js";
import { isQuantised, numbersIn, readRow, writeF16Row, writeQ8Row } from "./rows.js";

export interface RotationOptions {
  /** Whether the quantised side is rotated: llama.cpp does it unless it is told not to. */
  readonly rotated: boolean;
  /** Channels of one head of the keys. */
  readonly headSize: number;
}

/** Rotates a row of keys, or of values; undefined where rows stay as they are. */
type Turn = ((row: Float32Array) => void) | undefined;

/**
 * The state in half precision, whatever its types were; quantised rows are rotated back.
 *
 * @throws MemosError UNSUPPORTED for a type that is none of F32, F16, BF16, Q8_0 and Q4_0, STATE_INVALID for a state
 * that `checkState` refuses, INVALID_INPUT for a size that no head has.
 */
export async function toF16(state: StateFile, rotation: RotationOptions): Promise<StateFile> {
  return converted(state, rotation, async ({ type, rowBytes, data }, turn, cells, pace) => {
    if (type === GGML.F16) return { type, rowBytes, data };
    const row = new Float32Array(numbersIn(type, rowBytes));
    const out = new Uint8Array(2 * row.length * cells);
    for (let cell = 0; cell < cells; cell++) {
      readRow(type, data, cell * rowBytes, row);
      if (isQuantised(type)) turn?.(row);
      writeF16Row(row, out, 2 * row.length * cell);
      if (pace.due(row.length)) await pace.turn();
    }
    return { type: GGML.F16, rowBytes: 2 * row.length, data: out };
  });
}

/**
 * The state as a context with a Q8_0 cache has it, from one in half precision.
 *
 * @throws MemosError UNSUPPORTED for rows that are not in half precision or no multiple of 32, and for transposed
 * values, which a quantised cache never has; STATE_INVALID for a state that `checkState` refuses and for numbers that
 * are not finite; INVALID_INPUT for a size that no head has.
 */
export async function toQ8(state: StateFile, rotation: RotationOptions): Promise<StateFile> {
  const transposed = state.blocks.some(({ streams }) => streams.some((stream) => stream?.transposed));
  if (transposed)
    throw new MemosError("UNSUPPORTED", "A state with transposed values has no quantised counterpart.");
  return converted(state, rotation, async ({ type, rowBytes, data }, turn, cells, pace) => {
    const row = new Float32Array(rowBytes / 2);
    if (type !== GGML.F16 || row.length % 32 !== 0)
      throw new MemosError("UNSUPPORTED", "Only rows in half precision, a multiple of 32, become Q8_0.");
    const bytes = (row.length / 32) * 34;
    const out = new Uint8Array(bytes * cells);
    for (let cell = 0; cell < cells; cell++) {
      readRow(type, data, cell * rowBytes, row);
      turn?.(row);
      writeQ8Row(row, out, bytes * cell);
      if (pace.due(row.length)) await pace.turn();
    }
    return { type: GGML.Q8_0, rowBytes: bytes, data: out };
  });
}

async function converted(
  state: StateFile,
  { rotated, headSize }: RotationOptions,
  convert: (layer: KvLayer, turn: Turn, cells: number, pace: Pace) => Promise<KvLayer>,
): Promise<StateFile> {
  checkState(state);
  const keyTurn = rotated ? turnOf(keyBlock(headSize), headSize) : undefined;
  const valueTurn = keyTurn === undefined ? undefined : turnOf(VALUE_BLOCK, VALUE_BLOCK);
  const pace = new Pace();
  const convertStream = async (stream: StateStream): Promise<StateStream> => {
    const cells = stream.positions.length;
    const keys: KvLayer[] = [];
    for (const layer of stream.keys) keys.push(await convert(layer, keyTurn, cells, pace));
    const values: KvLayer[] = [];
    for (const layer of stream.values) values.push(await convert(layer, valueTurn, cells, pace));
    return { ...stream, keys, values };
  };
  const blocks: StateBlock[] = [];
  for (const { streams } of state.blocks) {
    const all: (StateStream | undefined)[] = [];
    for (const stream of streams) all.push(stream === undefined ? undefined : await convertStream(stream));
    blocks.push({ streams: all });
  }
  return { ...state, blocks };
}

/** @param size that divides the row, and is itself a multiple of the block. */
function turnOf(block: number | undefined, size: number): Turn {
  if (block === undefined) return undefined;
  return (row) => {
    if (row.length % size !== 0)
      throw new MemosError("INVALID_INPUT", "The size of a head divides the row.", { path: "headSize" });
    hadamard(row, block);
  };
}
