/** Says on which line of a text that comes in pieces a character stands; asked in the order of the text. */
export class LineCounter {
  /** Where lines end that were not passed yet. */
  #ends: number[] = [];
  #passed = 0;
  #next = 0;
  #read = 0;

  feed(piece: string): void {
    if (this.#next > 0) {
      this.#ends = this.#ends.slice(this.#next);
      this.#next = 0;
    }
    for (let at = piece.indexOf("\n"); at !== -1; at = piece.indexOf("\n", at + 1))
      this.#ends.push(this.#read + at);
    this.#read += piece.length;
  }

  /** The line of a character, counted from 1; never one before the last that was asked for. */
  lineOf(offset: number): number {
    for (;;) {
      const end = this.#ends[this.#next];
      if (end === undefined || end >= offset) return this.#passed + 1;
      this.#passed++;
      this.#next++;
    }
  }
}
