import { GGML, ggmlLayout } from "../inference/gguf/ggmlType.js";
import { STATE_LIMITS } from "./limits.js";
import { checkRecurrent } from "./recurrent.js";
import type { KvLayer, StateBlock, StateFile, StateStream } from "./state.js";
import { stateInvalid } from "./stateInvalid.js";

/** GGML types that llama.cpp keeps keys and values in: those above, and Q4_1, Q5_0, Q5_1, IQ4_NL. */
const CACHE_TYPES: ReadonlySet<number> = new Set([...Object.values(GGML), 3, 6, 7, 20]);

export interface StateChecks {
  /** Tokens of the model's vocabulary. */
  readonly vocabulary?: number | undefined;
}

/**
 * Whether a state is one that llama.cpp can take: of one sequence, with the cells, positions, rows and lengths that it
 * relies on without looking. What llama.cpp itself compares with the model (layers, types, rows) is left to it, and
 * to the fingerprint.
 *
 * @throws MemosError STATE_INVALID.
 */
export function checkState(state: StateFile, { vocabulary = 2 ** 31 }: StateChecks = {}): void {
  const { tokens, blocks, recurrent } = state;
  if (tokens.length === 0) throw stateInvalid("The state has no tokens.");
  if (tokens.length > STATE_LIMITS.tokens)
    throw stateInvalid(`The state has ${tokens.length} tokens; ${STATE_LIMITS.tokens} are allowed.`);
  if (tokens.some((token) => token < 0 || token >= vocabulary))
    throw stateInvalid("The state has a token that is not in the model's vocabulary.");
  if (blocks.length !== 1 && blocks.length !== 2)
    throw stateInvalid("The state has neither one cache nor two.");
  const places = new Set(blocks.map((block) => `${block.streams.length}:${occupied(block)}`));
  if (places.size > 1) throw stateInvalid("The caches of the state do not have the same streams.");
  const streams = blocks.map((block) => block.streams[occupied(block)] as StateStream);
  streams.forEach((stream, number) => {
    checkPositions(stream.positions, tokens.length, number > 0);
    checkStream(stream);
  });
  const attention = streams.reduce((sum, { keys }) => sum + keys.length, 0);
  if (recurrent !== undefined) checkRecurrent(recurrent, tokens.length, attention);
}

/** The one stream that has cells. @throws MemosError STATE_INVALID when none has, or several. */
export function occupied({ streams }: StateBlock): number {
  if (streams.length > STATE_LIMITS.streams)
    throw stateInvalid(`The state has ${streams.length} streams; ${STATE_LIMITS.streams} are allowed.`);
  const found = streams.flatMap((stream, at) => (stream === undefined ? [] : [at]));
  const [only, ...others] = found;
  if (only === undefined) throw stateInvalid("The state has no cells.");
  if (others.length > 0) throw stateInvalid("The state has cells of several sequences.");
  return only;
}

/**
 * Decoding goes on after the last token, so that its cell must be there. A window's cells are in the order of a ring;
 * elsewhere they ascend.
 */
function checkPositions(positions: Int32Array, tokens: number, window: boolean): void {
  const ordered = window ? positions.toSorted() : positions;
  if (ordered.length === 0) throw stateInvalid("The state has no cells.");
  for (let cell = 0, before = -1; cell < ordered.length; cell++) {
    const position = ordered[cell] ?? -1;
    if (position <= before)
      throw stateInvalid(`Cell ${cell} of the state has position ${position} after position ${before}.`);
    before = position;
  }
  if (ordered.at(-1) !== tokens - 1)
    throw stateInvalid(`The state ends at position ${ordered.at(-1)}, its tokens at ${tokens - 1}.`);
}

function checkStream({ positions, extras, transposed, keys, values }: StateStream): void {
  const cells = positions.length;
  if (extras !== undefined && extras.length !== 3 * cells)
    throw stateInvalid("The state does not have three numbers for each cell.");
  if (keys.length === 0 || keys.length > STATE_LIMITS.layers)
    throw stateInvalid(`The state has ${keys.length} layers; 1 to ${STATE_LIMITS.layers} are allowed.`);
  if (values.length !== 0 && values.length !== keys.length)
    throw stateInvalid(`The state has keys of ${keys.length} layers and values of ${values.length}.`);
  for (const layer of keys) checkLayer(layer, cells, false);
  for (const layer of values) checkLayer(layer, cells, transposed);
}

/** @throws MemosError STATE_INVALID. */
export function checkLayer({ type, rowBytes, data }: KvLayer, cells: number, transposed: boolean): void {
  const layout = CACHE_TYPES.has(type) ? ggmlLayout(type) : undefined;
  if (layout === undefined) throw stateInvalid(`The state has a layer of type ${type}, which no cache has.`);
  if (transposed && layout.elements > 1)
    throw stateInvalid(`The state has transposed values of type ${layout.name}, which cannot be.`);
  if (rowBytes <= 0 || rowBytes > STATE_LIMITS.rowBytes || rowBytes % layout.bytes !== 0)
    throw stateInvalid(
      `The state has a layer with rows of ${rowBytes} bytes, which ${layout.name} cannot have.`,
    );
  if (data.byteLength !== cells * rowBytes)
    throw stateInvalid("A layer of the state is not as long as its cells and rows say.");
}
