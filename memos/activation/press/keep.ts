/** Which cells to treat better than the others. */
export interface Keep {
  /** Cells at the beginning, on which attention rests whatever they say (StreamingLLM, arXiv 2309.17453). */
  readonly sinks: number;
  /** Cells at the end. */
  readonly recent: number;
  /** Share of all cells, sinks and recent ones included; where those are more, there are no others. */
  readonly share: number;
}

/**
 * Marks sinks, recent cells, and then the most important ones. First and last are meant by position, whatever the
 * order of the cells; of equally important cells the first come first.
 *
 * @param scores one for each cell; not needed for a share of 0.
 * @returns 1 for each cell that is marked.
 */
export function marked(
  positions: Int32Array,
  scores: Float32Array | undefined,
  { sinks, recent, share }: Keep,
): Uint8Array {
  const cells = positions.length;
  const order = byPosition(positions);
  const marks = new Uint8Array(cells);
  for (const cell of order.subarray(0, sinks)) marks[cell] = 1;
  for (const cell of order.subarray(Math.max(0, cells - recent))) marks[cell] = 1;
  let left = Math.ceil(share * cells) - marks.reduce((sum, mark) => sum + mark, 0);
  if (scores === undefined || left <= 0) return marks;
  const others = scores.filter((_, cell) => marks[cell] === 0).sort();
  const threshold = others[others.length - left] as number;
  for (let cell = 0; cell < cells; cell++)
    if (marks[cell] === 0 && (scores[cell] as number) > threshold) {
      marks[cell] = 1;
      left--;
    }
  for (let cell = 0; cell < cells && left > 0; cell++)
    if (marks[cell] === 0 && scores[cell] === threshold) {
      marks[cell] = 1;
      left--;
    }
  return marks;
}

/** The cells in the order of their positions. */
export function byPosition(positions: Int32Array): Int32Array {
  const order = new Int32Array(positions.length);
  let sorted = true;
  for (let cell = 0; cell < order.length; cell++) {
    order[cell] = cell;
    sorted &&= cell === 0 || (positions[cell - 1] as number) <= (positions[cell] as number);
  }
  return sorted ? order : order.sort((a, b) => (positions[a] as number) - (positions[b] as number) || a - b);
}
