import { ggmlLayout } from "../inference/gguf/ggmlType.js";
import { ByteReader } from "./byteReader.js";
import { checkState, occupied, type StateChecks } from "./checkState.js";
import { STATE_LIMITS } from "./limits.js";
import type { KvLayer, StateBlock, StateFile, StateStream } from "./state.js";
import { stateInvalid } from "./stateInvalid.js";

/*
 * The state file of one sequence, as llama.cpp v0.5.0 writes it (`llama_state_seq_save_file`). Integers are
 * little-endian, nothing is padded.
 *
 *     u32 magic 'ggsq' ; u32 version 3
 *     u32 tokens ; tokens × i32
 *     blocks × {                                     1, or 2 where some layers have a sliding window
 *       u32 streams                                  the `sequences` of the context
 *       streams × {
 *         u32 cells                                  0: nothing more of this stream
 *         cells × { i32 position ; u32 1 ; [3 × i32] ; i32 sequence }       extras with M-RoPE; sequence = stream
 *         u32 transposed ; u32 layers
 *         layers × { i32 type ; u64 row ; cells × row bytes }               keys
 *         layers × { i32 type ; u64 row ; cells × row bytes }               values, not transposed
 *         layers × { i32 type ; u32 element ; u32 columns ; columns × cells × element bytes }    or transposed
 *       }
 *     }
 *     recurrent cache                                hybrid models: see recurrent.ts
 */
export const STATE_MAGIC = 0x67677371;
export const STATE_VERSION = 3;

/** What a file does not say about itself and its model decides. */
export interface StateLayout {
  /** Caches: a second one for layers with a sliding window. */
  readonly blocks: 1 | 2;
  /** Positions have several dimensions (M-RoPE). */
  readonly extras: boolean;
  /** Values are stored; not so with MLA. */
  readonly values: boolean;
  /** A recurrent cache follows. */
  readonly recurrent: boolean;
}

/** Attention alone, over everything: Llama, Qwen 2 and 3, Phi, and most others. */
export const PLAIN_LAYOUT: StateLayout = { blocks: 1, extras: false, values: true, recurrent: false };

/**
 * Reads a state file. Total and bounded: every count is compared with a limit and with what is left before anything
 * is made of it, all that llama.cpp relies on is checked (`checkState`), nothing may be left over. The layers are
 * views into `bytes`, not copies.
 *
 * @throws MemosError STATE_INVALID.
 */
export function parseState(
  bytes: Uint8Array,
  layout: StateLayout = PLAIN_LAYOUT,
  checks: StateChecks = {},
): StateFile {
  const reader = new ByteReader(bytes);
  if (reader.u32() !== STATE_MAGIC) throw stateInvalid("The bytes are not a state of llama.cpp.");
  const version = reader.u32();
  if (version !== STATE_VERSION)
    throw stateInvalid(`The state has version ${version}; version ${STATE_VERSION} is known.`);
  const count = reader.count("tokens", 4, STATE_LIMITS.tokens);
  const tokens = new Int32Array(count).map(() => reader.i32());
  const blocks = Array.from({ length: layout.blocks }, () => readBlock(reader, layout));
  const recurrent = layout.recurrent ? reader.bytes(reader.left) : undefined;
  if (reader.left > 0) throw stateInvalid(`The state has ${reader.left} bytes after its end.`);
  const state = { tokens, blocks, recurrent };
  checkState(state, checks);
  return state;
}

/**
 * The layout of a state that llama.cpp has just written: the simplest one that explains every byte.
 *
 * @throws MemosError STATE_INVALID when none does, with the reason for a plain one.
 */
export function layoutOfState(bytes: Uint8Array): StateLayout {
  let reason: unknown;
  for (const recurrent of [false, true])
    for (const extras of [false, true])
      for (const values of [true, false])
        for (const blocks of [1, 2] as const) {
          const layout = { blocks, extras, values, recurrent };
          try {
            parseState(bytes, layout);
            return layout;
          } catch (error) {
            reason ??= error;
          }
        }
  throw reason;
}

function readBlock(reader: ByteReader, layout: StateLayout): StateBlock {
  const count = reader.count("streams", 4, STATE_LIMITS.streams);
  return { streams: Array.from({ length: count }, (_, stream) => readStream(reader, layout, stream)) };
}

function readStream(reader: ByteReader, layout: StateLayout, stream: number): StateStream | undefined {
  const cells = reader.count("cells", layout.extras ? 24 : 12, STATE_LIMITS.tokens);
  if (cells === 0) return undefined;
  const positions = new Int32Array(cells);
  const extras = layout.extras ? new Int32Array(3 * cells) : undefined;
  for (let cell = 0; cell < cells; cell++) {
    positions[cell] = reader.i32();
    const owners = reader.u32();
    if (extras !== undefined) for (let at = 0; at < 3; at++) extras[3 * cell + at] = reader.i32();
    if (owners !== 1 || reader.i32() !== stream)
      throw stateInvalid(`Cell ${cell} of the state does not belong to its one sequence.`);
  }
  const transposed = reader.u32();
  if (transposed > 1)
    throw stateInvalid("The state says neither yes nor no to whether its values are transposed.");
  const layers = reader.count("layers", 12 + cells, STATE_LIMITS.layers);
  const keys = Array.from({ length: layers }, () => readRows(reader, cells));
  const read = transposed === 1 ? readColumns : readRows;
  const values = Array.from({ length: layout.values ? layers : 0 }, () => read(reader, cells));
  return { positions, extras, transposed: transposed === 1, keys, values };
}

