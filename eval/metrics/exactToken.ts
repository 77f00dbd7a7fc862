const BETWEEN = /[\s:"'.,?!{}]+/u;

/**
 * 1 when the gold is one of the words of an output, as it is written, otherwise 0 (key-value retrieval of InfiniteBench,
 * Zhang et al., 2024, and SCBench).
 *
 * @example exactToken("It is 4711.", "4711") // 1
 */
export function exactToken(output: string, gold: string): number {
  return output.split(BETWEEN).includes(gold) ? 1 : 0;
}
