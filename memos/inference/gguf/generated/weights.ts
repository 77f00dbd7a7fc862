import { GGML, ggmlLayout } from "../ggmlType.js";

/** Numbers in the table that tensors take their rows from. */
const TABLE_NUMBERS = 2 ** 18;

/** Numbers that are taken from one place of the table. */
const RUN_NUMBERS = 128;

/** Bytes of a tensor that are made at once. */
const PIECE_BYTES = 1024 * 1024;

/** Mulberry32: 32 random bits at a time, the same ones for the same seed on every machine. */
export function randomBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Nearly normal numbers of the given deviation: sums of four uniform ones (Irwin and Hall). */
function normalTable(seed: number, deviation: number): Float32Array {
  const bits = randomBits(seed);
  const scale = (deviation * Math.sqrt(3)) / 2 ** 16;
  const table = new Float32Array(TABLE_NUMBERS);
  for (let at = 0; at < TABLE_NUMBERS; at++) {
    const [one, two] = [bits(), bits()];
    table[at] = ((one >>> 16) + (one & 0xffff) + (two >>> 16) + (two & 0xffff) - 2 ** 17) * scale;
  }
  return table;
}

/** A number as IEEE half precision. Too small for a normal half is 0: weights do not need those. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign;
  if (size >= 65_520) return sign | 0x7c00;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  // A mantissa that rounds up to the next power carries into the exponent, which is what is wanted.
  return sign + ((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024);
}

function encoded(table: Float32Array, type: number): Uint8Array {
  if (type === GGML.F32) return new Uint8Array(table.buffer);
  if (type === GGML.F16) {
    const bytes = new DataView(new ArrayBuffer(table.length * 2));
    table.forEach((value, at) => {
      bytes.setUint16(at * 2, toHalf(value), true);
    });
    return new Uint8Array(bytes.buffer);
  }
  const blocks = table.length / 32;
  const bytes = new DataView(new ArrayBuffer(blocks * 34));
  for (let block = 0; block < blocks; block++) {
    const numbers = table.subarray(block * 32, block * 32 + 32);
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    bytes.setUint16(block * 34, toHalf(scale), true);
    numbers.forEach((value, at) => {
      bytes.setInt8(block * 34 + 2 + at, Math.round(value / scale));
    });
  }
  return new Uint8Array(bytes.buffer);
}

/** Random tensors of one GGML type (F32, F16 or Q8_0), the same ones for the same seed. */
export class RandomWeights {
  readonly #tables = new Map<number, Uint8Array>();

  constructor(
    private readonly type: number,
    private readonly seed: number,
  ) {}

  /**
   * `rows` rows of `length` numbers, put together of runs out of one random table at random places: fast enough
   * for gigabytes, and no two rows of a matrix are alike in practice.
   *
   * @param tensor its number; it decides about the places.
   * @param zeroRows rows that are all 0.
   */
  *rows(
    tensor: number,
    length: number,
    rows: number,
    deviation: number,
    zeroRows: ReadonlySet<number> = new Set(),
  ): Generator<Uint8Array> {
    const table = this.#table(deviation);
    const { elements, bytes } = ggmlLayout(this.type) ?? { elements: 1, bytes: 4 };
    const rowBytes = (length / elements) * bytes;
    const runBytes = (RUN_NUMBERS / elements) * bytes;
    const places = (TABLE_NUMBERS - RUN_NUMBERS) / elements + 1;
    const bits = randomBits(this.seed ^ Math.imul(tensor + 1, 0x9e3779b1));
    const atOnce = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
    for (let first = 0; first < rows; first += atOnce) {
      const piece = new Uint8Array(Math.min(atOnce, rows - first) * rowBytes);
      for (let start = 0; start < piece.byteLength; start += rowBytes) {
        if (zeroRows.has(first + start / rowBytes)) continue;
        for (let at = 0; at < rowBytes; at += runBytes) {
          const place = (bits() % places) * bytes;
          piece.set(table.subarray(place, place + Math.min(runBytes, rowBytes - at)), start + at);
        }
      }
      yield piece;
    }
  }

  #table(deviation: number): Uint8Array {
    const known = this.#tables.get(deviation);
    if (known !== undefined) return known;
    const table = encoded(normalTable(this.seed, deviation), this.type);
    this.#tables.set(deviation, table);
    return table;
  }
}
