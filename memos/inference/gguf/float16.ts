/** The largest finite half-precision number. */
export const F16_MAX = 65_504;

/** What each of the 65,536 half-precision patterns (IEEE 754 binary16) is worth. */
export const F16_VALUES: Float32Array = Float32Array.from({ length: 0x1_0000 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
});

const single = new Float32Array(1);
const pattern = new Uint32Array(single.buffer);

/**
 * The half-precision pattern nearest to a number, a tie going to the even one; what is too large becomes infinity.
 * The number is rounded to single precision first.
 */
export function f16Bits(value: number): number {
  single[0] = value;
  const bits = pattern[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude >= 0x3880_0000) {
    if (magnitude >= 0x4780_0000) return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00);
    return sign | ((magnitude - 0x3800_0000 + 0xfff + ((magnitude >> 13) & 1)) >> 13);
  }
  // Beside one half, the last bit of single precision is the last bit of a subnormal half: the addition rounds.
  single[0] = Math.abs(value) + 0.5;
  return sign | ((pattern[0] as number) - 0x3f00_0000);
}
