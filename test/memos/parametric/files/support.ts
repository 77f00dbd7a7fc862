import assert from "node:assert/strict";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { GGML } from "../../../../memos/inference/gguf/index.js";
import { tensorName } from "../../../../memos/parametric/files/baseShape.js";
import type { Adapter, AdapterPair, BaseShape } from "../../../../memos/parametric/files/index.js";
import { TARGETS } from "../../../../memos/parametric/recipe.js";

export const LAYERS = 2;

/** Columns and rows of the matrices of a small base. */
export const MATRICES = {
  q_proj: [8, 8],
  k_proj: [8, 4],
  v_proj: [8, 4],
  o_proj: [8, 8],
  gate_proj: [8, 12],
  up_proj: [8, 12],
  down_proj: [12, 8],
} as const;

/** A base of two layers with two heads of 4 numbers for queries and one for keys; there is no file of it. */
export function smallBase(architecture = "llama"): BaseShape {
  const tensors = TARGETS.flatMap((target) =>
    Array.from({ length: LAYERS }, (_, layer) => tensorName(layer, target)).map((name) => {
      const dimensions = MATRICES[target];
      return [name, { name, dimensions, type: GGML.F32, offset: 0, bytes: 0 }] as const;
    }),
  );
  return {
    path: "/nowhere",
    sha256: "ab".repeat(32),
    name: "small",
    architecture,
    layers: LAYERS,
    headDim: 4,
    tensors: new Map(tensors),
  };
}

/** Any finite single: zeros of both signs and subnormal numbers among them. */
const single = fc.float({ noNaN: true, noDefaultInfinity: true });

/** Numbers that are neither so large nor so small that sums of products lose them. */
export const moderate: fc.Arbitrary<number> = fc
  .float({ min: -4, max: 4, noNaN: true })
  .map((value) => Math.fround(Math.round(value * 1024) / 1024));

function numbers(length: number, of: fc.Arbitrary<number>): fc.Arbitrary<Float32Array> {
  return fc.array(of, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
}

/** An adapter for `smallBase` over some of its matrices, as PEFT may have made it. */
export function arbitraryAdapter(
  of: fc.Arbitrary<number> = single,
  maxRank = 3,
  dora = false,
): fc.Arbitrary<Adapter> {
  const places = Array.from({ length: LAYERS }, (_, layer) =>
    TARGETS.map((target) => ({ layer, target })),
  ).flat();
  return fc
    .record({
      rank: fc.integer({ min: 1, max: maxRank }),
      // What a GGUF file can say: single precision.
      alpha: fc.constantFrom(0.5, 1, 8, 32, 33.25),
      stabilised: fc.boolean(),
      changed: fc.subarray(places, { minLength: 1 }),
    })
    .chain(({ rank, alpha, stabilised, changed }) =>
      fc
        .tuple(
          ...changed.map(({ layer, target }): fc.Arbitrary<AdapterPair> => {
            const [columns, rows] = MATRICES[target];
            return fc
              .record({
                a: numbers(rank * columns, of),
                b: numbers(rank * rows, of),
                magnitude: numbers(rows, of),
              })
              .map(({ a, b, magnitude }) => ({ layer, target, a, b, ...(dora ? { magnitude } : {}) }));
          }),
        )
        .map((pairs) => ({
          rank,
          alpha,
          scale: stabilised ? alpha / Math.sqrt(rank) : alpha / rank,
          pairs,
        })),
    );
}

/** An adapter of all matrices, always the same. */
export function sampleAdapter(rank = 2): Adapter {
  const pairs = Array.from({ length: LAYERS }, (_, layer) =>
    TARGETS.map((target): AdapterPair => {
      const [columns, rows] = MATRICES[target];
      const value = (_: unknown, at: number) => Math.sin(at + layer + target.length);
      return {
        layer,
        target,
        a: Float32Array.from({ length: rank * columns }, value),
        b: Float32Array.from({ length: rank * rows }, value),
      };
    }),
  ).flat();
  return { rank, alpha: 8, scale: 8 / rank, pairs };
}

/** The numbers as bit patterns: 0 and -0 differ. */
export function bits(pairs: readonly AdapterPair[]): unknown {
  const patterns = (values: Float32Array) => [
    ...new Uint32Array(values.buffer, values.byteOffset, values.length),
  ];
  return pairs.map(({ layer, target, a, b, magnitude }) => [
    layer,
    target,
    patterns(a),
    patterns(b),
    magnitude === undefined ? undefined : patterns(magnitude),
  ]);
}

/** For `assert.rejects`: ADAPTER_INVALID, with a sentence that fits. */
export function adapterRefused(reason = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isMemosError(error, "ADAPTER_INVALID"), String(error));
    assert.match(error.message, reason);
    assert.match(error.message, /\.$/);
    assert.ok(error.message.length < 300, "an error is a line");
    return true;
  };
}
