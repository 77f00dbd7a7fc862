/** Every limit of a vote of labelled examples. */
export const NEAREST_LIMITS = {
  /** Memories of a scope that are looked at for examples, the newest first. */
  cubes: 100_000,
  /** Examples that vote, those in the newest memories first. */
  examples: 50_000,
  /** Characters that are read of all examples together: each word leaves four features or so. */
  characters: 8_000_000,
  /** Different labels. */
  labels: 2_000,
  /** Characters of a label. */
  labelCharacters: 256,
  /** Characters of an example, or of a question, that are read. */
  exampleCharacters: 2_000,
  /** Neighbours that one answer names. */
  neighbours: 100,
  /** Numbers that are learned for one set of examples: 4 bytes each. The rarest features go without. */
  weights: 16 * 1024 * 1024,
  /** Bytes that are kept of all sets of examples together; the one that was asked longest ago goes first. */
  keptBytes: 256 * 1024 * 1024,
} as const;
