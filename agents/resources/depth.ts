import { MemosError } from "../../memcube/index.js";

/** How deep a tree of elements is at the moment. */
export class Depth {
  #depth = 0;

  constructor(readonly most: number) {}

  /** @throws MemosError TOO_LARGE for the first element that is too deep. */
  enter(): void {
    this.#depth++;
    if (this.#depth > this.most)
      throw new MemosError("TOO_LARGE", `The document nests its elements deeper than ${this.most}.`);
  }

  leave(): void {
    this.#depth--;
  }
}
