/** Every limit of texts that are asked about as a whole. Each is enforced and has a test. */
export const LONG_CONTEXT_LIMITS = {
  /** Characters (UTF-16 units) of all chunks of one text. */
  characters: 32 * 1024 * 1024,
  /** Characters of a passage: a chunk is cut into as many as it takes, so that a recall holds several. */
  passageCharacters: 2_000,
  /** Passages of one commit. */
  passagesAtOnce: 16,
  /** Tokens of what is recalled for a question, unless told otherwise. */
  budget: 4_096,
  /** Chunks from which on a text is known by its form alone. */
  chunks: 2,
} as const;
