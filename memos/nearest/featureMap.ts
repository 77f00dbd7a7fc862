/** Parts of a map: of ten million features each has ten thousand, which are moved in less than a millisecond. */
const PARTS = 1_024;

/** A number for each feature. A `Map` that grows moves all that it holds at once, which of a million takes 100 ms. */
export class FeatureMap {
  readonly #parts: readonly Map<number, number>[] = Array.from({ length: PARTS }, () => new Map());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(feature: number): number | undefined {
    return this.#parts[feature % PARTS]?.get(feature);
  }

  set(feature: number, value: number): void {
    const part = this.#parts[feature % PARTS] as Map<number, number>;
    const before = part.size;
    part.set(feature, value);
    this.#size += part.size - before;
  }

  /** Features with their numbers, part by part, in each as they came. */
  *[Symbol.iterator](): Generator<[feature: number, value: number]> {
    for (const part of this.#parts) yield* part;
  }
}
