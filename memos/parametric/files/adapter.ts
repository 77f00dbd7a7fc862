import { TARGETS } from "../recipe.js";

/** A matrix of a layer, by the name that PEFT gives it. */
export type Target = (typeof TARGETS)[number];

/** What an adapter adds to one matrix W of `out` rows and `in` columns: W + scale · B · A (arXiv 2106.09685, section 4.1). */
export interface AdapterPair {
  /** From 0. */
  readonly layer: number;
  readonly target: Target;
  /** `rank` rows of `in` numbers. */
  readonly a: Float32Array;
  /** `out` rows of `rank` numbers, in PEFT's order of rows, whatever the base's file has. */
  readonly b: Float32Array;
  /** Of DoRA (2402.09353): `out` numbers, the length of each row of the adapted matrix. */
  readonly magnitude?: Float32Array;
}

/** A LoRA adapter as a value, independent of files and architectures. */
export interface Adapter {
  readonly rank: number;
  readonly alpha: number;
  /** How much B · A counts: `alpha / rank`, under rsLoRA (2312.03732) `alpha / √rank`. */
  readonly scale: number;
  /** By layer, then in the order of `TARGETS`; each matrix at most once. */
  readonly pairs: readonly AdapterPair[];
}

/** Whether an adapter has magnitudes apart: then it is no sum, and neither GGUF nor merging can express it. */
export function isDora({ pairs }: Pick<Adapter, "pairs">): boolean {
  return pairs.some(({ magnitude }) => magnitude !== undefined);
}

/** The order of the pairs of an adapter. */
export function inOrder<P extends Pick<AdapterPair, "layer" | "target">>(pairs: Iterable<P>): P[] {
  return [...pairs].sort(
    (one, other) => one.layer - other.layer || TARGETS.indexOf(one.target) - TARGETS.indexOf(other.target),
  );
}
