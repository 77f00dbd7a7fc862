import { sha256 } from "../../../memcube/index.js";
import { randomBits } from "../../inference/gguf/generated/weights.js";

/** Chance that comes out the same for the same seed and purpose. */
export class Dice {
  readonly #bits: () => number;

  constructor(seed: number, purpose: string) {
    this.#bits = randomBits(Number.parseInt(sha256(`${seed} ${purpose}`).slice(0, 8), 16));
  }

  /** An integer from 0 to below `n`. */
  below(n: number): number {
    return Math.floor((this.#bits() / 2 ** 32) * n);
  }

  /** One of the items, of which there must be one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** All items in an order by chance (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [order[at], order[other]] = [order[other] as T, order[at] as T];
    }
    return order;
  }
}
