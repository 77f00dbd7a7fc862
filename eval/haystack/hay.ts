import { MemosError } from "../../memcube/index.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { chunksOf, type Piece } from "../mab/chunks.js";
import type { Book } from "../sort/books.js";

/** Tokens of one piece of hay. */
const CHUNK_TOKENS = 512;

/**
 * The first `tokens` tokens of some books, one after the other, in chunks of 512: as many chunks as have at least so
 * many tokens together.
 *
 * @throws MemosError INVALID_INPUT for books that have fewer, ABORTED.
 */
export async function hayOf(
  books: readonly Book[],
  tokens: number,
  counter: TokenCounter,
  signal?: AbortSignal,
): Promise<Piece[]> {
  const hay: Piece[] = [];
  let total = 0;
  for (const { text } of books)
    for (const piece of await chunksOf(text, CHUNK_TOKENS, counter, signal)) {
      if (total >= tokens) return hay;
      hay.push(piece);
      total += piece.tokens;
    }
  if (total < tokens)
    throw new MemosError("INVALID_INPUT", `the books have ${total} tokens, and ${tokens} are to be filled`);
  return hay;
}

/** Hides needles at even distances in the hay, both in their order. */
export function hidden<T>(needles: readonly T[], hay: readonly T[]): T[] {
  const before = (needle: number) => Math.round((needle * hay.length) / (needles.length + 1));
  return [
    ...needles.flatMap((needle, at) => [...hay.slice(before(at), before(at + 1)), needle]),
    ...hay.slice(before(needles.length)),
  ];
}
