import { F16_MAX, F16_VALUES, f16Bits } from "../../inference/gguf/float16.js";
import type { Pace } from "../../pace.js";
import { stateInvalid } from "../stateInvalid.js";
import { notFinite } from "./rows.js";

/** Bits of one number: 16 is half precision as it is. */
export type Bits = 2 | 4 | 8 | 16;

/**
 * Numbers of one layer that are kept with the same number of bits. Up to `group` neighbours along one axis share a
 * smallest number and a step, both in half precision: such a run is a lane.
 *
 *     keys     along: cells, across: channels       values     along: channels, across: cells
 *
 * An axis is a list of places: number (i, j) of the layer is at `along[i] + across[j]`. Encoded:
 *
 *     16 bits    every number, across after across
 *     fewer      (smallest, step) of every lane; then the codes of every lane, low bits first, in whole bytes
 *
 * Lanes come group after group, and across after across in it.
 */
export interface Part {
  readonly along: Int32Array;
  readonly across: Int32Array;
  readonly group: number;
  readonly bits: Bits;
}

/** Bytes of an encoded part. */
export function partBytes({ along, across, group, bits }: Part): number {
  if (bits === 16) return 2 * along.length * across.length;
  const lane = (length: number) => (length === 0 ? 0 : 4 + Math.ceil((length * bits) / 8));
  const whole = Math.floor(along.length / group);
  return across.length * (whole * lane(group) + lane(along.length % group));
}

/** The groups of a part: where each begins, how long its lanes are, and where their scales and codes are. */
function* groupsOf({ along, across, group, bits }: Part, at: number) {
  let scales = at;
  let codes = at + 4 * across.length * Math.ceil(along.length / group);
  for (let from = 0; from < along.length; from += group) {
    const length = Math.min(group, along.length - from);
    const bytes = Math.ceil((length * bits) / 8);
    yield { from, length, scales, codes, bytes };
    scales += 4 * across.length;
    codes += bytes * across.length;
  }
}

/**
 * Encodes a part of a layer into `out` from `at` on.
 *
 * @throws MemosError STATE_INVALID for a number that is not finite.
 */
export async function packPart(
  data: Uint8Array,
  part: Part,
  out: Uint8Array,
  at: number,
  pace: Pace,
): Promise<void> {
  const { along, across, bits } = part;
  if (bits === 16) {
    let to = at;
    for (const base of across) {
      for (const place of along) {
        const from = 2 * (base + place);
        out[to++] = data[from] as number;
        out[to++] = data[from + 1] as number;
      }
      if (pace.due(along.length)) await pace.turn();
    }
    return;
  }
  const lane = new Float32Array(Math.min(part.group, along.length));
  for (const { from, length, scales, codes, bytes } of groupsOf(part, at))
    for (let j = 0; j < across.length; j++) {
      gather(data, across[j] as number, along, from, length, lane);
      packLane(lane, length, bits, out, scales + 4 * j, codes + bytes * j);
      if (pace.due(length)) await pace.turn();
    }
}

function gather(
  data: Uint8Array,
  base: number,
  along: Int32Array,
  from: number,
  length: number,
  lane: Float32Array,
): void {
  for (let i = 0; i < length; i++) {
    const at = 2 * (base + (along[from + i] as number));
    lane[i] = F16_VALUES[(data[at] as number) | ((data[at + 1] as number) << 8)] as number;
  }
}

function packLane(
  lane: Float32Array,
  length: number,
  bits: 2 | 4 | 8,
  out: Uint8Array,
  scale: number,
  at: number,
): void {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const value = lane[i] as number;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    sum += value;
  }
  if (!Number.isFinite(sum)) throw notFinite();
  const steps = 2 ** bits - 1;
  // Rounded up, so that the largest number is within the last step.
  let stepBits = f16Bits((largest - smallest) / steps);
  if ((F16_VALUES[stepBits] as number) * steps < largest - smallest) stepBits++;
  const smallestBits = f16Bits(smallest);
  out[scale] = smallestBits & 0xff;
  out[scale + 1] = smallestBits >> 8;
  out[scale + 2] = stepBits & 0xff;
  out[scale + 3] = stepBits >> 8;
  const step = F16_VALUES[stepBits] as number;
  const inverse = step === 0 ? 0 : 1 / step;
  const perByte = 8 / bits;
  for (let i = 0, to = at; i < length; to++) {
    let byte = 0;
    const end = Math.min(length, i + perByte);
    for (let shift = 0; i < end; i++, shift += bits)
      byte |= (((lane[i] as number) - smallest) * inverse + 0.5) << shift;
    out[to] = byte;
  }
}

/**
 * Decodes a part into a layer of half-precision patterns.
 *
 * @throws MemosError STATE_INVALID for scales that `packPart` never writes.
 */
export async function unpackPart(
  coded: Uint8Array,
  at: number,
  part: Part,
  out: Uint16Array,
  pace: Pace,
): Promise<void> {
  const { along, across, bits } = part;
  if (bits === 16) {
    let from = at;
    for (const base of across) {
      for (const place of along) {
        out[base + place] = (coded[from] as number) | ((coded[from + 1] as number) << 8);
        from += 2;
      }
      if (pace.due(along.length)) await pace.turn();
    }
    return;
  }
  const levels = new Uint16Array(2 ** bits);
  for (const { from, length, scales, codes, bytes } of groupsOf(part, at))
    for (let j = 0; j < across.length; j++) {
      const scale = scales + 4 * j;
      const smallest = (coded[scale] as number) | ((coded[scale + 1] as number) << 8);
      const step = (coded[scale + 2] as number) | ((coded[scale + 3] as number) << 8);
      if ((smallest & 0x7c00) === 0x7c00 || step >= 0x7c00)
        throw stateInvalid("The compressed state has a scale that is no number.");
      const low = F16_VALUES[smallest] as number;
      const width = F16_VALUES[step] as number;
      const base = across[j] as number;
      const code = codes + bytes * j;
      if (bits === 8) spread8(coded, code, low, width, out, base, along, from, length);
      else {
        // Few numbers to compute; then all are looked up.
        for (let level = 0; level < levels.length; level++)
          levels[level] = f16Bits(Math.min(F16_MAX, low + width * level));
        spreadLevels(coded, code, bits, levels, out, base, along, from, length);
      }
      if (pace.due(length)) await pace.turn();
    }
}

function spreadLevels(
  coded: Uint8Array,
  at: number,
  bits: 2 | 4,
  levels: Uint16Array,
  out: Uint16Array,
  base: number,
  along: Int32Array,
  from: number,
  length: number,
): void {
  const mask = 2 ** bits - 1;
  for (let i = 0, bit = 0; i < length; i++, bit += bits) {
    const code = ((coded[at + (bit >> 3)] as number) >> (bit & 7)) & mask;
    out[base + (along[from + i] as number)] = levels[code] as number;
  }
}

function spread8(
  coded: Uint8Array,
  at: number,
  low: number,
  width: number,
  out: Uint16Array,
  base: number,
  along: Int32Array,
  from: number,
  length: number,
): void {
  for (let i = 0; i < length; i++)
    out[base + (along[from + i] as number)] = f16Bits(
      Math.min(F16_MAX, low + width * (coded[at + i] as number)),
    );
}
