import type { LlamaModel, Token } from "node-llama-cpp";

/** What incomplete and invalid UTF-8 becomes: one for the beginning of a character. */
const REPLACEMENT = "\uFFFD";

/** Tokens before those to come that decide about spaces. */
const TAIL_TOKENS = 8;

/**
 * The text of tokens that come one by one. A character whose bytes are spread over tokens comes when it is complete;
 * only bytes that are no UTF-8 become U+FFFD.
 */
export class TokenText {
  readonly #model: Pick<LlamaModel, "detokenize">;
  #tail: readonly Token[];
  /** Tokens since the last one that ended with a character. */
  #held: Token[] = [];
  /** Characters of theirs that were given out. */
  #given = 0;

  /** @param before the tokens that the text follows. */
  constructor(model: Pick<LlamaModel, "detokenize">, before: readonly Token[]) {
    this.#model = model;
    this.#tail = before.slice(-TAIL_TOKENS);
  }

  /** The text that has become certain with this token. */
  push(token: Token): string {
    this.#held.push(token);
    const text = this.#text();
    if (!text.endsWith(REPLACEMENT)) return this.#take(text);
    const certain = text.slice(this.#given, -REPLACEMENT.length);
    this.#given += certain.length;
    return certain;
  }

  /** What is left, when no more tokens come. */
  end(): string {
    return this.#take(this.#text());
  }

  #text(): string {
    return this.#model.detokenize(this.#held, false, this.#tail);
  }

  #take(text: string): string {
    const rest = text.slice(this.#given);
    this.#tail = [...this.#tail, ...this.#held].slice(-TAIL_TOKENS);
    this.#held = [];
    this.#given = 0;
    return rest;
  }
}
