import type { Target } from "./adapter.js";
import type { BaseShape } from "./baseShape.js";

/**
 * Architectures whose files have the rows of queries and keys in another order than PEFT. Their rotary embedding
 * turns neighbours in llama.cpp and halves in transformers; llama.cpp's conversion permutes the rows instead
 * (`undo_permute` of conversion/llama.py, and what derives from it; conversion/internlm.py).
 */
const PERMUTED: ReadonlySet<string> = new Set(["llama", "mistral3", "granite", "internlm2"]);

/**
 * Which of PEFT's rows is at each row of the matrix in the base's file. Heads stay in place, however many there are:
 *
 *     file   0  1    2  3      …  d-2    d-1      of each head of d rows
 *     PEFT   0  d/2  1  d/2+1  …  d/2-1  d-1
 */
export function rowOrder(
  { architecture, headDim }: Pick<BaseShape, "architecture" | "headDim">,
  target: Target,
): (row: number) => number {
  if (!isPermuted(architecture, target)) return (row) => row;
  return (row) => {
    const place = row % headDim;
    return row - place + (place % 2) * (headDim / 2) + Math.floor(place / 2);
  };
}

/** Whether such a matrix has rows in another order, by heads: it must then have whole ones of an even size. */
export function isPermuted(architecture: string, target: Target): boolean {
  return (target === "q_proj" || target === "k_proj") && PERMUTED.has(architecture);
}
