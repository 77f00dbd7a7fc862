import { MemosError } from "../../../memcube/index.js";
import { F16_VALUES, f16Bits } from "../../inference/gguf/float16.js";
import { GGML, ggmlLayout } from "../../inference/gguf/ggmlType.js";
import { stateInvalid } from "../stateInvalid.js";

/** Types that rows are read in. */
const READABLE: readonly number[] = Object.values(GGML);

/** Numbers of a block of the quantised types. */
const BLOCK = 32;

/**
 * How many numbers a row of so many bytes has.
 *
 * @throws MemosError UNSUPPORTED for another type, STATE_INVALID when the bytes are no whole blocks.
 */
export function numbersIn(type: number, rowBytes: number): number {
  const layout = READABLE.includes(type) ? ggmlLayout(type) : undefined;
  if (layout === undefined) throw new MemosError("UNSUPPORTED", `Rows of GGML type ${type} cannot be read.`);
  if (rowBytes % layout.bytes !== 0) throw stateInvalid("A row of the state is not made of whole blocks.");
  return (rowBytes / layout.bytes) * layout.elements;
}

export function isQuantised(type: number): boolean {
  return type === GGML.Q4_0 || type === GGML.Q8_0;
}

/** Infinities and NaN have no place in a quantised row; a model whose cache holds them computes nothing. */
export function notFinite(): MemosError {
  return stateInvalid("The state holds numbers that are not finite.");
}

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

function half(data: Uint8Array, at: number): number {
  return F16_VALUES[(data[at] as number) | ((data[at + 1] as number) << 8)] as number;
}

/**
 * Reads a row of `into.length` numbers that begins at a byte. The quantised types have blocks of 32 numbers: the
 * scale in half precision, then
 *
 *     Q8_0   32 signed bytes                                    number = scale × byte
 *     Q4_0   16 bytes: number i low in it, number i + 16 high   number = scale × (four bits − 8)
 */
export function readRow(type: number, data: Uint8Array, at: number, into: Float32Array): void {
  switch (type) {
    case GGML.F16:
      for (let i = 0; i < into.length; i++) into[i] = half(data, at + 2 * i);
      return;
    case GGML.Q8_0:
      for (let start = 0, from = at; start < into.length; start += BLOCK, from += 34) {
        const scale = half(data, from);
        for (let i = 0; i < BLOCK; i++)
          into[start + i] = scale * (((data[from + 2 + i] as number) << 24) >> 24);
      }
      return;
    case GGML.Q4_0:
      for (let start = 0, from = at; start < into.length; start += BLOCK, from += 18) {
        const scale = half(data, from);
        for (let i = 0; i < 16; i++) {
          const both = data[from + 2 + i] as number;
          into[start + i] = scale * ((both & 15) - 8);
          into[start + 16 + i] = scale * ((both >> 4) - 8);
        }
      }
      return;
    default: {
      const bytes = type === GGML.F32 ? 4 : 2;
      for (let i = 0; i < into.length; i++) {
        const high = at + bytes * (i + 1) - 2;
        word[0] = ((data[high + 1] as number) << 24) | ((data[high] as number) << 16);
        if (bytes === 4) word[0] |= ((data[high - 1] as number) << 8) | (data[high - 2] as number);
        into[i] = single[0] as number;
      }
    }
  }
}

/** Writes a row in half precision. */
export function writeF16Row(row: Float32Array, data: Uint8Array, at: number): void {
  for (let i = 0; i < row.length; i++) {
    const bits = f16Bits(row[i] as number);
    data[at + 2 * i] = bits & 0xff;
    data[at + 2 * i + 1] = bits >> 8;
  }
}

/**
 * Writes a row of whole blocks as Q8_0, rounding as GGML does (`quantize_row_q8_0_ref`).
 *
 * @throws MemosError STATE_INVALID for a number that is not finite.
 */
export function writeQ8Row(row: Float32Array, data: Uint8Array, at: number): void {
  for (let start = 0, to = at; start < row.length; start += BLOCK, to += 34) {
    let largest = 0;
    for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(row[start + i] as number));
    const scale = largest / 127;
    if (!Number.isFinite(scale)) throw notFinite();
    const bits = f16Bits(scale);
    data[to] = bits & 0xff;
    data[to + 1] = bits >> 8;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = 0; i < BLOCK; i++) {
      const value = (row[start + i] as number) * inverse;
      data[to + 2 + i] = value < 0 ? -Math.trunc(0.5 - value) : Math.trunc(value + 0.5);
    }
  }
}
