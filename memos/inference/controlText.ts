import { LRUCache } from "lru-cache";
import { MemosError, sha256 } from "../../memcube/index.js";

/** A token, and the text that it stands for; `undefined` where that is not whole characters. */
export interface TokenPiece {
  readonly id: number;
  readonly piece: string | undefined;
}

/** How a server makes tokens of a text: with control tokens where the text spells them, or without. */
export type PieceTokenizer = (text: string, control: boolean, signal: AbortSignal) => Promise<TokenPiece[]>;

/** Invisible, and enough to make a control token into text. */
const WORD_JOINER = "\u2060";

/** Texts that are known to spell no control token. */
const REMEMBERED_TEXTS = 4_096;

/** Breaking one control token apart may put another together. */
const ROUNDS = 4;

/**
 * Keeps texts from acting as control tokens (`<|im_end|>`) of a server that looks for them everywhere in a prompt:
 * what such a token is spelled like is broken by an invisible character. Which texts are, the server's own tokenizer
 * says: they are those whose tokens change when it looks for control tokens.
 */
export class ControlText {
  readonly #tokenize: PieceTokenizer;
  readonly #harmless = new LRUCache<string, true>({ max: REMEMBERED_TEXTS });

  constructor(tokenize: PieceTokenizer) {
    this.#tokenize = tokenize;
  }

  /**
   * The text, which is the same to a reader.
   *
   * @throws MemosError INVALID_INPUT for a control token that cannot be broken.
   */
  async harmless(text: string, signal: AbortSignal): Promise<string> {
    const original = sha256(text);
    if (text === "" || this.#harmless.has(original)) return text;
    let now = text;
    for (let round = 0; round < ROUNDS; round++) {
      const plain = await this.#tokenize(now, false, signal);
      const read = await this.#tokenize(now, true, signal);
      const known = new Set(plain.map(({ id }) => id));
      if (plain.length === read.length && read.every(({ id }, at) => id === plain[at]?.id)) {
        if (now === text) this.#harmless.set(original, true);
        return now;
      }
      for (const { id, piece } of read)
        if (!known.has(id) && piece !== undefined && piece.length > 1)
          now = now.replaceAll(piece, broken(piece));
    }
    throw new MemosError(
      "INVALID_INPUT",
      "The text holds control tokens of the model that cannot be made text.",
    );
  }
}

function broken(piece: string): string {
  const [first = ""] = piece;
  return `${first}${WORD_JOINER}${piece.slice(first.length)}`;
}
