/** Every limit of the memory tools, in one place. Each is enforced and has a test. */
export const TOOL_LIMITS = {
  /** Memories that one search gives. */
  results: 30,
  /** Memories that one look at the timeline gives. */
  entries: 50,
  /** Memories of a span of time that are put in order; of more, those that were recorded last. */
  scanned: 5_000,
  /** Characters of the fenced memory that one call gives, labels included. */
  outputCharacters: 12_000,
  /** Characters of a memory that a model writes. */
  textCharacters: 8_000,
  /** Ids of sources that are named with an opened memory. */
  sources: 20,
} as const;

/** Where a model does not say how many. */
export const USUAL_RESULTS = 8;
export const USUAL_ENTRIES = 20;
