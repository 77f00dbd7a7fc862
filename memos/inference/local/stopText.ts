/** Ends a text at the first of some strings, which may come in pieces; what might begin one is held back. */
export class StopText {
  readonly #stops: readonly string[];
  #held = "";
  #stopped = false;

  /** @param stops not empty, any of them. */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Whether one of the strings has come; nothing comes out any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The text that has become certain with this piece. */
  push(piece: string): string {
    if (this.#stopped) return "";
    const text = this.#held + piece;
    const at = this.#stops.map((stop) => text.indexOf(stop)).filter((found) => found >= 0);
    if (at.length > 0) {
      this.#stopped = true;
      this.#held = "";
      return text.slice(0, Math.min(...at));
    }
    const held = this.#stops.reduce((most, stop) => Math.max(most, overlap(text, stop)), 0);
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  /** What was held back, when no more comes. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}

/** Characters at the end of the text with which the string begins. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}
