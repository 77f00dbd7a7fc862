import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { throwIfAborted } from "../aborted.js";
import { mapInSlices } from "../store/index/slice.js";

/** Counts tokens of the prompt that a context becomes part of. */
export interface TokenCounter {
  readonly name: string;
  count(text: string): number;
}

/** Counts, and can count long texts without keeping everybody else waiting. */
export interface PatientCounter extends TokenCounter {
  /**
   * Counts texts in slices, giving way to other work between them; `count` then knows them, the last
   * `REMEMBERED_COUNTS` of them.
   *
   * @throws MemosError ABORTED.
   */
  ahead(texts: Iterable<string>, signal?: AbortSignal): Promise<void>;
}

let loaded: Promise<PatientCounter> | undefined;

/** The o200k_base tokenizer; its tables are loaded on first use. */
export function o200k(): Promise<PatientCounter> {
  loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) =>
    // Recalled text is data: what looks like a control token in it is counted as plain text.
    counterOf("o200k_base", (text) => countTokens(text, { disallowedSpecial: new Set() })),
  );
  return loaded;
}

/** Counts that are remembered, of texts from this length on: what prompts begin with is counted at each of them. */
const REMEMBERED_COUNTS = 8_192;
const REMEMBERED_FROM = 128;

/** Remembers counts by hash, so that nothing of a memory outlives it here. */
function counterOf(name: string, count: (text: string) => number): PatientCounter {
  const known = new LRUCache<string, number>({ max: REMEMBERED_COUNTS });
  const keyOf = (text: string) => createHash("sha256").update(text).digest("base64");
  const countPiece = ({ text, torn }: Piece) => count(text) + (torn ? 1 : 0);
  const sumOf = (text: string) => {
    let tokens = 0;
    for (const piece of pieces(text)) tokens += countPiece(piece);
    return tokens;
  };
  return {
    name,
    count: (text) => {
      if (text.length < REMEMBERED_FROM) return sumOf(text);
      const key = keyOf(text);
      const tokens = known.get(key) ?? sumOf(text);
      known.set(key, tokens);
      return tokens;
    },
    ahead: async (texts, signal) => {
      for (const text of texts) {
        throwIfAborted(signal);
        if (text.length < REMEMBERED_FROM) continue;
        const key = keyOf(text);
        if (known.has(key)) continue;
        const counts = await mapInSlices(pieces(text), (piece) => {
          throwIfAborted(signal);
          return countPiece(piece);
        });
        known.set(
          key,
          counts.reduce((sum, tokens) => sum + tokens, 0),
        );
      }
    },
  };
}

interface Piece {
  readonly text: string;
  readonly torn: boolean;
}

/** Byte-pair encoding takes time in the square of a run without spaces, so no longer piece is encoded at once. */
const PIECE_CHARACTERS = 1_024;

/**
 * Cuts a text where the tokenizer cuts it anyway: before a single space between two words. Where there is
 * none, the piece is torn, which may cost one token more than the whole.
 */
function* pieces(text: string): Generator<Piece> {
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
