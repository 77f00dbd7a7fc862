import type { NewExample } from "./exampleIndex.js";
import { NEAREST_LIMITS } from "./limits.js";

/** The examples that may vote, as they are read: those of the newest memory first. */
export class Voters {
  readonly #perCube: NewExample[][] = [];
  /** Each label once, so that the examples share it. */
  readonly #labels = new Map<string, string>();
  #count = 0;
  #characters = 0;
  /** Examples that were read and may not vote. */
  left = 0;

  /** Begins with the next memory: its examples stay in the order in which they come. */
  beginCube(): void {
    this.#perCube.push([]);
  }

  /** Whether nothing more has room. */
  get isFull(): boolean {
    return this.#count >= NEAREST_LIMITS.examples || this.#characters >= NEAREST_LIMITS.characters;
  }

  /** Takes an example in, as much of its text as is read. */
  take(example: NewExample): void {
    const label = this.#labels.get(example.label);
    if (this.isFull || (label === undefined && this.#labels.size >= NEAREST_LIMITS.labels)) {
      this.left++;
      return;
    }
    const text = copied(example.text.slice(0, NEAREST_LIMITS.exampleCharacters));
    const own = label ?? copied(example.label);
    this.#labels.set(own, own);
    this.#perCube.at(-1)?.push({ ...example, text, label: own });
    this.#count++;
    this.#characters += text.length;
  }

  /** Those of the oldest memory first. */
  get all(): NewExample[] {
    return this.#perCube.toReversed().flat();
  }
}

/** A text by itself: a part of a text keeps all of it in memory. */
function copied(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
