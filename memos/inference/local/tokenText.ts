import type { LlamaModel, Token } from "node-llama-cpp";

/** What incomplete and invalid UTF-8 becomes. */
const REPLACEMENT = "\uFFFD";

/** Tokens that the beginning of an incomplete character can have: a character has at most four bytes. */
const INCOMPLETE_TOKENS = 3;

/** Tokens before those to come that decide about spaces. */
const TAIL_TOKENS = 8;

/**
 * The text of tokens that come one by one. A character whose bytes are spread over tokens comes when it is complete;
 * only bytes that are no UTF-8 become U+FFFD.
 */
export class TokenText {
  readonly #model: Pick<LlamaModel, "detokenize">;
  #tail: Token[];
  #held: Token[] = [];

  /** @param before the tokens that the text follows. */
  constructor(model: Pick<LlamaModel, "detokenize">, before: readonly Token[]) {
    this.#model = model;
    this.#tail = before.slice(-TAIL_TOKENS);
  }

  /** The text that has become certain with this token. */
  push(token: Token): string {
    this.#held.push(token);
    const { length } = this.#held;
    for (let end = length; end >= Math.max(1, length - INCOMPLETE_TOKENS); end--)
      if (!this.#text(end).endsWith(REPLACEMENT)) return this.#take(end);
    // No character is as long: what came before these is invalid, or ended a longer one.
    return length > INCOMPLETE_TOKENS ? this.#take(length - INCOMPLETE_TOKENS) : "";
  }

  /** What is left, when no more tokens come. */
  end(): string {
    return this.#take(this.#held.length);
  }

  #text(end: number): string {
    return this.#model.detokenize(this.#held.slice(0, end), false, this.#tail);
  }

  #take(end: number): string {
    const text = this.#text(end);
    this.#tail = [...this.#tail, ...this.#held.slice(0, end)].slice(-TAIL_TOKENS);
    this.#held = this.#held.slice(end);
    return text;
  }
}
