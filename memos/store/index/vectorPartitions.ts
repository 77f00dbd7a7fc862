/** From this many rows on, vectors get an index; below it every vector is compared. */
export const VECTOR_INDEX_ROWS = 10_000;

/**
 * A query looks into as many partitions of the index as hold about this many rows, and never into less than a share
 * of them. The index has a bit for each dimension (RaBitQ), so that looking at all rows is cheap up to here.
 */
const PROBED_ROWS = 320_000;
const PROBED_SHARE = 0.3;

/**
 * Into how many partitions the vectors of a table should be divided: half the square root of their number, anew when
 * there are four times as many.
 *
 * @param present how many there are now.
 * @returns undefined when they may stay as they are.
 */
export function partitionsDue(vectors: number, present: number | undefined): number | undefined {
  const wanted = Math.ceil(Math.sqrt(vectors) / 2);
  return vectors < VECTOR_INDEX_ROWS || wanted < 2 * (present ?? 1) ? undefined : wanted;
}

/** Partitions that a query looks into, of a table with so many rows. */
export function probesOf(rows: number, partitions: number | undefined): number {
  return Math.ceil((partitions ?? 1) * probedShare(rows));
}

/** The share of a table's vectors that a query is compared with. */
export function probedShare(rows: number): number {
  return Math.min(1, Math.max(PROBED_SHARE, PROBED_ROWS / Math.max(1, rows)));
}
