import type { Chunk } from "./chunk.js";
import { oneLine } from "./cleanText.js";

/** Collects the headings of a document from its chunks, each with the first page it stands on. */
export class Outline {
  readonly #lines: string[] = [];
  readonly #most: number;
  #path: readonly string[] = [];
  #left = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add({ headings, position }: Chunk): void {
    const page = position.pages === undefined ? "" : ` (page ${position.pages[0]})`;
    let same = 0;
    while (same < headings.length && headings[same] === this.#path[same]) same++;
    for (const [level, title] of headings.entries()) {
      if (level < same) continue;
      if (this.#lines.length < this.#most)
        this.#lines.push(`${"  ".repeat(level)}- ${oneLine(title)}${page}`);
      else this.#left++;
    }
    this.#path = headings;
  }

  /** One line for each heading, indented by its level. */
  get text(): string {
    const rest = this.#left === 0 ? [] : [`and ${this.#left} more`];
    return [...this.#lines, ...rest].join("\n");
  }
}