function readRows(reader: ByteReader, cells: number): KvLayer {
  const type = reader.i32();
  return withData(reader, type, reader.u64(), cells);
}

function readColumns(reader: ByteReader, cells: number): KvLayer {
  const type = reader.i32();
  const element = reader.u32();
  if (element !== ggmlLayout(type)?.bytes)
    throw stateInvalid(`The state has values of type ${type} with elements of ${element} bytes.`);
  return withData(reader, type, element * reader.u32(), cells);
}

function withData(reader: ByteReader, type: number, rowBytes: number, cells: number): KvLayer {
  if (rowBytes > STATE_LIMITS.rowBytes)
    throw stateInvalid(`The state has rows of ${rowBytes} bytes; ${STATE_LIMITS.rowBytes} are allowed.`);
  return { type, rowBytes, data: reader.bytes(cells * rowBytes) };
}

/**
 * A state as the bytes of its file, in pieces that follow each other; the layers are not copied. What `parseState`
 * read comes out byte for byte the same.
 *
 * @throws MemosError STATE_INVALID for a state that `parseState` would refuse.
 */
export function writeState(state: StateFile): Uint8Array[] {
  checkState(state);
  const pieces = [words(STATE_MAGIC, STATE_VERSION, state.tokens.length), ints(state.tokens)];
  for (const { streams } of state.blocks) {
    pieces.push(words(streams.length));
    streams.forEach((stream, at) => {
      if (stream === undefined) pieces.push(words(0));
      else pieces.push(...streamPieces(stream, at));
    });
  }
  if (state.recurrent !== undefined) pieces.push(state.recurrent);
  return pieces;
}

function streamPieces(
  { positions, extras, transposed, keys, values }: StateStream,
  at: number,
): Uint8Array[] {
  const cellWords = extras === undefined ? 3 : 6;
  const cells = new Int32Array(positions.length * cellWords);
  positions.forEach((position, cell) => {
    const start = cell * cellWords;
    cells.set([position, 1], start);
    if (extras !== undefined) cells.set(extras.subarray(3 * cell, 3 * cell + 3), start + 2);
    cells[start + cellWords - 1] = at;
  });
  const pieces = [words(positions.length), ints(cells), words(transposed ? 1 : 0, keys.length)];
  for (const { type, rowBytes, data } of keys) pieces.push(words(type, rowBytes, 0), data);
  for (const { type, rowBytes, data } of values) {
    const element = ggmlLayout(type)?.bytes ?? 0;
    pieces.push(transposed ? words(type, element, rowBytes / element) : words(type, rowBytes, 0), data);
  }
  return pieces;
}

function words(...values: readonly number[]): Uint8Array {
  return ints(Int32Array.from(values));
}

function ints(values: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, at) => {
    view.setInt32(at * 4, value, true);
  });
  return new Uint8Array(view.buffer);
}

/**
 * The same state for a context of so many `sequences`, in the stream of sequence `at`. (llama.cpp compares the number
 * of streams, and puts the cells where the loading sequence is, whichever stream they were in.)
 *
 * @throws MemosError STATE_INVALID when several streams have cells.
 */
export function forStreams(state: StateFile, streams: number, at: number): StateFile {
  const blocks = state.blocks.map((block): StateBlock => {
    const stream = block.streams[occupied(block)];
    return { streams: Array.from({ length: streams }, (_, place) => (place === at ? stream : undefined)) };
  });
  return { ...state, blocks };
}

/**
 * What must be written over the file of a canonical state, and behind it, to make it that of `forStreams(state,
 * streams, 0)`: a large file is copied as it is and patched. Undefined for a state of several caches.
 *
 * @param bytes of the file.
 */
export function streamsPatch(
  { tokens, blocks, recurrent }: StateFile,
  bytes: number,
  streams: number,
): readonly { readonly at: number; readonly bytes: Uint8Array }[] | undefined {
  if (blocks.length !== 1 || recurrent !== undefined) return undefined;
  const head = words(STATE_MAGIC, STATE_VERSION, tokens.length).length + tokens.length * 4;
  return [
    { at: head, bytes: words(streams) },
    { at: bytes, bytes: new Uint8Array(4 * (streams - 1)) },
  ];
}

/** The form in which states are kept: as of a context with one sequence. */
export function canonicalState(state: StateFile): StateFile {
  return forStreams(state, 1, 0);
}
