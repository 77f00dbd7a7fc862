/** Classes are so much wider than the one before: a percentile is at most half of that from the true one. */
const WIDTH = 0.02;

/** The least value that is told from 0. */
const LEAST = 0.01;

/** How values are spread, in bounded memory: classes whose width grows with the value. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #sum = 0;

  add(value: number): void {
    const place = Math.max(0, Math.round(Math.log(Math.max(value, LEAST) / LEAST) / Math.log1p(WIDTH)));
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
    this.#total++;
    this.#sum += value;
  }

  get count(): number {
    return this.#total;
  }

  get mean(): number {
    return this.#total === 0 ? 0 : this.#sum / this.#total;
  }

  /** Takes in what another has counted. */
  addAll(other: Histogram): void {
    for (const [place, count] of other.#counts)
      this.#counts.set(place, (this.#counts.get(place) ?? 0) + count);
    this.#total += other.#total;
    this.#sum += other.#sum;
  }

  /** The `p`-th percentile, 0 to 100, within 1 %; 0 of nothing. */
  percentile(p: number): number {
    let left = (this.#total * p) / 100;
    const places = [...this.#counts].sort(([a], [b]) => a - b);
    for (const [place, count] of places) {
      left -= count;
      if (left <= 0) return LEAST * (1 + WIDTH) ** place;
    }
    return 0;
  }
}
