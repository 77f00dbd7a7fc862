import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Counts tokens of the prompt that a context becomes part of. */
export interface TokenCounter {
  readonly name: string;
  count(text: string): number;
}

let loaded: Promise<TokenCounter> | undefined;

/** The o200k_base tokenizer; its tables are loaded on first use. */
export function o200k(): Promise<TokenCounter> {
  loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) => ({
    name: "o200k_base",
    count: remembered((text) => {
      let tokens = 0;
      for (const piece of pieces(text)) {
        // Recalled text is data: what looks like a control token in it is counted as plain text.
        tokens += countTokens(piece.text, { disallowedSpecial: new Set() }) + (piece.torn ? 1 : 0);
      }
      return tokens;
    }),
  }));
  return loaded;
}

/** Counts that are remembered, of texts from this length on: what prompts begin with is counted at each of them. */
const REMEMBERED_COUNTS = 8_192;
const REMEMBERED_FROM = 128;

/** By hash, so that nothing of a memory outlives it here. */
function remembered(count: (text: string) => number): (text: string) => number {
  const known = new LRUCache<string, number>({ max: REMEMBERED_COUNTS });
  return (text) => {
    if (text.length < REMEMBERED_FROM) return count(text);
    const key = createHash("sha256").update(text).digest("base64");
    const tokens = known.get(key) ?? count(text);
    known.set(key, tokens);
    return tokens;
  };
}

/** Byte-pair encoding takes time in the square of a run without spaces, so no longer piece is encoded at once. */
const PIECE_CHARACTERS = 1_024;

/**
 * Cuts a text where the tokenizer cuts it anyway: before a single space between two words. Where there is
 * none, the piece is torn, which may cost one token more than the whole.
 */
function* pieces(text: string): Generator<{ text: string; torn: boolean }> {
  let start = 0;
  while (text.length - start > PIECE_CHARACTERS) {
    let end = start + PIECE_CHARACTERS;
    while (end > start && !(text[end] === " " && isWord(text[end - 1]) && isWord(text[end + 1]))) end--;
    const torn = end === start;
    if (torn) end = start + PIECE_CHARACTERS;
    if (torn && /[\uD800-\uDBFF]/.test(text[end - 1] as string)) end--;
    yield { text: text.slice(start, end), torn };
    start = end;
  }
  yield { text: text.slice(start), torn: false };
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
