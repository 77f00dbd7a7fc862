/** The smallest block that llama.cpp rotates; every size is this times a power of two. */
const SMALLEST_BLOCK = 64;

/**
 * The size of the blocks in which llama.cpp rotates the keys of a head: the largest 64 times a power of two that
 * divides the head, or undefined where none does and keys are stored as they are. Values have blocks of 64.
 */
export function keyBlock(headSize: number): number | undefined {
  if (headSize < SMALLEST_BLOCK || headSize % SMALLEST_BLOCK !== 0) return undefined;
  let size = SMALLEST_BLOCK;
  while (headSize % (size * 2) === 0) size *= 2;
  return size;
}

export const VALUE_BLOCK = SMALLEST_BLOCK;

/**
 * Rotates a row in place, block by block, by the orthonormal Hadamard matrix in Sylvester's order. It is symmetric:
 * a second time gives the row back. llama.cpp stores quantised caches so (upstream pull request 21038).
 *
 * @param block a power of two that divides the length of the row.
 */
export function hadamard(row: Float32Array, block: number): void {
  const norm = 1 / Math.sqrt(block);
  for (let start = 0; start < row.length; start += block) {
    const end = start + block;
    for (let half = 1; half < block; half *= 2)
      for (let at = start; at < end; at += 2 * half)
        for (let i = at; i < at + half; i++) {
          const a = row[i] as number;
          const b = row[i + half] as number;
          row[i] = a + b;
          row[i + half] = a - b;
        }
    for (let i = start; i < end; i++) row[i] = (row[i] as number) * norm;
  }
}
