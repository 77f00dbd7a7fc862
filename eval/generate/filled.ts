import { o200k } from "../../memos/retrieval/tokens.js";

/**
 * Makes pieces as long as the text of all of them, with `separator` between, has at most so many tokens of
 * o200k_base. The first piece is there in any case, and a maker that has no more ends it.
 */
export async function filled<T>(
  tokens: number,
  next: (index: number) => T | undefined,
  textOf: (piece: T) => string,
  separator = "\n",
): Promise<T[]> {
  const counter = await o200k();
  const pieces: T[] = [];
  let room = tokens;
  for (;;) {
    const piece = next(pieces.length);
    if (piece === undefined) return pieces;
    room -= counter.count(`${separator}${textOf(piece)}`);
    if (room < 0 && pieces.length > 0) return pieces;
    pieces.push(piece);
  }
}
