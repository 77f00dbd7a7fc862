import { MemosError } from "../../memcube/index.js";

function invalid(fault: string): MemosError {
  return new MemosError("EMBEDDING_INVALID", `The embedder returned ${fault}.`);
}

/**
 * A copy of `values` scaled to Euclidean length 1, or the zero vector when every value is zero.
 *
 * @param values what an embedder made of one text, not trusted: anything may stand in it.
 * @param dimension how many numbers it must have.
 * @throws MemosError EMBEDDING_INVALID for another count, or for something that is not a finite number.
 */
export function unitVectorOrZero(values: ArrayLike<unknown>, dimension: number): Float32Array {
  if (values.length !== dimension)
    throw invalid(`a vector of ${values.length} numbers where ${dimension} were expected`);
  let largest = 0;
  for (let at = 0; at < dimension; at++) {
    const value = values[at];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw invalid("a vector with something in it that is not a finite number");
    largest = Math.max(largest, Math.abs(value));
  }
  const vector = new Float32Array(dimension);
  if (largest === 0) return vector;
  // Divided by the largest first: the square of a number that a double holds may be one that it does not.
  let squares = 0;
  for (let at = 0; at < dimension; at++) squares += ((values[at] as number) / largest) ** 2;
  const length = Math.sqrt(squares);
  for (let at = 0; at < dimension; at++) vector[at] = (values[at] as number) / largest / length;
  return vector;
}

/**
 * As {@link unitVectorOrZero}, for an embedder that has no reason to return zeros: a model that does has failed.
 *
 * @throws MemosError EMBEDDING_INVALID also for a zero vector.
 */
export function unitVector(values: ArrayLike<unknown>, dimension: number): Float32Array {
  const vector = unitVectorOrZero(values, dimension);
  if (vector.every((value) => value === 0)) throw invalid("a vector of zeros, which has no direction");
  return vector;
}

/**
 * The vectors of `count` texts, in order, each of unit length.
 *
 * @throws MemosError EMBEDDING_INVALID for another count, and for what {@link unitVector} refuses.
 */
export function unitVectors(
  rows: readonly ArrayLike<unknown>[],
  count: number,
  dimension: number,
): Float32Array[] {
  if (rows.length !== count) throw invalid(`${rows.length} vectors for ${count} texts`);
  return rows.map((row) => unitVector(row, dimension));
}
