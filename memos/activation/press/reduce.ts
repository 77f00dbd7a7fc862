import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { GGML } from "../../inference/gguf/ggmlType.js";
import { Pace } from "../../pace.js";
import { parse } from "../../parse.js";
import { STATE_LIMITS } from "../limits.js";
import type { KvLayer, StateFile, StateStream } from "../state.js";
import { streamImportance } from "./importance.js";
import { byPosition, marked } from "./keep.js";
import { type Rope, turnBy, turnRow } from "./rope.js";
import { numbersIn } from "./rows.js";
import { soleStream } from "./soleStream.js";

const reduceOptionsSchema = z.strictObject({
  /** Channels of one head. */
  headSize: z.int().positive(),
  /** Share of the cells that stay, sinks and recent ones included; they stay in any case. */
  ratio: z.number().min(0).max(1),
  sinks: z.int().nonnegative().max(STATE_LIMITS.tokens).default(4),
  /** At least the last cell: the engine goes on from there. */
  recent: z.int().positive().max(STATE_LIMITS.tokens).default(32),
  method: z.enum(["keydiff", "knorm"]).default("keydiff"),
});

export type ReduceOptions = z.input<typeof reduceOptionsSchema>;

/**
 * Which cells of a state are worth keeping in a smaller working copy: the first, the last, and the most important
 * ones, in the order of their positions.
 *
 * @throws MemosError UNSUPPORTED for a state that `soleStream` refuses, INVALID_INPUT for options out of range.
 */
export async function worthKeeping(state: StateFile, options: ReduceOptions): Promise<Int32Array> {
  const { ratio, sinks, recent, ...how } = parse(reduceOptionsSchema, options);
  const stream = soleStream(state);
  const scores = await streamImportance(stream, how);
  const marks = marked(stream.positions, scores, { sinks, recent, share: ratio });
  return byPosition(stream.positions).filter((cell) => marks[cell] === 1);
}

/**
 * The state with these cells alone, at their positions. The tokens are all still listed: for the engine the text
 * is as long as before, and what is gone is only not looked at. For full attention alone: sliding windows need
 * positions without gaps.
 *
 * @param kept cells in the order of their positions, the last of which is that of the last token.
 * @throws MemosError UNSUPPORTED for a state that `soleStream` refuses, INVALID_INPUT for cells that are not in it.
 */
export async function withGaps(state: StateFile, kept: Int32Array): Promise<StateFile> {
  const stream = soleStream(state);
  const last = kept.at(-1);
  if (last === undefined || stream.positions[last] !== state.tokens.length - 1)
    throw new MemosError("INVALID_INPUT", "The cell of the last token stays.", { path: "kept" });
  return withStream(state, state.tokens, await chosenCells(stream, kept, new Pace()));
}

/**
 * The state with these cells alone, moved together: positions count from 0, the tokens are those of the cells, and
 * each key is turned to where it has gone. What the keys and values had seen of the others stays in them.
 *
 * @param kept cells in the order of their positions.
 * @param rope of the model; a model that scales it otherwise than by divisors cannot be moved together.
 * @throws MemosError UNSUPPORTED for a state that `soleStream` refuses or whose keys are not in half precision,
 * INVALID_INPUT for cells that are not in it and for a rope that does not fit, STATE_INVALID for positions without
 * a token.
 */
export async function compacted(state: StateFile, kept: Int32Array, rope: Rope): Promise<StateFile> {
  const stream = soleStream(state);
  checkRope(rope, stream.keys);
  const pace = new Pace();
  const chosen = await chosenCells(stream, kept, pace);
  const tokens = chosen.positions.map((position) => {
    const token = state.tokens[position];
    if (token === undefined)
      throw new MemosError("STATE_INVALID", "A cell of the KV state has a position without a token.");
    return token;
  });
  for (const [cell, position] of chosen.positions.entries()) {
    if (position === cell) continue;
    const turn = turnBy(cell - position, rope);
    for (const { rowBytes, data } of chosen.keys) {
      turnRow(data, cell * rowBytes, rowBytes, rope, turn);
      if (pace.due(rowBytes / 2)) await pace.turn();
    }
  }
  const positions = chosen.positions.map((_, cell) => cell);
  return withStream(state, tokens, { ...chosen, positions });
}

function checkRope({ headSize, dimensions, base, divisors }: Rope, keys: readonly KvLayer[]): void {
  if (keys.some(({ type }) => type !== GGML.F16))
    throw new MemosError("UNSUPPORTED", "Only keys in half precision (F16) can be turned.");
  const fits =
    Number.isInteger(headSize) &&
    headSize > 0 &&
    keys.every(({ rowBytes }) => rowBytes % (2 * headSize) === 0) &&
    Number.isInteger(dimensions / 2) &&
    dimensions >= 0 &&
    dimensions <= headSize &&
    base > 0 &&
    (divisors === undefined || divisors.length === dimensions / 2);
  if (!fits)
    throw new MemosError("INVALID_INPUT", "These are not the rotary embeddings of the state's model.", {
      path: "rope",
    });
}

function withStream(state: StateFile, tokens: Int32Array, stream: StateStream): StateFile {
  return {
    ...state,
    tokens,
    blocks: state.blocks.map(({ streams }) => ({
      streams: streams.map((before) => (before === undefined ? undefined : stream)),
    })),
  };
}

/** Copies the rows of the chosen cells. */
async function chosenCells(stream: StateStream, kept: Int32Array, pace: Pace): Promise<StateStream> {
  const cells = stream.positions.length;
  const positions = kept.map((cell) => stream.positions[cell] ?? -1);
  const ascends = positions.every((position, i) => i === 0 || position > (positions[i - 1] as number));
  if (kept.length === 0 || !ascends || kept.some((cell) => cell < 0 || cell >= cells))
    throw new MemosError("INVALID_INPUT", "The cells to keep are some of the state's, by position.", {
      path: "kept",
    });
  const keys: KvLayer[] = [];
  for (const layer of stream.keys) keys.push(await chosenRows(layer, kept, pace));
  const values: KvLayer[] = [];
  for (const layer of stream.values)
    values.push(
      stream.transposed
        ? await chosenOfColumns(layer, cells, kept, pace)
        : await chosenRows(layer, kept, pace),
    );
  return { ...stream, positions, keys, values };
}

async function chosenRows({ type, rowBytes, data }: KvLayer, kept: Int32Array, pace: Pace): Promise<KvLayer> {
  const rows = new Uint8Array(kept.length * rowBytes);
  for (const [to, cell] of kept.entries()) {
    rows.set(data.subarray(cell * rowBytes, (cell + 1) * rowBytes), to * rowBytes);
    if (pace.due(rowBytes / 8)) await pace.turn();
  }
  return { type, rowBytes, data: rows };
}

async function chosenOfColumns(
  { type, rowBytes, data }: KvLayer,
  cells: number,
  kept: Int32Array,
  pace: Pace,
): Promise<KvLayer> {
  const size = rowBytes / numbersIn(type, rowBytes);
  const columns = new Uint8Array(kept.length * rowBytes);
  let to = 0;
  for (let column = 0; column < rowBytes / size; column++) {
    for (const cell of kept) {
      const from = (column * cells + cell) * size;
      for (let i = 0; i < size; i++) columns[to++] = data[from + i] as number;
    }
    if (pace.due(kept.length * size)) await pace.turn();
  }
  return { type, rowBytes, data: columns };
}
