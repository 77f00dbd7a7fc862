/** Every limit of a question about the order of two texts. */
export const ORDER_LIMITS = {
  /** Memories in which each text is looked for: those that a search for it finds first. */
  candidates: 40,
  /** Characters of the memories together in which one text is looked for; the best ranked come first. */
  characters: 2_000_000,
} as const;
