/**
 * When somebody last asked for something: adds, searches and recalls note themselves, which costs one reading of
 * the clock and two writes of a number. What runs in the background reads it and stays out of the way.
 */
export class Activity {
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** @param now milliseconds of a clock that is never set back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  note(): void {
    this.#last = this.#now();
    this.#count++;
  }

  /** Milliseconds since the last operation; infinite when there was none. */
  get idleFor(): number {
    return this.#now() - this.#last;
  }

  /** How many operations there were; another number later means that there were some in between. */
  get count(): number {
    return this.#count;
  }
}
