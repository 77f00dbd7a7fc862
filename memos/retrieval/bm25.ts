import { OWN_WEIGHT } from "../store/index/weights.js";

/**
 * BM25 of Robertson and Zaragoza (2009, section 3.4), with the usual defaults. A row repeats its own terms
 * OWN_WEIGHT times, so saturation begins as much later.
 */
export const BM25 = { k1: 1.2 * OWN_WEIGHT, b: 0.75 } as const;

export interface Collection {
  readonly rows: number;
  readonly averageLength: number;
}

export function inverseDocumentFrequency(rows: number, rowsWithTerm: number): number {
  return Math.log(1 + (Math.max(0, rows - rowsWithTerm) + 0.5) / (rowsWithTerm + 0.5));
}

/** Weight of one term in one row. `frequency` counts occurrences, `length` all terms of the row. */
export function termWeight(idf: number, frequency: number, length: number, averageLength: number): number {
  const { k1, b } = BM25;
  const norm = k1 * (1 - b + (b * length) / Math.max(1, averageLength));
  return (idf * frequency * (k1 + 1)) / (frequency + norm);
}
