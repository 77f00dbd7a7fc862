/** Characters of a chunk: about 512 tokens of English. */
const CHUNK_CHARACTERS = 2_000;

/**
 * A book as the memories that it is stored in: whole lines, as many as fit; a line that is longer alone is cut between
 * words.
 */
export function chunksOf(book: string): string[] {
  const chunks: string[] = [];
  let chunk = "";
  const close = () => {
    if (chunk.trim() !== "") chunks.push(chunk.trimEnd());
    chunk = "";
  };
  for (const part of book.match(/[^\n]{1,1900}(?:\s|$)|\S{1,1900}|\n/g) ?? []) {
    if (chunk.length + part.length > CHUNK_CHARACTERS) close();
    chunk += part;
  }
  close();
  return chunks;
}
