import { F16_VALUES, f16Bits } from "../../inference/gguf/float16.js";

/** How a model turns its keys by their position (RoFormer, arXiv 2104.09864, section 3.2). */
export interface Rope {
  /** Channels of one head, and how many of them, from the first, are turned. */
  readonly headSize: number;
  readonly dimensions: number;
  /** Base of the frequencies: pair `i` turns by `base ^ (-2i / dimensions)` for each position. */
  readonly base: number;
  /** `adjacent`: channels (2i, 2i + 1), as in `llama`; `halves`: (i, i + dimensions / 2), as in NEOX-style models. */
  readonly pairs: "adjacent" | "halves";
  /** What each frequency is divided by (`rope_freqs.weight`, of Llama 3.1 and later). */
  readonly divisors?: Float32Array;
}

/** Angles, as cosine and sine, by which each pair of a key turns when it moves by so many positions. */
export function turnBy(
  delta: number,
  rope: Rope,
): { readonly cos: Float64Array; readonly sin: Float64Array } {
  const pairs = rope.dimensions / 2;
  const cos = new Float64Array(pairs);
  const sin = new Float64Array(pairs);
  for (let i = 0; i < pairs; i++) {
    const angle = (delta * rope.base ** ((-2 * i) / rope.dimensions)) / (rope.divisors?.[i] ?? 1);
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  return { cos, sin };
}

/** Turns every head of one row of keys in half precision, in place. */
export function turnRow(
  data: Uint8Array,
  at: number,
  rowBytes: number,
  { headSize, dimensions, pairs }: Rope,
  { cos, sin }: ReturnType<typeof turnBy>,
): void {
  const [step, apart] = pairs === "adjacent" ? [2, 1] : [1, dimensions / 2];
  for (let head = at; head < at + rowBytes; head += 2 * headSize)
    for (let i = 0; i < cos.length; i++) {
      const first = head + 2 * step * i;
      const second = first + 2 * apart;
      const x = read(data, first);
      const y = read(data, second);
      write(data, first, x * (cos[i] as number) - y * (sin[i] as number));
      write(data, second, x * (sin[i] as number) + y * (cos[i] as number));
    }
}

function read(data: Uint8Array, at: number): number {
  return F16_VALUES[(data[at] as number) | ((data[at + 1] as number) << 8)] as number;
}

function write(data: Uint8Array, at: number, value: number): void {
  const bits = f16Bits(value);
  data[at] = bits & 0xff;
  data[at + 1] = bits >> 8;
}
