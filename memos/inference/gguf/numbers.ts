import { F16_MAX, F16_VALUES, f16Bits } from "./float16.js";
import { GGML } from "./ggmlType.js";

/** How numbers of one GGML type are written. The host is little-endian, as the files are. */
export interface NumberCodec {
  /** The largest number that it can write. */
  readonly largest: number;
  /** As many numbers as `into` has room for. */
  decode(bytes: Uint8Array, into: Float32Array): void;
  /** Rounds to the nearest that can be written; none may be larger than `largest`. */
  encode(numbers: Float32Array, into: Uint8Array): void;
}

const F32_MAX = (2 - 2 ** -23) * 2 ** 127;

const f32: NumberCodec = {
  largest: F32_MAX,
  decode: (bytes, into) => raw(into).set(bytes.subarray(0, into.byteLength)),
  encode: (numbers, into) => into.set(raw(numbers)),
};

const f16: NumberCodec = {
  largest: F16_MAX,
  decode(bytes, into) {
    const view = viewOf(bytes);
    for (let at = 0; at < into.length; at++) into[at] = F16_VALUES[view.getUint16(at * 2, true)] as number;
  },
  encode(numbers, into) {
    const view = viewOf(into);
    for (let at = 0; at < numbers.length; at++) view.setUint16(at * 2, f16Bits(numbers[at] as number), true);
  },
};

/** The upper half of single precision. */
const bf16: NumberCodec = {
  largest: (2 - 2 ** -7) * 2 ** 127,
  decode(bytes, into) {
    const view = viewOf(bytes);
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let at = 0; at < bits.length; at++) bits[at] = view.getUint16(at * 2, true) << 16;
  },
  encode(numbers, into) {
    const view = viewOf(into);
    const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
    for (let at = 0; at < bits.length; at++) {
      const pattern = bits[at] as number;
      view.setUint16(at * 2, (pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16, true);
    }
  },
};

const Q8_NUMBERS = 32;
const Q8_BYTES = 34;

/** Blocks of 32 integers under one half-precision scale, rounded as llama.cpp does (`quantize_row_q8_0_ref`). */
const q8: NumberCodec = {
  largest: F16_MAX * 127,
  decode(bytes, into) {
    const view = viewOf(bytes);
    for (let block = 0; block * Q8_NUMBERS < into.length; block++) {
      const scale = F16_VALUES[view.getUint16(block * Q8_BYTES, true)] as number;
      for (let at = 0; at < Q8_NUMBERS; at++)
        into[block * Q8_NUMBERS + at] = view.getInt8(block * Q8_BYTES + 2 + at) * scale;
    }
  },
  encode(numbers, into) {
    const view = viewOf(into);
    for (let block = 0; block * Q8_NUMBERS < numbers.length; block++) {
      let most = 0;
      for (let at = 0; at < Q8_NUMBERS; at++)
        most = Math.max(most, Math.abs(numbers[block * Q8_NUMBERS + at] as number));
      const scale = Math.fround(most / 127);
      const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
      view.setUint16(block * Q8_BYTES, f16Bits(scale), true);
      for (let at = 0; at < Q8_NUMBERS; at++) {
        const value = Math.fround((numbers[block * Q8_NUMBERS + at] as number) * inverse);
        view.setInt8(block * Q8_BYTES + 2 + at, Math.sign(value) * Math.floor(Math.abs(value) + 0.5));
      }
    }
  },
};

function raw(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** By GGML type: the types whose numbers are read and written here. llama.cpp knows more. */
export const NUMBER_CODECS: ReadonlyMap<number, NumberCodec> = new Map([
  [GGML.F32, f32],
  [GGML.F16, f16],
  [GGML.BF16, bf16],
  [GGML.Q8_0, q8],
]);
