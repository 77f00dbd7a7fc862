/**
 * Keeps what a model answered, so that the same question is paid for once (HippoRAG keeps its extraction
 * likewise, by the hash of the text). A key is the SHA-256 of everything that shaped the answer; a value is
 * the model's own text and as private as the notes it is about: purging a note must clear it too.
 */
export interface ExtractionCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}
