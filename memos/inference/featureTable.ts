/** Slots; twice what one text can fill, so that a search for a free one stays short. */
const SLOTS = 1 << 16;

/**
 * How much of each feature a text has. A feature is its 32-bit hash: no string is made for it.
 *
 *     hash  ->  slot = hash >>> 16, then the next free one
 *     #keys     [ 0 | h1 | 0 | 0 | h2 | h3 | ... ]   0 is free
 *     #masses   [ . | m1 | . | . | m2 | m3 | ... ]
 *     #filled   [ 4, 1, 5, ... ]                     in order of arrival: emptying costs what was filled
 *
 * At most {@link FeatureTable.capacity} different features.
 */
export class FeatureTable {
  static readonly capacity = SLOTS / 2;
  readonly #keys = new Int32Array(SLOTS);
  readonly #masses = new Float64Array(SLOTS);
  readonly #filled = new Uint16Array(FeatureTable.capacity);
  #size = 0;

  add(hash: number, mass: number): void {
    // 0 marks a free slot, so the feature that hashes to it shares the name of another.
    const key = hash === 0 ? 1 : hash;
    let slot = key >>> 16;
    for (;;) {
      const found = this.#keys[slot];
      if (found === key) {
        this.#masses[slot] = (this.#masses[slot] as number) + mass;
        return;
      }
      if (found === 0) break;
      slot = (slot + 1) & (SLOTS - 1);
    }
    this.#keys[slot] = key;
    this.#masses[slot] = mass;
    this.#filled[this.#size++] = slot;
  }

  /** Hands out every feature in order of arrival, and is empty afterwards. */
  drain(take: (hash: number, mass: number) => void): void {
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#filled[at] as number;
      take(this.#keys[slot] as number, this.#masses[slot] as number);
      this.#keys[slot] = 0;
    }
    this.#size = 0;
  }
}
