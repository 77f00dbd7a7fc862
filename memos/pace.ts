import { setImmediate as nextTurn } from "node:timers/promises";

/** Milliseconds of work between two turns of the event loop. */
const SLICE_MS = 6;

/** Numbers worked on between two looks at the clock: less than half a millisecond. */
const NUMBERS_PER_LOOK = 16_384;

/** Keeps long arithmetic from holding the event loop: `if (pace.due(numbers)) await pace.turn()`. */
export class Pace {
  #numbers = 0;
  #since = performance.now();

  /** Whether it is time to let others have a turn, now that so many more numbers are done. */
  due(numbers: number): boolean {
    this.#numbers += numbers;
    if (this.#numbers < NUMBERS_PER_LOOK) return false;
    this.#numbers = 0;
    return performance.now() - this.#since > SLICE_MS;
  }

  async turn(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
  }
}
