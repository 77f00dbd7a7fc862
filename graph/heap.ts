/** The least of many numbers, each with what it stands for: a binary heap. */
export class MinHeap<T> {
  readonly #entries: { readonly key: number; readonly value: T }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The least key, or infinity when there is none. */
  get least(): number {
    return this.#entries[0]?.key ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, value: T): void {
    const entries = this.#entries;
    let at = entries.length;
    const entry = { key, value };
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above] as typeof entry;
      if (parent.key <= key) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  /** Takes out the least. */
  pop(): { readonly key: number; readonly value: T } | undefined {
    const entries = this.#entries;
    const least = entries[0];
    const last = entries.pop();
    if (least === undefined || last === undefined || entries.length === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && this.#key(below + 1) < this.#key(below)) below++;
      if (this.#key(below) >= last.key) break;
      entries[at] = entries[below] as typeof last;
      at = below;
    }
    entries[at] = last;
    return least;
  }

  #key(index: number): number {
    return this.#entries[index]?.key ?? Number.POSITIVE_INFINITY;
  }
}
