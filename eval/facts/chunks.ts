import { sentencesIn } from "../../graph/extraction/sentences.js";
import { o200k } from "../../memos/retrieval/tokens.js";

/**
 * A text in chunks of whole sentences, joined by single spaces, each of at most so many tokens by o200k_base; a
 * sentence that is longer is a chunk of its own. Line breaks between sentences go, as in the benchmark's protocol.
 */
export async function sentenceChunks(text: string, tokens: number): Promise<string[]> {
  const counter = await o200k();
  const chunks: string[] = [];
  let chunk: string[] = [];
  let size = 0;
  for (const [start, end] of sentencesIn(text)) {
    const sentence = text.slice(start, end);
    const length = counter.count(sentence);
    if (size + length > tokens && chunk.length > 0) {
      chunks.push(chunk.join(" "));
      chunk = [];
      size = 0;
    }
    chunk.push(sentence);
    size += length;
  }
  if (chunk.length > 0) chunks.push(chunk.join(" "));
  return chunks;
}
