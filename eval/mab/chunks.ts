import { setImmediate as nextTurn } from "node:timers/promises";
import { cutText } from "../../agents/resources/cutText.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { sentencesOf } from "./sentences.js";

/** A cut by characters may hit a part that is richer in tokens than the rest: it is aimed this far below. */
const AIM = 0.9;

/** Sentences between two moments at which other work can go on. */
const SENTENCES_AT_ONCE = 256;

/** A part of a text, and the tokens that were counted in it. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/**
 * A text in chunks of at most `tokens` tokens: whole sentences, as many as fit, joined by one space. No chunk
 * is empty, and a sentence that is longer than a chunk is cut at its lines or words: the protocol's own code
 * begins with an empty chunk there and keeps the sentence whole.
 *
 * @throws MemosError ABORTED.
 */
export async function chunksOf(
  text: string,
  tokens: number,
  counter: TokenCounter,
  signal?: AbortSignal,
): Promise<Piece[]> {
  const chunks: Piece[] = [];
  let chunk: string[] = [];
  let room = tokens;
  let sentences = 0;
  for (const sentence of sentencesOf(text)) {
    if (++sentences % SENTENCES_AT_ONCE === 0) await nextTurn();
    throwIfAborted(signal);
    for (const part of partsOf(sentence, tokens, counter)) {
      if (part.tokens > room && chunk.length > 0) {
        chunks.push({ text: chunk.join(" "), tokens: tokens - room });
        chunk = [];
        room = tokens;
      }
      chunk.push(part.text);
      room -= part.tokens;
    }
  }
  if (chunk.length > 0) chunks.push({ text: chunk.join(" "), tokens: tokens - room });
  return chunks;
}

function* partsOf(sentence: string, most: number, counter: TokenCounter): Generator<Piece> {
  const tokens = counter.count(sentence);
  if (tokens <= most || sentence.length === 1) {
    yield { text: sentence, tokens };
    return;
  }
  const characters = Math.max(1, Math.floor((sentence.length * most * AIM) / tokens));
  for (const { start, end } of cutText(sentence, characters)) {
    const part = sentence.slice(start, end).trim();
    if (part !== "") yield* partsOf(part, most, counter);
  }
}
